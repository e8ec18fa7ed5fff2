package org.jclone.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jclone.daemon.api.RunEvent;
import org.jclone.daemon.api.RunQuery;
import org.jclone.daemon.api.RunStatus;
import org.jclone.daemon.history.HistoryException;
import org.jclone.daemon.history.HistoryReader;
import org.jclone.tests.process.CommandResult;
import org.jclone.tests.process.Jclone;
import org.jclone.tests.process.RunningCommand;
import org.jclone.tests.server.MySqlServer;
import org.jclone.tests.server.ServerTool;
import org.jclone.tests.server.Servers;

/** A daemon with one source, and one target for each replica to be. */
final class DaemonFixture {

    static final Duration TIMEOUT = Duration.ofMinutes(2);
    static final String SECRET = "repl pw 8";

    private final Servers servers;
    private final MySqlServer source;
    private final Function<String, Path> paths;
    private final Path state;
    private final Path file;
    private final Path clonePassword;
    private final Path replicationPassword;
    private String daemonOptions = "";

    DaemonFixture(Servers servers, MySqlServer source) throws Exception {
        this(servers, source, servers::newPath);
    }

    /** @param paths gives a new path for a prefix */
    DaemonFixture(Servers servers, MySqlServer source, Function<String, Path> paths) throws Exception {
        this.servers = servers;
        this.source = source;
        this.paths = paths;
        this.state = paths.apply("s");
        this.file = paths.apply("c");
        this.clonePassword = secret(MySqlServer.CLONE_PASSWORD);
        this.replicationPassword = secret(SECRET);
        source.sql("CREATE USER repl IDENTIFIED BY '" + SECRET + "' REQUIRE SSL;"
                + " GRANT REPLICATION SLAVE, REPLICATION CLIENT ON *.* TO repl");
    }

    /**
     * A replica to be.
     *
     * @param settings the file that jclone writes
     * @param server the one that will run on the data, with the settings
     */
    record Replica(Path data, Path settings, MySqlServer server) implements AutoCloseable {

        /** Returns the group of its target. */
        String target(String name, String... options) {
            return """

                    [target %s]
                    from = primary
                    datadir = %s
                    mysqld = %s
                    mysqld-defaults-file = %s
                    config-file = %s
                    start-command = %s start %s
                    """.formatted(
                                    name,
                                    data,
                                    ServerTool.mysqld(),
                                    server.folder().resolve("my.cnf"),
                                    settings,
                                    ServerTool.script("instance"),
                                    server.folder())
                    + String.join("\n", options) + "\n";
        }

        /** Returns options of a target whose old server may be replaced. */
        String[] replaced(String... more) {
            List<String> options = new ArrayList<>(
                    List.of("replace", "stop-command = " + ServerTool.script("instance") + " stop " + server.folder()));
            options.addAll(List.of(more));
            return options.toArray(String[]::new);
        }

        String uuid() {
            return server.sql("SELECT @@server_uuid");
        }

        void assertReplicates() {
            assertThat(server.row("SELECT @@super_read_only, COUNT(*), MIN(service_state) FROM"
                            + " performance_schema.replication_connection_status"))
                    .containsExactly("1", "1", "ON");
        }

        @Override
        public void close() {
            server.close();
        }
    }

    Replica replica() throws Exception {
        Path data = Files.createDirectory(paths.apply("d"));
        Path settings = paths.apply("f");
        return new Replica(data, settings, servers.createTarget(data, settings, "--gtid"));
    }

    /** Writes a file that only its owner can read. */
    Path secret(String text) throws Exception {
        return Servers.writeSecret(paths.apply("w"), text);
    }

    /** Adds options to [daemon], from the next configuration on. */
    void addDaemonOptions(String... lines) {
        daemonOptions += String.join("\n", lines) + "\n";
    }

