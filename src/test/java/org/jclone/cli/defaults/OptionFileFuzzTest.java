package org.jclone.cli.defaults;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** An option file of any text is read or refused with a message. The files that it includes never exist. */
class OptionFileFuzzTest {

    private static final Path FILE = Path.of("/nowhere/my.cnf");

    static Stream<Arguments> seeds() {
        return Stream.of(
                        "[client]\nuser=root\npassword='a \"b\" c'\n# comment\n; another\n",
                        "[jclone]\ndir = /data\\tx\\s\nskip-ssl\nloose_port:3306\n[mysqld]\nport=1\n",
                        "!include _etc_my.cnf\n!includedir _etc_my.cnf.d\n[client ]\nopt=\"a#b\" # c\n")
                .map(text -> Arguments.of(text.getBytes(StandardCharsets.UTF_8)));
    }

    @MethodSource("seeds")
    @FuzzTest
    void optionFile(byte[] bytes) {
        String text =
                new String(bytes, StandardCharsets.UTF_8).replace('/', '_').replace('.', '_');
        List<DefaultsEntry> entries = new ArrayList<>();
        List<String> warnings = new ArrayList<>();
        try {
            new OptionFileReader(Set.of("client", "jclone"), entries, warnings::add).readText(text, FILE);
            assertThat(warnings).allSatisfy(warning -> assertThat(warning).isNotBlank());
        } catch (DefaultsException e) {
            assertThat(e.getMessage()).isNotBlank();
        }
        assertThat(entries).allSatisfy(entry -> {
            assertThat(entry.name()).isNotNull();
            assertThat(entry.origin()).contains("line ");
        });
    }
}
