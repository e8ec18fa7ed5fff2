package org.jclone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jclone.recipient.api.CloneErrorCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JcloneTest {

    private static final String SECRET = "Tr0ub4dor&3";

    private final TestContext program = new TestContext();

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"--version", "-V", "version"})
    void showsItsVersion(String argument) {
        assertThat(program.run(argument)).isZero();
        assertThat(program.out()).matches("jclone \\d+\\.\\d+\\.\\d+(-SNAPSHOT)? \\(Java .+\\)\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--version", "version", "explain", "fetch --help", "help"})
    void failsIfTheResultCannotBeWritten(String arguments) throws IOException {
        try (OutputStream full = new FileOutputStream("/dev/full")) {
            assertThat(program.withOutput(full).run(arguments.split(" ")))
                    .isEqualTo(CloneErrorCode.STORAGE.exitStatus());
        }
        assertThat(program.err()).isEqualTo("jclone: cannot write to standard output: No space left on device\n");
    }

    @Test
    void isSilentIfTheReaderOfTheOutputIsGone() throws IOException {
        OutputStream closed = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("Broken pipe");
            }
        };
        assertThat(program.withOutput(closed).run("explain")).isEqualTo(CloneErrorCode.STORAGE.exitStatus());
        assertThat(program.err()).isEmpty();
    }

    @Test
    void printsUsageWithoutArguments() {
        assertThat(program.run()).isZero();
        assertThat(program.out()).startsWith("Examples:\n  # Try it").contains("fetch", "inspect", "help");
    }

    @ParameterizedTest
    @ValueSource(strings = {"fetch --help", "help fetch", "fetch -?", "fetch --donor db1 --help"})
    void printsTheHelpOfACommand(String commandLine) {
        assertThat(program.run(commandLine.split(" "))).isZero();
        assertThat(program.out())
                .startsWith("Examples:\n  # ")
                .contains("\nUsage: jclone fetch --donor=HOST[:PORT] --user=USER --dir=DIR [OPTION...]\n")
                .contains("--max-concurrency=N", "Values: 1 to 128. Default: 16.");
        assertThat(program.err()).isEmpty();
    }

    @Test
    void exitsOnWrongUsageAndPointsToTheHelp() {
        assertThat(program.run("fetch", "--donor", "db1", "--user", "u")).isEqualTo(CloneErrorCode.USAGE.exitStatus());
        assertThat(program.err()).isEqualTo("jclone: missing: --dir=DIR\nSee jclone fetch --help.\n");
        assertThat(program.out()).isEmpty();
    }

    @Test
    void refusesContradictoryOptions() {
        assertThat(fetch("127.0.0.1:3306", "--ssl-mode=VERIFY_CA")).isEqualTo(CloneErrorCode.USAGE.exitStatus());
        assertThat(program.err()).contains("--ssl-ca");
    }

    @Test
    void reportsAClosedPortAsConnectFailed() throws IOException {
        assertThat(fetch("127.0.0.1:" + closedPort())).isEqualTo(CloneErrorCode.CONNECT_FAILED.exitStatus());
        assertThat(program.err())
                .contains("jclone: cannot connect to 127.0.0.1:")
                .contains("\n  Check host and port");
        assertThat(program.out()).isEmpty();
    }

    @Test
    void printsTheErrorAsTheLastJsonObject() throws IOException {
        fetch("127.0.0.1:" + closedPort(), "--output=json");
        assertThat(program.out().lines().toList())
                .last()
                .asString()
                .startsWith(
                        "{\"type\":\"error\",\"code\":\"CONNECT_FAILED\",\"exitStatus\":20,\"message\":\"cannot connect")
                .endsWith("\"}");
    }

    @Test
    void escapesControlCharactersOfAPeer() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread peer = new Thread(() -> sayGibberish(server));
            peer.start();
            assertThat(fetch("127.0.0.1:" + server.getLocalPort(), "--connect-timeout=5"))
                    .isIn(CloneErrorCode.PROTOCOL.exitStatus(), CloneErrorCode.CONNECT_FAILED.exitStatus());
            peer.join();
        }
        assertThat(program.err()).startsWith("jclone: ").doesNotContain("\033");
    }

    @Test
    void refusesADirectoryInUseBeforeItConnects() throws IOException {
        Files.createFile(Files.createDirectory(folder.resolve("data")).resolve("ibdata1"));
        assertThat(fetch("127.0.0.1:" + closedPort())).isEqualTo(CloneErrorCode.TARGET_NOT_USABLE.exitStatus());
        assertThat(folder.resolve("data")).isDirectoryContaining("glob:**/ibdata1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--password=" + SECRET,
                "-p" + SECRET,
                "--pasword=" + SECRET,
                "--password " + SECRET,
                "-p " + SECRET,
                "--user " + SECRET + " -z" + SECRET,
                "--verbose=" + SECRET,
                SECRET,
                "--password-file " + "/missing -vvv " + "--password=" + SECRET,
                "-vvv --password=" + SECRET,
            })
    void neverPrintsAPassword(String arguments) throws IOException {
        String[] extra = arguments.split(" ");
        assertThat(fetch("127.0.0.1:" + closedPort(), extra)).isNotZero();
        assertThat(program.out() + program.err()).doesNotContain(SECRET);
    }

    @Test
    void blamesNoDiskForAPlaceThatHoldsNoFiles() {
        String[] args = {"fetch", "--donor=127.0.0.1:1", "--user=u", "--dir=/proc/jclone"};
        assertThat(program.run(args)).isEqualTo(CloneErrorCode.STORAGE.exitStatus());
        assertThat(program.err())
                .contains("cannot create directory /proc/jclone")
                .doesNotContain("dmesg", "disk");
    }

    @Test
    void inspectRefusesAFileThatIsNoRecording() throws IOException {
        Path file = Files.writeString(folder.resolve("notes.txt"), "no recording");
        assertThat(program.run("inspect", file.toString())).isEqualTo(CloneErrorCode.PROTOCOL.exitStatus());
        assertThat(program.err()).startsWith("jclone: " + file + ": ");
    }

    @Test
    void inspectRequiresAnExistingFile() {
        assertThat(program.run("inspect", folder.resolve("none").toString()))
                .isEqualTo(CloneErrorCode.USAGE.exitStatus());
    }

    private int fetch(String donor, String... more) {
        String[] args = new String[more.length + 7];
        String[] first = {
            "fetch",
            "--donor",
            donor,
            "--user",
            "u",
            "--dir",
            folder.resolve("data").toString()
        };
        System.arraycopy(first, 0, args, 0, first.length);
        System.arraycopy(more, 0, args, first.length, more.length);
        return program.run(args);
    }

    private static int closedPort() throws IOException {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return server.getLocalPort();
        }
    }

    private static void sayGibberish(ServerSocket server) {
        try (Socket socket = server.accept()) {
            socket.getOutputStream()
                    .write("\033[2J\033[31mHTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.UTF_8));
            socket.getInputStream().readAllBytes();
        } catch (IOException e) {
            Thread.currentThread().interrupt();
        }
    }
}
