package org.jclone.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.entry;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jclone.cli.option.UsageException;
import org.jclone.recipient.api.BandwidthLimits;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneRequest;
import org.jclone.recipient.api.DonorAddress;
import org.jclone.recipient.api.InnodbDirectories;
import org.jclone.recipient.api.LoginSettings;
import org.jclone.recipient.api.Password;
import org.jclone.recipient.api.Replacement;
import org.jclone.recipient.api.RetryPolicy;
import org.jclone.recipient.api.SslMode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.ParameterException;

class FetchCommandTest {

    private final TestContext program = new TestContext();

    @Test
    void everyOptionReachesTheRequest() throws UsageException {
        CloneRequest request = request(
                "--ssl-mode=verify_identity",
                "--ssl-ca=ca.pem",
                "--ssl-cert=cert.pem",
                "--ssl-key=key.pem",
                "--get-server-public-key",
                "--server-public-key-path=rsa.pem",
                "--max-concurrency=3",
                "--autotune-concurrency=OFF",
                "--max-data-bandwidth=100",
                "--max-network-bandwidth=200",
                "--block-ddl",
                "--ddl-timeout=7",
                "--connect-timeout=8",
                "--retries=3",
                "--retry-wait=5,2m,1h",
                "--map-path=/donor/outside=/mnt/outside",
                "--undo-dir=/ssd/undo",
                "--redo-dir=redo",
                "--system-dir=/data/mysql/system",
                "--direct-io=OFF");
        assertThat(request.donor()).isEqualTo(new DonorAddress("::1", 3307));
        assertThat(request.login().user()).isEqualTo("cloner");
        assertThat(request.directory()).isEqualTo(Path.of("/data/mysql"));
        assertThat(request.tls().sslMode()).isEqualTo(SslMode.VERIFY_IDENTITY);
        assertThat(request.tls().sslCa()).contains(Path.of("ca.pem"));
        assertThat(request.tls().sslCert()).contains(Path.of("cert.pem"));
        assertThat(request.tls().sslKey()).contains(Path.of("key.pem"));
        assertThat(request.tls().getServerPublicKey()).isTrue();
        assertThat(request.tls().serverPublicKey()).contains(Path.of("rsa.pem"));
        assertThat(request.transfer().maxConcurrency()).isEqualTo(3);
        assertThat(request.transfer().autotuneConcurrency()).isFalse();
        assertThat(request.transfer().bandwidthLimits()).isEqualTo(new BandwidthLimits(100, 200));
        assertThat(request.transfer().blockDdl()).isTrue();
        assertThat(request.transfer().ddlTimeout()).isEqualTo(Duration.ofSeconds(7));
        assertThat(request.login().connectTimeout()).isEqualTo(Duration.ofSeconds(8));
        assertThat(request.interruptions().retry())
                .isEqualTo(
                        new RetryPolicy(3, List.of(Duration.ofSeconds(5), Duration.ofMinutes(2), Duration.ofHours(1))));
        assertThat(request.target().pathMappings()).containsOnlyKeys("/donor/outside");
        assertThat(request.target().innodb())
                .isEqualTo(new InnodbDirectories(
                        Optional.of(Path.of("/ssd/undo")),
                        Optional.of(Path.of("redo").toAbsolutePath()),
                        Optional.of(Path.of("/data/mysql/system"))));
        assertThat(request.target().directIo()).isFalse();
    }

    @Test
    void theProgramHasTheDefaultsOfTheLibrary() throws UsageException {
        CloneRequest ours = request();
        CloneRequest theirs = CloneRequest.builder()
                .donor(ours.donor())
                .login(LoginSettings.of(ours.login().user(), Password.empty()))
                .target(it -> it.withDirectory(ours.directory()))
                .transfer(it -> it.withCheckFirst(true)) // the default of the program only: it costs a connection
                .build();
        assertThat(ours)
                .usingRecursiveComparison()
                .ignoringFields("settings.password")
                .isEqualTo(theirs);
    }

    @Test
    void acceptsAMappingRelativeToTheWorkingDirectory() throws UsageException {
        assertThat(request("--map-path=/outside=here").target().pathMappings())
                .containsEntry("/outside", Path.of("here").toAbsolutePath());
    }

