package org.jclone.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jclone.daemon.api.RunDetail;
import org.jclone.daemon.api.RunEvent;
import org.jclone.daemon.api.RunEvent.Kind;
import org.jclone.daemon.api.RunQuery;
import org.jclone.daemon.api.RunStatus;
import org.jclone.daemon.api.StepStatus;
import org.jclone.daemon.client.DaemonClient;
import org.jclone.daemon.history.HistoryException;
import org.jclone.daemon.history.HistoryReader;
import org.jclone.provision.api.Step;
import org.jclone.tests.process.CommandResult;
import org.jclone.tests.process.Jclone;
import org.jclone.tests.process.RunningCommand;
import org.jclone.tests.server.MySqlServer;
import org.jclone.tests.server.RealServer;
import org.jclone.tests.server.ServerTool;
import org.jclone.tests.server.Servers;
import org.junit.jupiter.api.Test;

/** {@code jclone daemon} with a real source and a real replica. */
@RealServer
class DaemonIT {

    private static final Duration TIMEOUT = Duration.ofMinutes(2);
    private static final String SECRET = "repl pw 8";

    /** MiB per second: slow enough to kill the daemon in the middle of the copy. */
    private static final int SLOW = 20;

    private static final String TOKEN = "0123456789abcdef0123456789abcdef";

    /** Arguments: path of the Unix socket, file for the port, program. */
    private static final String PASS_SOCKETS = """
            import os, socket, sys
            unix, tcp = socket.socket(socket.AF_UNIX), socket.socket()
            unix.bind(sys.argv[1])
            tcp.bind(('127.0.0.1', 0))
            with open(sys.argv[2], 'w') as port: port.write(str(tcp.getsockname()[1]))
            unix.listen(), tcp.listen()
            os.dup2(unix.fileno(), 10), os.dup2(tcp.fileno(), 11)
            os.dup2(10, 3), os.dup2(11, 4)
            os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS='2')
            os.execvp(sys.argv[3], sys.argv[3:])
            """;

    private final Servers servers;

    DaemonIT(Servers servers) {
        this.servers = servers;
    }

    /** One daemon with one target. */
    private final class Fixture {

        private final Path data = servers.newPath("d");
        private final Path settings = servers.newPath("f");
        private final Path state = servers.newPath("s");
        private final Path file = servers.newPath("c");
        private final Path clonePassword = servers.newSecret(MySqlServer.CLONE_PASSWORD);
        private final Path replicationPassword = servers.newSecret(SECRET);
        private final Path tokens = servers.newSecret("read test " + TOKEN + "\n");
        private final Path passedSocket = servers.newPath("u");
        private final Path passedPort = servers.newPath("t");
        private final MySqlServer source;
        private final MySqlServer replica;

        Fixture(MySqlServer source) throws Exception {
            this.source = source;
            Files.createDirectory(data);
            replica = servers.createTarget(data, settings, "--gtid");
        }

        void configure(int limit, String... more) throws Exception {
            Files.writeString(
                    file,
                    """
                            [daemon]
                            state-dir = %s
                            api-token-file = %s

                            [source primary]
                            donor = 127.0.0.1:%d
                            user = %s
                            password-file = %s
                            ssl-mode = REQUIRED

                            [replication]
                            replication-user = repl
                            replication-password-file = %s

                            [throttle]
                            max-data-bandwidth = %d

                            [target db1]
                            from = primary
                            datadir = %s
                            mysqld = %s
                            mysqld-defaults-file = %s
                            config-file = %s
                            start-command = %s start %s
                            """.formatted(
                                            state,
                                            tokens,
                                            source.port(),
                                            MySqlServer.CLONE_USER,
                                            clonePassword,
                                            replicationPassword,
                                            limit,
                                            data,
                                            ServerTool.mysqld(),
                                            replica.folder().resolve("my.cnf"),
                                            settings,
                                            ServerTool.script("instance"),
                                            replica.folder())
                            + String.join("\n", more) + "\n");
        }

        RunningCommand start(Map<String, String> environment) {
            return Jclone.start(environment, List.of("daemon", "--config=" + file));
        }

