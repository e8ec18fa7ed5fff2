package org.jclone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jclone.cli.option.ConnectionOptions;
import org.jclone.cli.option.UsageException;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneRequest;
import org.jclone.recipient.api.Password;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class OptionFilesTest {

    private final TestContext program = new TestContext();

    @TempDir
    private Path folder;

    @Test
    void theCommandLineWinsThenTheLastLineOfAllFiles() throws Exception {
        String text = "[client]\nuser=a\nhost=db1\nport=3307\n[jclone]\nmax_concurrency=3\nuser=b\ndir=/from/file\n";
        assertThat(request(text).login().user()).isEqualTo("b");
        assertThat(request(text).donor()).hasToString("db1:3307");
        assertThat(request(text).transfer().maxConcurrency()).isEqualTo(3);
        assertThat(request(text).directory()).isEqualTo(Path.of("/from/file"));
        CloneRequest typed = request(text, "--user=c", "-P", "3308", "--max-concurrency", "4");
        assertThat(typed.login().user()).isEqualTo("c");
        assertThat(typed.donor()).hasToString("db1:3308");
        assertThat(typed.transfer().maxConcurrency()).isEqualTo(4);
    }

    @ParameterizedTest
    @CsvSource({
        "--donor=typed:1,typed:1",
        "--host=typed,typed:3307",
        "--host=localhost,/file.sock",
        "--socket=/typed,/typed",
        "-S/typed,/typed",
        "--user=u,fromjclone:3306",
    })
    void aDonorOnTheCommandLineReplacesThoseInFiles(String typed, String donor) throws Exception {
        String text =
                "[client]\nhost=fromclient\nport=3307\nsocket=/file.sock\n[jclone]\ndonor=fromjclone\nuser=u\ndir=/d\n";
        assertThat(request(text, typed).donor()).hasToString(donor);
    }

    @Test
    void ignoresOptionsOfOtherClientsAndRefusesUnknownOnes() throws Exception {
        String others = "[client]\ndonor=db1\nuser=u\ndir=/d\ndefault-character-set=utf8mb4\n";
        assertThat(request(others + "[jclone]\nloose-nonsense=1\nloose-max-concurrency=5\n")
                        .transfer()
                        .maxConcurrency())
                .isEqualTo(5);
        Path file = write(others + "[jclone]\nnonsense=1\n");
        assertThat(program.run("fetch", "--defaults-file=" + file)).isEqualTo(CloneErrorCode.USAGE.exitStatus());
        assertThat(program.err()).startsWith("jclone: unknown option --nonsense in " + file + ", line 7\n");
    }

    @ParameterizedTest
    @CsvSource({
        "max-concurrency=999,'--max-concurrency: 999 (expected: 1 to 128), in '",
        "ssl-mode=maybe,--ssl-mode: maybe (expected: ",
        "user,'--user needs a value, in '",
        "verbose=1,'--verbose takes no value, in '",
    })
    void namesTheFileAndLineOfAWrongValue(String line, String message) throws Exception {
        Path file = write("[jclone]\n" + line + "\n");
        assertThat(program.run("fetch", "--defaults-file", file.toString(), "--donor=db1", "--user=u", "--dir=/d"))
                .isEqualTo(CloneErrorCode.USAGE.exitStatus());
        assertThat(program.err()).startsWith("jclone: " + message).contains(file + ", line 2\n");
    }

    @Test
    void hidesAPasswordInAFileAndPrefersTheCommandLine() throws Exception {
        List<String> warnings = new ArrayList<>();
        assertThat(password("[client]\npassword=\"pass#word\"\n", warnings)).isEqualTo("pass#word");
        Path secret = Files.writeString(folder.resolve("secret"), "from its own file\n");
        Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-------"));
        assertThat(password("[client]\npassword=x\n[jclone]\npassword-file=" + secret + '\n', warnings))
                .isEqualTo("from its own file");
        assertThat(password("[client]\npassword=x\n", warnings, "--password-file=" + secret))
                .isEqualTo("from its own file");
        assertThat(warnings).isEmpty();
        assertThat(password("[client]\npassword=x\n", warnings, "-ptyped")).isEqualTo("typed");
        assertThat(warnings).hasSize(1);
    }

    @Test
    void reportsAMissingFileAsWrongUsage() {
        assertThat(program.run("fetch", "--defaults-file=/none.cnf")).isEqualTo(CloneErrorCode.USAGE.exitStatus());
        assertThat(program.err()).startsWith("jclone: cannot read the option file /none.cnf\n");
    }

    @Test
    void acceptsPrefixesInFilesAndOnTheCommandLine() throws Exception {
        String text = "[client]\nget-server-public-key\nskip-ssl-ca\n[jclone]\nloose-skip-direct-io\nskip-journal=0\n";
        assertThat(request(text).tls().getServerPublicKey()).isTrue();
        assertThat(request(text).target().directIo()).isFalse();
        assertThat(request(text, "--skip-get-server-public-key").tls().getServerPublicKey())
                .isFalse();
        assertThat(request(text, "--enable-direct-io", "--loose-nonsense=1")
                        .target()
                        .directIo())
                .isTrue();
    }

    @Test
    void showsTheOptionsOfFilesWithoutPasswords() throws Exception {
        Path file = write("[client]\nuser=u\npassword=secret\npassword2 = secret\nunknown\nport=99999\n");
        String[] arguments = {"fetch", "--defaults-file=" + file, "--print-defaults", "--no-login-paths", "-psecret"};
        assertThat(program.run(arguments)).isZero();
        assertThat(program.out()).isEqualTo("""
                        jclone fetch would have been started with the following arguments:
                        --user=u --password=***** --password2=***** --unknown --port=99999 -p*****
                        """);
        assertThat(program.err()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "--user=u --no-defaults,--no-defaults must come before all other options",
        "--user u --defaults-file /f,--defaults-file must come before all other options",
        "--donor=d --print-defaults,--print-defaults must come before all other options",
        "--no-login-paths --no-defaults,--no-defaults must be the very first option",
        "--no-defaults --defaults-file=/f,--no-defaults excludes --defaults-file and --defaults-extra-file",
        "--defaults-file,'--defaults-file needs a value: --defaults-file=FILE'",
    })
    void requiresOptionsAboutFilesFirst(String arguments, String message) {
        assertThat(program.run(("fetch " + arguments).split(" "))).isEqualTo(CloneErrorCode.USAGE.exitStatus());
        assertThat(program.err()).startsWith("jclone: " + message + "\n");
    }

    @Test
    void readsTheVariablesOfMySqlsClientsBelowTheFiles() throws Exception {
        String group = "[jclone]\nuser=u\ndir=/d\n";
        program.withEnvironment(Map.of("MYSQL_HOST", "fromvariable", "MYSQL_TCP_PORT", "3399", "MYSQL_UNIX_PORT", ""));
        assertThat(request(group).donor()).hasToString("fromvariable:3399");
        assertThat(request(group + "host=fromfile\n").donor()).hasToString("fromfile:3399");
        assertThat(request(group, "--port=1").donor()).hasToString("fromvariable:1");
        assertThat(request(group, "--donor=typed").donor()).hasToString("typed:3306");
        program.withEnvironment(Map.of("MYSQL_UNIX_PORT", "/run/s.sock"));
        assertThat(request(group).donor()).hasToString("/run/s.sock");
        assertThat(request(group, "--host=db1").donor()).hasToString("db1:3306");
        assertThat(request(group, "--host=localhost").donor()).hasToString("/run/s.sock");
    }

    @Test
    void namesTheVariableWithAWrongValue() throws Exception {
        program.withEnvironment(Map.of("MYSQL_HOST", "h", "MYSQL_TCP_PORT", "70000"));
        assertThat(program.run("fetch", "--no-defaults", "--user=u", "--dir=/nowhere/d"))
                .isEqualTo(CloneErrorCode.USAGE.exitStatus());
        assertThat(program.err()).contains("MYSQL_TCP_PORT");
    }

    @Test
    void printsHelpWithoutReadingFiles() {
        assertThat(program.run("fetch", "--help")).isZero();
        assertThat(program.out()).contains("Option files, before all other options:", "--defaults-file=FILE");
    }

    @Test
    void readsPasswordsOfFurtherFactorsFromFilesWithoutAWarning() throws Exception {
        List<String> warnings = new ArrayList<>();
        ConnectionOptions options = (ConnectionOptions) parse("[client]\npassword=one\npassword2=two\n")
                .getCommandSpec()
                .mixins()
                .get("connection")
                .userObject();
        Password all = new PasswordSource(program.context(), warnings::add).read(options);

        assertThat(all.toUtf8()).asString(StandardCharsets.UTF_8).isEqualTo("one");
        assertThat(all.toUtf8(1)).asString(StandardCharsets.UTF_8).isEqualTo("two");
        assertThat(warnings).isEmpty();
    }

    private String password(String text, List<String> warnings, String... more) throws IOException, UsageException {
        ConnectionOptions options = (ConnectionOptions)
                parse(text, more).getCommandSpec().mixins().get("connection").userObject();
        byte[] utf8 = new PasswordSource(program.context(), warnings::add)
                .read(options.password())
                .toUtf8();
        return new String(utf8, StandardCharsets.UTF_8);
    }

    private CloneRequest request(String text, String... more) throws IOException, UsageException {
        FetchCommand fetch = parse(text, more).getCommand();
        return fetch.request(Password.empty(), Password.empty());
    }

    private CommandLine parse(String text, String... more) throws IOException {
        List<String> args = new ArrayList<>(List.of("fetch", "--defaults-file=" + write(text)));
        if (!text.contains("dir=")) {
            args.addAll(List.of("--donor=db1", "--user=u", "--dir=/d"));
        }
        args.addAll(List.of(more));
        return program.parse(args.toArray(String[]::new));
    }

    private Path write(String text) throws IOException {
        Path file = Files.writeString(folder.resolve("my.cnf"), text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        return file;
    }
}