    @Test
    void reportsWhatTheRequestRefusesAsWrongUsage() {
        assertThatExceptionOfType(UsageException.class)
                .isThrownBy(() -> request("--ssl-cert=cert.pem"))
                .withMessageContaining("go together");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"--retry-wait=", "--retry-wait=5s,,6s", "--retry-wait=5x", "--retry-wait=-1s", "--retries=-1"})
    void readsWaitsAsTimes(String option) {
        assertThatExceptionOfType(ParameterException.class).isThrownBy(() -> request(option));
    }

    @Test
    void readsValuesAfterAnEqualsSignAndAfterABlank() throws UsageException {
        CloneRequest request = request("--max-concurrency=4", "--ddl-timeout", "60", "-u", "other");
        assertThat(request.transfer().maxConcurrency()).isEqualTo(4);
        assertThat(request.transfer().ddlTimeout()).isEqualTo(Duration.ofMinutes(1));
        assertThat(request.login().user()).isEqualTo("other");
    }

    @Test
    void readsAnEqualsSignAfterAShortNameAsPartOfTheValue() throws UsageException {
        assertThat(request("-uother").login().user()).isEqualTo("other");
        assertThat(request("-u=other").login().user()).isEqualTo("=other");
    }

    @Test
    void acceptsAValueThatLooksLikeAnOption() throws UsageException {
        assertThat(request("--user=-v").login().user()).isEqualTo("-v");
        assertThat(request("--user", "--dir").login().user()).isEqualTo("--dir");
        assertThat(request("--user=@file").login().user()).isEqualTo("@file");
        assertThat(request("--user=${sys:user.home}").login().user()).isEqualTo("${sys:user.home}");
        assertThat(request("--user=\"quoted\"").login().user()).isEqualTo("\"quoted\"");
    }

    @ParameterizedTest
    @CsvSource({
        "--donor=[::1]:3307,[::1]:3307",
        "--host=::1,[::1]:3306",
        "-h db1 -P3307,db1:3307",
        "--socket=/run/m.sock,/run/m.sock",
        "-S /run/m.sock -h localhost,/run/m.sock",
        "-S /run/m.sock -h db1,db1:3306",
        "-h localhost,localhost:3306",
    })
    void acceptsSeveralWaysToNameTheDonor(String arguments, String expected) throws UsageException {
        String[] args = ("fetch --user=u --dir=/d " + arguments).split(" ");
        FetchCommand fetch = program.parse(args).getCommand();
        assertThat(fetch.request(Password.empty(), Password.empty()).donor()).hasToString(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "--donor=db1 --port=3307,'--donor excludes --host, --port and --socket'",
        "--donor=db1 --socket=/s,'--donor excludes --host, --port and --socket'",
        "--host=db1 --port=0,--port: 0 (expected: 1 to 65535)",
        "--port=3307,'missing: --donor=HOST[:PORT] (or --host=HOST, or --socket=FILE)'",
        "--donor=db1 --upgrade,'--upgrade needs --target-version or --mysqld: the server that will upgrade the clone'",
    })
    void saysWhichWaysToNameTheDonorExcludeEachOther(String arguments, String message) {
        String[] args = ("fetch --user=u --dir=/d " + arguments).split(" ");
        assertThat(program.run(args)).isEqualTo(CloneErrorCode.USAGE.exitStatus());
        assertThat(program.err()).startsWith("jclone: " + message + "\n");
    }

    @Test
    void usesTheLastOfAnOptionGivenTwice() throws UsageException {
        assertThat(request("--user=a", "--user=b").login().user()).isEqualTo("b");
    }

    @Test
    void collectsOptionsThatMayBeRepeated() throws UsageException {
        assertThat(request("--map-path=/a=/b", "--map-path", "/c=/d=e").target().pathMappings())
                .containsOnly(entry("/a", Path.of("/b")), entry("/c", Path.of("/d=e")));
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
    void readsSwitchesAsMySqlDoes(String argument, boolean expected) throws UsageException {
        assertThat(request(argument).transfer().blockDdl()).isEqualTo(expected);
        assertThat(request(argument, "-v").transfer().blockDdl()).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"required,REQUIRED", "REQUIRED,REQUIRED", "Disabled,DISABLED"})
    void readsModesInAnyCase(String text, SslMode expected) throws UsageException {
        assertThat(request("--ssl-mode=" + text).tls().sslMode()).isEqualTo(expected);
    }

    @Test
    void readsUnderscoresInNamesAsDashes() throws UsageException {
        assertThat(request("--max_concurrency=3").transfer().maxConcurrency()).isEqualTo(3);
        assertThat(request("--max_concurrency", "3", "--user=a_b").login().user())
                .isEqualTo("a_b");
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
                "--replace=drop | --replace: drop (expected: SWAP, DROP-FIRST)",
                "--output=xml | --output: xml (expected: text, json)",
                "--map-path=/a | --map-path: /a (expected: FROM=TO, two directories)",
                "--undo-dir=/ | undo-dir: / is the root of the file system",
                "--undo-dir=/data/.undo | undo-dir: /data/.undo lies in a folder of the data directory that is the server's, or that a server passes over",
                "--donor=db1:port | --donor: donor address: \"db1:port\" (expected: a number as port)",
                "--verbose=yes | --verbose takes no value",
                "--max-concurrency | --max-concurrency needs a value: --max-concurrency=N",
                "-x | unknown option -x",
                "-vx | unknown option -x",
                "extra | there is an argument too many, without an option before it",
            })
    void explainsWrongUsage(String argument, String message) {
        String[] args = {"fetch", "--donor=db1", "--user=u", "--dir=/data", argument};
        assertThat(program.run(args)).isEqualTo(CloneErrorCode.USAGE.exitStatus());
        assertThat(program.err()).isEqualTo("jclone: " + message + "\nSee jclone fetch --help.\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--max-concurency=3 | --max-concurency; did you mean --max-concurrency?",
                "--doner x | --doner; did you mean --donor?",
                "--doner=x --usr y | --doner; did you mean --donor?",
                "--pasword x | --pasword; did you mean --password?",
                "extra --resmue | --resmue; did you mean --resume?",
                "--max_data_bandwith=3 | --max_data_bandwith; did you mean --max-data-bandwidth?",
                "--nonsense-of-its-own=3 | --nonsense-of-its-own",
            })
    void reportsAnUnknownOptionFirstAndWithoutItsValue(String arguments, String message) {
        assertThat(program.run(("fetch " + arguments).split(" "))).isEqualTo(CloneErrorCode.USAGE.exitStatus());
        assertThat(program.err()).isEqualTo("jclone: unknown option " + message + "\nSee jclone fetch --help.\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-p secret", "--password secret"})
    void explainsAPasswordThatIsASeparateArgument(String arguments) {
        assertThat(program.run(("fetch --donor=d --user=u --dir=/d " + arguments).split(" ")))
                .isEqualTo(CloneErrorCode.USAGE.exitStatus());
        assertThat(program.err())
                .startsWith("jclone: there is an argument too many, without an option before it; a password must follow"
                        + " at once: -pPASSWORD or --password=PASSWORD\n")
                .doesNotContain("secret");
    }

    @Test
    void namesEverythingThatIsMissing() {
        assertThat(program.run("fetch")).isEqualTo(CloneErrorCode.USAGE.exitStatus());
        assertThat(program.err())
                .startsWith("jclone: missing: --donor=HOST[:PORT] (or --host=HOST, or --socket=FILE), --user=USER,"
                        + " --dir=DIR\n");
        assertThat(program.run("fetch", "--user=u", "--dir=/d")).isEqualTo(CloneErrorCode.USAGE.exitStatus());
        assertThat(program.err()).contains("jclone: missing: --donor=HOST[:PORT] (or --host=HOST, or --socket=FILE)\n");
    }

    /** A command that cannot run neither asks for a password nor opens another file. */
    @ParameterizedTest
    @ValueSource(strings = {"fetch --dir=/d", "check"})
    void reportsWrongOptionsBeforeItAsksForAPassword(String command) {
        String arguments = command + " --donor=d --user=u --ssl-cert=c.pem --password-file=/missing";
        assertThat(program.run(arguments.split(" "))).isEqualTo(CloneErrorCode.USAGE.exitStatus());
        assertThat(program.err()).contains("go together").doesNotContain("password");
    }

    @ParameterizedTest
    @CsvSource({
        "clone,''",
        "jclone,''",
        "fetsch,; did you mean fetch?",
        "help fetsch,; did you mean fetch?",
        "vresion,; did you mean version?"
    })
    void refusesUnknownCommands(String command, String nearest) {
        assertThat(program.run(command.split(" "))).isEqualTo(CloneErrorCode.USAGE.exitStatus());
        assertThat(program.err())
                .isEqualTo("jclone: there is no command of that name" + nearest + "\nSee jclone --help.\n");
    }

    @ParameterizedTest
    @CsvSource({
        "--replace,SWAP",
        "--replace=Swap,SWAP",
        "--replace=drop-first,DROP_FIRST",
        "--replace=DROP-FIRST,DROP_FIRST",
        "--replace=drop_first,DROP_FIRST"
    })
    void readsValuesAsDocumented(String argument, Replacement expected) throws UsageException {
        assertThat(request(argument).target().replacement()).isEqualTo(expected);
    }

    private CloneRequest request(String... more) throws UsageException {
        List<String> args =
                new ArrayList<>(List.of("fetch", "--donor=[::1]:3307", "--user=cloner", "--dir=/data/x/../mysql"));
        args.addAll(List.of(more));
        FetchCommand fetch = program.parse(args.toArray(String[]::new)).getCommand();
        return fetch.request(Password.empty(), Password.empty());
    }
}
