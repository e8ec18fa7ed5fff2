package org.jclone.cli.option;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jclone.recipient.api.DonorAddress;
import org.jclone.recipient.api.SslMode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CommandLineParserTest {

    @Test
    void readsValuesAfterAnEqualsSignAndAfterABlank() throws UsageException {
        Arguments arguments = fetch("--max-concurrency=4", "--ddl-timeout", "60");
        assertThat(arguments.get(FetchOptions.DONOR_ADDRESS)).isEqualTo(new DonorAddress("db1", 3307));
        assertThat(arguments.get(FetchOptions.USER)).isEqualTo("cloner");
        assertThat(arguments.get(FetchOptions.DIRECTORY)).isEqualTo(Path.of("/data"));
        assertThat(arguments.get(FetchOptions.MAX_CONCURRENCY)).isEqualTo(4);
        assertThat(arguments.get(FetchOptions.DDL_TIMEOUT)).isEqualTo(Duration.ofMinutes(1));
    }

    @Test
    void whatIsNotGivenHasItsDefault() throws UsageException {
        Arguments arguments = fetch();
        assertThat(arguments.get(FetchOptions.MAX_CONCURRENCY)).isEqualTo(16);
        assertThat(arguments.get(FetchOptions.SSL_MODE)).isEqualTo(SslMode.PREFERRED);
        assertThat(arguments.get(FetchOptions.AUTOTUNE_CONCURRENCY)).isTrue();
        assertThat(arguments.get(FetchOptions.BLOCK_DDL)).isFalse();
        assertThat(arguments.get(FetchOptions.GET_SERVER_PUBLIC_KEY)).isFalse();
        assertThat(arguments.find(FetchOptions.PASSWORD)).isEmpty();
        assertThat(arguments.all(FetchOptions.MAP_PATH)).isEmpty();
    }

    @Test
    void readsShortNamesWithTheValueAttachedOrNot() throws UsageException {
        assertThat(fetch("-u", "other").get(FetchOptions.USER)).isEqualTo("other");
        assertThat(fetch("-uother").get(FetchOptions.USER)).isEqualTo("other");
    }

    @Test
    void aPasswordWithoutValueIsAskedForAndNeverTakesTheNextArgument() throws UsageException {
        assertThat(fetch("--password", "-u", "other").find(FetchOptions.PASSWORD))
                .contains(FetchOptions.ASK);
        assertThat(fetch("-p", "-u", "other").find(FetchOptions.PASSWORD)).contains(FetchOptions.ASK);
        assertThat(fetch("--password=x").find(FetchOptions.PASSWORD)).contains("x");
        assertThat(fetch("-px").find(FetchOptions.PASSWORD)).contains("x");
        assertThat(fetch("--password=").find(FetchOptions.PASSWORD)).contains("");
    }

    @Test
    void flagsCanBeJoinedAndCounted() throws UsageException {
        assertThat(fetch("-v").all(FetchOptions.VERBOSE)).hasSize(1);
        assertThat(fetch("-vv", "--verbose").all(FetchOptions.VERBOSE)).hasSize(3);
    }

    @Test
    void ofAnOptionGivenTwiceTheLastCounts() throws UsageException {
        assertThat(fetch("--user=a", "--user=b").get(FetchOptions.USER)).isEqualTo("b");
    }

    @Test
    void collectsWhatMayBeGivenSeveralTimes() throws UsageException {
        assertThat(fetch("--map-path=/a=/b", "--map-path", "/c=/d=e").all(FetchOptions.MAP_PATH))
                .containsExactly(new PathMapping("/a", Path.of("/b")), new PathMapping("/c", Path.of("/d=e")));
    }

    @ParameterizedTest
    @CsvSource({
        "--block-ddl,true",
        "--block-ddl=ON,true",
        "--block-ddl=on,true",
        "--block-ddl=1,true",
        "--block-ddl=Off,false",
        "--block-ddl=0,false"
    })
    void switchesAreReadAsMySqlReadsThem(String argument, boolean expected) throws UsageException {
        assertThat(fetch(argument).get(FetchOptions.BLOCK_DDL)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"verify_ca,VERIFY_CA", "REQUIRED,REQUIRED", "Disabled,DISABLED"})
    void namesOfModesAreReadInAnyCase(String text, SslMode expected) throws UsageException {
        assertThat(fetch("--ssl-mode=" + text).get(FetchOptions.SSL_MODE)).isEqualTo(expected);
    }

    @Test
    void underscoresInNamesAreDashes() throws UsageException {
        assertThat(fetch("--max_concurrency=3").get(FetchOptions.MAX_CONCURRENCY))
                .isEqualTo(3);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--max-concurrency=0 | --max-concurrency: 0 (expected: 1 to 128)",
                "--max-concurrency=129 | --max-concurrency: 129 (expected: 1 to 128)",
                "--max-concurrency=many | --max-concurrency: many (expected: 1 to 128)",
                "--max-data-bandwidth=-1 | --max-data-bandwidth: -1 (expected: 0 to 1048576)",
                "--ddl-timeout=2592001 | --ddl-timeout: 2592001 (expected: 0 to 2592000)",
                "--connect-timeout=0 | --connect-timeout: 0 (expected: 1 to 3600)",
                "--direct-io=maybe | --direct-io: maybe (expected: ON, OFF)",
                "--ssl-mode=MAYBE | --ssl-mode: MAYBE (expected: DISABLED, PREFERRED, REQUIRED, VERIFY_CA, VERIFY_IDENTITY)",
                "--output=xml | --output: xml (expected: text, json)",
                "--map-path=/a | --map-path: /a (expected: FROM=TO, two directories)",
                "--donor=db1:port | --donor: donor address: \"db1:port\" (expected: a number as port)",
                "--verbose=yes | --verbose takes no value",
                "--user | --user needs a value: --user=USER",
                "--max-concurency=3 | unknown option --max-concurency (similar: --max-concurrency)",
                "--colour | unknown option --colour",
                "-x | unknown option -x",
                "extra | there is an argument too many, without an option before it",
            })
    void saysWhatIsWrong(String argument, String message) {
        assertThatExceptionOfType(UsageException.class)
                .isThrownBy(() -> fetch(argument))
                .withMessage(message)
                .satisfies(e -> assertThat(e.command()).isEqualTo(Command.FETCH));
    }

    @Test
    void namesEverythingThatIsMissing() {
        assertThatExceptionOfType(UsageException.class)
                .isThrownBy(() -> CommandLineParser.parse("fetch"))
                .withMessage("missing: --donor=HOST[:PORT], --user=USER, --dir=DIR");
    }

    @ParameterizedTest
    @ValueSource(strings = {"clone", "fetsch", "jclone"})
    void refusesCommandsThatAreNotThere(String command) {
        assertThatExceptionOfType(UsageException.class)
                .isThrownBy(() -> CommandLineParser.parse(command))
                .withMessage("there is no command of that name");
    }

    @Test
    void helpNeedsNothingThatIsMandatory() throws UsageException {
        assertThat(CommandLineParser.parse("fetch", "--help").wish()).isEqualTo(Invocation.Wish.USAGE);
        assertThat(CommandLineParser.parse("--version").wish()).isEqualTo(Invocation.Wish.VERSION);
        Invocation help = CommandLineParser.parse("help", "inspect");
        assertThat(help.arguments().get(Command.TOPIC)).isEqualTo(Command.INSPECT);
    }

    private static Arguments fetch(String... more) throws UsageException {
        List<String> args = new ArrayList<>(List.of("fetch", "--donor=db1:3307", "--user", "cloner", "--dir", "/data"));
        args.addAll(List.of(more));
        Invocation invocation = CommandLineParser.parse(args.toArray(String[]::new));
        assertThat(invocation.command()).isEqualTo(Command.FETCH);
        assertThat(invocation.wish()).isEqualTo(Invocation.Wish.RUN);
        return invocation.arguments();
    }
}