    /**
     * Writes the configuration.
     *
     * @param limit in MiB per second; 0 for none
     * @param groups further lines: options of [throttle], then targets
     */
    void configure(int limit, String... groups) throws Exception {
        Files.writeString(
                file,
                """
                        [daemon]
                        state-dir = %s
                        %s
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
                        """.formatted(
                                        state,
                                        daemonOptions,
                                        source.port(),
                                        MySqlServer.CLONE_USER,
                                        clonePassword,
                                        replicationPassword,
                                        limit)
                        + String.join("\n", groups));
    }

    RunningCommand start() {
        return start(Map.of());
    }

    /** Starts it, and waits until it takes orders. */
    RunningCommand start(Map<String, String> environment) {
        RunningCommand daemon = Jclone.start(environment, List.of("daemon", "--config=" + file));
        daemon.awaitOutput(text -> text.contains("; ready"), TIMEOUT);
        return daemon;
    }

    /** Ends it as a service manager does. */
    static void stop(RunningCommand daemon) {
        daemon.signal("TERM");
        CommandResult stopped = daemon.await(TIMEOUT);
        assertThat(stopped.exitStatus()).as(stopped.stderr()).isZero();
        assertThat(stopped.stderr()).doesNotContain(SECRET);
        assertThat(stopped.stderr()).doesNotContain("a bug in jclone", "level=ERROR");
    }

    Path state() {
        return state;
    }

    CommandResult history(String... more) {
        List<String> command = new ArrayList<>(List.of("history", "--state-dir=" + state));
        command.addAll(List.of(more));
        return Jclone.run(Map.of(), command);
    }

    /** Runs {@code jclone ctl}. */
    CommandResult ctl(String... words) {
        List<String> command = new ArrayList<>(List.of("ctl"));
        command.addAll(List.of(words));
        command.add("--api-socket=" + state.resolve("jclone.sock"));
        return Jclone.run(Map.of(), command);
    }

    /** Runs {@code jclone ctl}, which must succeed, and returns its output. */
    String said(String... words) {
        CommandResult result = ctl(words);
        assertThat(result.exitStatus()).as(result.stderr()).isZero();
        return result.stdout();
    }

    /** Orders a run, and returns its number. */
    String order(String... words) {
        String said = said(words).strip();
        return said.substring(said.lastIndexOf(' ') + 1);
    }

    List<RunStatus> runs() {
        try (HistoryReader reader = HistoryReader.open(state.resolve("history.sqlite"))) {
            return reader.runs(RunQuery.ALL);
        } catch (HistoryException e) {
            throw new IllegalStateException(e);
        }
    }

    RunStatus run(String id) {
        return runs().stream().filter(run -> run.id().equals(id)).findFirst().orElseThrow();
    }

    /** Returns the events of a run; with no run those of all, and of the daemon. */
    List<RunEvent> events(Optional<String> run) {
        try (HistoryReader reader = HistoryReader.open(state.resolve("history.sqlite"))) {
            return reader.events(run, 0, 10_000);
        } catch (HistoryException e) {
            throw new IllegalStateException(e);
        }
    }

    void awaitEvent(Optional<String> run, Predicate<RunEvent> event) throws InterruptedException {
        long deadline = System.nanoTime() + TIMEOUT.toNanos();
        while (events(run).stream().noneMatch(event)) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("missing among " + events(run));
            }
            Thread.sleep(50);
        }
    }

    void awaitEnd(String run, RunStatus.State expected) throws InterruptedException {
        awaitEvent(Optional.of(run), event -> event.kind() == RunEvent.Kind.ENDED);
        Checks.await(() -> run(run).state().isOver());
        assertThat(run(run).state()).as(history(run).stdout()).isEqualTo(expected);
    }

    /** Waits until the data of this target is being copied, and could be resumed. */
    void awaitCopy(String run, Replica replica) throws InterruptedException {
        awaitEvent(Optional.of(run), event -> event.kind() == RunEvent.Kind.STAGE_BEGAN);
        Checks.await(() -> Files.exists(replica.data().resolve(".jclone-new/#clone/#jclone_journal")));
    }
}