        /** Starts it as systemd does that has opened a Unix socket and a TCP socket. */
        RunningCommand startWithSockets(Map<String, String> environment) {
            List<String> command = new java.util.ArrayList<>(
                    List.of("python3", "-c", PASS_SOCKETS, passedSocket.toString(), passedPort.toString()));
            command.addAll(Jclone.command(List.of("daemon", "--config=" + file)));
            return RunningCommand.start(command, environment);
        }

        /** Asks it through both, and keeps the file of the Unix socket in view, which belongs to systemd. */
        void assertBothSocketsAreAdopted() throws Exception {
            assertThat(new DaemonClient(passedSocket).get("/v1/targets").objects("targets"))
                    .hasSize(1);
            HttpRequest request = HttpRequest.newBuilder(
                            URI.create("http://127.0.0.1:" + Files.readString(passedPort) + "/v1/targets"))
                    .header("Authorization", "Bearer " + TOKEN)
                    .build();
            assertThat(HttpClient.newHttpClient()
                            .send(request, HttpResponse.BodyHandlers.ofString())
                            .statusCode())
                    .isEqualTo(200);
        }

        CommandResult history(String... more) {
            List<String> command = new java.util.ArrayList<>(List.of("history", "--state-dir=" + state));
            command.addAll(List.of(more));
            return Jclone.run(Map.of(), command);
        }

        boolean hasWrittenTheSnapshot() {
            try (HistoryReader reader = HistoryReader.open(state.resolve("history.sqlite"))) {
                return reader.events(Optional.empty(), 0, 10_000).stream()
                        .anyMatch(event -> event.kind() == Kind.SNAPSHOT);
            } catch (HistoryException e) {
                throw new IllegalStateException(e);
            }
        }

        RunStatus onlyRun() throws Exception {
            try (HistoryReader reader = HistoryReader.open(state.resolve("history.sqlite"))) {
                List<RunStatus> runs = reader.runs(RunQuery.ALL);
                assertThat(runs).hasSize(1);
                return runs.get(0);
            }
        }
    }

    private static void prepare(MySqlServer source) {
        source.sql("CREATE USER repl IDENTIFIED BY '" + SECRET + "' REQUIRE SSL;"
                + " GRANT REPLICATION SLAVE, REPLICATION CLIENT ON *.* TO repl");
    }

    /** What the service manager is told, through its socket. */
    private static final class Manager implements AutoCloseable {

        private static final String LISTENER =
                "import socket, sys; s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM); s.bind(sys.argv[1])\n"
                        + "print('bound', flush=True)\n"
                        + "while True: print(s.recv(4096).decode(), flush=True)";

        private final Path socket;
        private final RunningCommand listener;

        Manager(Path socket) {
            this.socket = socket;
            listener = RunningCommand.start(List.of("python3", "-c", LISTENER, socket.toString()), Map.of());
            listener.awaitOutput(text -> text.contains("bound"), TIMEOUT);
        }

        Map<String, String> environment() {
            return Map.of("NOTIFY_SOCKET", socket.toString());
        }

        void await(String message) {
            listener.awaitOutput(text -> text.contains(message), TIMEOUT);
        }

        @Override
        public void close() {
            listener.close();
        }
    }

    private static void awaitCopy(Fixture fixture, RunningCommand daemon) throws Exception {
        daemon.awaitOutput(text -> text.contains("kind=STAGE_BEGAN"), TIMEOUT);
        Checks.await(() -> Files.exists(fixture.data.resolve(".jclone-new/#clone/#jclone_journal")));
    }

