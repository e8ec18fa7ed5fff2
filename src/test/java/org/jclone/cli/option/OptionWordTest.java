package org.jclone.cli.option;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine.Model.CommandSpec;

class OptionWordTest {

    private final CommandSpec command = CommandSpec.create();

    OptionWordTest() {
        command.addMixin("tls", CommandSpec.forAnnotatedObject(new TlsOptions()));
        command.addMixin("compression", CommandSpec.forAnnotatedObject(new CompressionOptions()));
        command.addMixin("connection", CommandSpec.forAnnotatedObject(new ConnectionOptions()));
    }

    @ParameterizedTest
    @CsvSource({
        "ssl_mode=REQUIRED, --ssl-mode=REQUIRED",
        "get-server-public-key, --get-server-public-key",
        "skip-get-server_public-key, --get-server-public-key=OFF",
        "disable-get-server-public-key, --get-server-public-key=OFF",
        "enable-get-server-public-key, --get-server-public-key=ON",
        "skip-get-server-public-key=0, --get-server-public-key=ON",
        "skip-get-server-public-key=1, --get-server-public-key=OFF",
        "skip-get-server-public-key=off, --get-server-public-key=ON",
        "enable-get-server-public-key=0, --get-server-public-key=OFF",
        "skip-get-server-public-key=maybe, --get-server-public-key=maybe",
        "disable-enable-get-server-public-key, --get-server-public-key=ON",
        "skip-skip-get-server-public-key, --get-server-public-key=OFF",
        "maximum-connect-timeout=7, --connect-timeout=7",
        "skip-password, --password=",
        "enable-compression, --enable-compression",
        "skip-enable-compression, --enable-compression=OFF",
    })
    void resolvesToTheDeclaredName(String written, String expected) {
        assertThat(text(parse(written))).isEqualTo(expected);
        assertThat(parse(written).loose()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "loose-connect-timeout=7, --connect-timeout=7",
        "loose-skip-get-server-public-key=0, --get-server-public-key=ON",
        "loose_nonsense, --loose_nonsense",
        "skip-loose-nonsense=1, --skip-loose-nonsense=1",
    })
    void mayBeLoose(String written, String expected) {
        assertThat(text(parse(written))).isEqualTo(expected);
        assertThat(parse(written).loose()).isTrue();
    }

    /** MySQL's clients read these values as 0 or 1, although they mean neither. */
    @ParameterizedTest
    @CsvSource({"skip-user", "enable-connect-timeout=7", "skip-password=x", "enable-password", "skip-", "nonsense"})
    void staysAsWrittenIfItMeansNothing(String written) {
        assertThat(text(parse(written))).isEqualTo("--" + written);
    }

    private OptionWord parse(String written) {
        int equals = written.indexOf('=');
        return OptionWord.parse(
                equals < 0 ? written : written.substring(0, equals),
                equals < 0 ? Optional.empty() : Optional.of(written.substring(equals + 1)),
                command,
                name -> command.findOption(name) != null);
    }

    private static String text(OptionWord word) {
        return word.name() + word.value().map(value -> '=' + value).orElse("");
    }
}
