package org.jclone.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.tests.net.FreePort;
import org.jclone.tests.net.StubDns;
import org.jclone.tests.process.CommandResult;
import org.jclone.tests.process.Jclone;
import org.jclone.tests.process.RunningCommand;
import org.jclone.tests.server.MySqlServer;
import org.jclone.tests.server.RealServer;
import org.jclone.tests.server.Requirement;
import org.jclone.tests.server.ServerTool;
import org.jclone.tests.server.Servers;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Ways to reach a donor (socket, option files, MySQL Router), and the messages if they fail. */
@RealServer
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WaysInIT {

    private static final Path ROUTER = Path.of("server", "router").toAbsolutePath();

    private final Servers servers;
    private MySqlServer donor;
    private int xPort;

    WaysInIT(Servers servers) {
        this.servers = servers;
    }

    @BeforeAll
    void startDonor() throws IOException {
        xPort = FreePort.find();
        donor = servers.create(
                "--set", "bind_address=127.0.0.1,::1",
                "--set", "mysqlx=ON",
                "--set", "mysqlx_port=" + xPort,
                "--set", "mysqlx_bind_address=127.0.0.1",
                "--set", "mysqlx_socket=" + servers.newPath("x"));
    }

    @AfterAll
    void stopDonor() {
        donor.close();
    }

    /**
     * The donor's cache has no digest of the password yet, so the password itself is sent. Over clear text that would
     * be refused.
     */
    @Test
    void sendsThePasswordOverASocketWithoutTls() {
        donor.sql("FLUSH PRIVILEGES");
        Path directory = servers.newPath("c");
        CommandResult result = fetch(directory, "--socket=" + donor.socket(), "-v");
        assertThat(result.exitStatus()).describedAs(result.stderr()).isZero();
        assertThat(result.stderr()).contains("transport=\"Unix socket\"");
        try (MySqlServer clone = servers.create("--data", directory.toString())) {
            assertThat(clone.fingerprint()).isEqualTo(donor.fingerprint());
        }
    }

    @ParameterizedTest
    @CsvSource({"-Dio.netty.transport.noNative=true,PREFERRED,Unix socket", "-Da=b,REQUIRED,TLSv1.3"})
    void clonesOverASocketWithoutEpollAndWithTls(String javaOption, String sslMode, String transport) {
        List<String> arguments =
                arguments(servers.newPath("c"), "-S", donor.socket().toString(), "-v");
        arguments.add("--ssl-mode=" + sslMode);
        CommandResult result =
                Jclone.run(Map.of("MYSQL_PWD", MySqlServer.CLONE_PASSWORD, "JAVA_TOOL_OPTIONS", javaOption), arguments);
        assertThat(result.exitStatus()).describedAs(result.stderr()).isZero();
        assertThat(result.stderr()).contains("transport=\"" + transport);
    }

    @Test
    void acceptsHostAndPortAsMySqlDoes() {
        CommandResult result = fetch(servers.newPath("c"), "-h", "::1", "-P", String.valueOf(donor.port()));
        assertThat(result.exitStatus()).describedAs(result.stderr()).isZero();
        assertThat(result.stderr()).contains("[::1]:" + donor.port());
    }

    @Test
    void namesThePortOfTheXProtocol() {
        CommandResult result = fetch(servers.newPath("c"), "--donor=127.0.0.1:" + xPort);
        assertThat(result.exitStatus()).isEqualTo(CloneErrorCode.PROTOCOL.exitStatus());
        assertThat(result.stderr())
                .contains("127.0.0.1:" + xPort + " speaks the X protocol")
                .contains("SELECT @@port");
    }

    @Test
    void reportsAMissingSocket() {
        CommandResult result = fetch(servers.newPath("c"), "--socket=" + donor.socket() + ".none");
        assertThat(result.exitStatus()).isEqualTo(CloneErrorCode.CONNECT_FAILED.exitStatus());
        assertThat(result.stderr()).contains("cannot connect to the socket").contains("SELECT @@socket");
    }

    /** Router reads each command, and knows COM_CLONE; with end-to-end TLS it passes bytes on. */
    @ParameterizedTest
    @CsvSource({"DISABLED,DISABLED,9.7", "PASSTHROUGH,REQUIRED,9.7"})
    void clonesThroughMySqlRouter(String routerMode, String sslMode, String version) throws Exception {
        CommandResult installed =
                RunningCommand.run(List.of(ROUTER.toString(), "install"), Map.of(), Duration.ofMinutes(5));
        Requirement.require(installed.succeeded(), "no MySQL Router from Debian's packages: " + installed.stderr());
        int port = FreePort.find();
        List<String> command = List.of(
                ROUTER.toString(),
                "run",
                servers.newPath("router").toString(),
                String.valueOf(port),
                String.valueOf(donor.port()),
                routerMode);
        try (RunningCommand router = RunningCommand.start(command, Map.of())) {
            awaitListener(port);
            CommandResult result = fetch(
                    servers.newPath("c"),
                    "--donor=127.0.0.1:" + port,
                    "--ssl-mode=" + sslMode,
                    "--get-server-public-key");
            assertThat(result.exitStatus()).describedAs(result.stderr()).isZero();
            assertThat(result.stderr()).contains("MySQL " + version);
            router.signal("TERM");
        }
    }

    @Test
    void findsTheDonorInALoginPathAndAnOptionFile() throws Exception {
        Path login = servers.newPath("login");
        Map<String, String> environment = Map.of("MYSQL_TEST_LOGIN_FILE", login.toString());
        ServerTool.run(
                environment,
                "mysql_config_editor",
                "set",
                "--login-path=prod",
                "--user=" + MySqlServer.CLONE_USER,
                "--socket=" + donor.socket());
        Path file = servers.newPath("cnf");
        Files.writeString(
                file, "[client]\npassword = \"" + MySqlServer.CLONE_PASSWORD + "\" # plain\nhost=db.invalid\n");
        Path directory = servers.newPath("c");
        CommandResult result = Jclone.run(
                environment,
                List.of(
                        "fetch",
                        "--defaults-file=" + file,
                        "--login-path=prod",
                        "-h",
                        "localhost",
                        "--dir=" + directory));
        assertThat(result.exitStatus()).describedAs(result.stderr()).isZero();
        assertThat(result.stderr()).contains(donor.socket().toString()).doesNotContain("warning");
    }

    @Test
    void clonesTheServerThatTheDnsNamesForAService() throws Exception {
        try (StubDns dns = new StubDns(
                new StubDns.Server(20, "localhost", donor.port()), new StubDns.Server(10, "localhost", 1))) {
            Map<String, String> environment = Map.of(
                    "JAVA_TOOL_OPTIONS",
                    "-Djava.naming.provider.url=" + dns.url(),
                    "MYSQL_PWD",
                    MySqlServer.CLONE_PASSWORD);
            Path directory = servers.newPath("c");
            CommandResult result =
                    Jclone.run(environment, arguments(directory, "--donor=_mysql._tcp.example.com", "--rounds=1"));
            assertThat(result.exitStatus()).describedAs(result.stderr()).isZero();
            assertThat(result.stderr()).contains("localhost:" + donor.port()).contains("localhost:1");
            assertThat(directory.resolve("mysql.ibd")).exists();
        }
    }

    /** The server judges the second factor by the owner of the client's process, and asks nothing. */
    @Test
    void logsInWithAFactorThatNeedsNoPassword() {
        String user = System.getProperty("user.name");
        donor.sql("INSTALL PLUGIN auth_socket SONAME 'auth_socket.so';"
                + " CREATE USER factors@localhost IDENTIFIED BY 'one' AND IDENTIFIED WITH auth_socket AS '" + user
                + "'; GRANT BACKUP_ADMIN ON *.* TO factors@localhost");
        CommandResult result = Jclone.run(
                "one",
                List.of("fetch", "--user=factors", "--dir=" + servers.newPath("c"), "--socket=" + donor.socket()));
        assertThat(result.exitStatus()).describedAs(result.stderr()).isZero();
    }

    private CommandResult fetch(Path directory, String... more) {
        return Jclone.run(MySqlServer.CLONE_PASSWORD, arguments(directory, more));
    }

    private static List<String> arguments(Path directory, String... more) {
        List<String> arguments =
                new ArrayList<>(List.of("fetch", "--user=" + MySqlServer.CLONE_USER, "--dir=" + directory));
        arguments.addAll(List.of(more));
        return arguments;
    }

    private static void awaitListener(int port) throws Exception {
        long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (true) {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                assertThat(socket.isConnected()).isTrue();
                return;
            } catch (IOException e) {
                assertThat(System.nanoTime()).describedAs("the router listens").isLessThan(deadline);
                Thread.sleep(50);
            }
        }
    }
}