    @Test
    void aRunSurvivesThatTheDaemonIsKilledAndStoppedInTheMiddleOfTheCopy() throws Exception {
        try (MySqlServer source = servers.create("--gtid")) {
            prepare(source);
            Fixture fixture = new Fixture(source);
            try (MySqlServer replica = fixture.replica) {
                fixture.configure(SLOW, "ensure = REPLICA");
                try (RunningCommand daemon = fixture.start(Map.of())) {
                    awaitCopy(fixture, daemon);
                    Checks.await(fixture::hasWrittenTheSnapshot); // which is a moment later than the log
                    daemon.signal("KILL");
                    daemon.await(TIMEOUT);
                }
                RunStatus killed = fixture.onlyRun();
                assertThat(killed.state()).isEqualTo(RunStatus.State.RUNNING);
                assertThat(fixture.history().stdout()).contains(killed.id(), "db1", "RUNNING");
                stopsInTheMiddle(fixture);

                fixture.configure(0, "ensure = REPLICA");
                try (RunningCommand daemon = fixture.start(Map.of())) {
                    daemon.awaitOutput(text -> text.contains("kind=ENDED"), TIMEOUT);
                    daemon.signal("TERM");
                    CommandResult stopped = daemon.await(TIMEOUT);
                    assertThat(stopped.exitStatus()).as(stopped.stderr()).isZero();
                    assertThat(stopped.stderr()).doesNotContain(SECRET, MySqlServer.CLONE_PASSWORD);
                }
                assertHistoryIsTrue(fixture, killed.id());
                assertThat(replica.row("SELECT @@super_read_only, COUNT(*), MIN(service_state) FROM"
                                + " performance_schema.replication_connection_status"))
                        .containsExactly("1", "1", "ON");
                assertThat(Files.list(fixture.state.resolve("runs"))).isEmpty();
            }
        }
    }

    private void stopsInTheMiddle(Fixture fixture) throws Exception {
        try (Manager manager = new Manager(servers.newPath("n"));
                RunningCommand daemon = fixture.startWithSockets(manager.environment())) {
            manager.await("READY=1");
            fixture.assertBothSocketsAreAdopted();
            awaitCopy(fixture, daemon);
            manager.await("STATUS=db1: CLONE, FILE COPY ");
            manager.await("WATCHDOG=1");
            daemon.signal("TERM");
            CommandResult stopped = daemon.await(TIMEOUT);
            assertThat(stopped.exitStatus()).as(stopped.stderr()).isZero();
            assertThat(stopped.stderr()).contains("kind=INTERRUPTED");
            manager.await("STOPPING=1");
            assertThat(fixture.passedSocket).exists();
        }
        assertThat(fixture.onlyRun().state()).isEqualTo(RunStatus.State.QUEUED);
    }

    private static void assertHistoryIsTrue(Fixture fixture, String id) throws Exception {
        RunStatus run = fixture.onlyRun();
        assertThat(run.id()).isEqualTo(id);
        assertThat(run.state()).isEqualTo(RunStatus.State.SUCCEEDED);
        assertThat(run.processes()).isEqualTo(3);
        assertThat(run.donor()).contains("127.0.0.1:" + fixture.source.port());
        try (HistoryReader reader = HistoryReader.open(fixture.state.resolve("history.sqlite"))) {
            RunDetail detail = reader.run(id).orElseThrow();
            List<StepStatus> copies = detail.steps().stream()
                    .filter(step -> step.step() == Step.CLONE)
                    .toList();
            assertThat(copies.stream().map(StepStatus::isDone)).containsExactly(false, false, true);
            assertThat(copies.stream().map(StepStatus::isRepeated)).containsExactly(false, true, true);
            assertThat(detail.result().orElseThrow()).containsEntry("replicates_by", "GTID");
            assertThat(detail.figures().get("data_bytes")).isPositive();
            List<RunEvent> events = reader.events(Optional.of(id), 0, 10_000);
            assertThat(events.stream().map(RunEvent::kind))
                    .startsWith(Kind.QUEUED, Kind.STARTED, Kind.STEP_BEGAN)
                    .contains(Kind.DECIDED, Kind.SNAPSHOT, Kind.STAGE_DONE)
                    .endsWith(Kind.ENDED);
            assertThat(events.stream()
                            .filter(event -> event.kind() == Kind.STARTED)
                            .map(event -> event.details().get("mode")))
                    .containsExactly("NEW", "RESUME", "RESUME");
            assertThat(events.stream().map(RunEvent::id)).isSorted().doesNotHaveDuplicates();
        }
        CommandResult shown = fixture.history(id);
        assertThat(shown.stdout()).contains("SUCCEEDED", "CLONE, repeated: done in ", "HAND OVER");
    }
}
