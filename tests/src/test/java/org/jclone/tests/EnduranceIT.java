package org.jclone.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.jclone.daemon.api.RunDetail;
import org.jclone.daemon.api.RunEvent;
import org.jclone.daemon.api.RunQuery;
import org.jclone.daemon.api.RunStatus;
import org.jclone.daemon.api.RunStatus.State;
import org.jclone.daemon.history.HistoryReader;
import org.jclone.provision.api.Step;
import org.jclone.recipient.api.CloneException;
import org.jclone.tests.DaemonUnderTest.Holdings;
import org.jclone.tests.server.MySqlServer;
import org.jclone.tests.server.RealServer;
import org.jclone.tests.server.ScriptException;
import org.jclone.tests.server.ServerTool;
import org.jclone.tests.server.Servers;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Many runs of one daemon in a row, with faults at random moments. Each run replaces the replica of the run before.
 * {@code -Djclone.test.endurance=} says how many, {@code -Djclone.test.seed=} chooses the faults. In the second half the
 * daemon itself is not ended, so that one process lives through many runs.
 */
@RealServer
@Tag("full")
class EnduranceIT {

    private static final int RUNS = Integer.getInteger("jclone.test.endurance", 200);
    private static final long SEED = Long.getLong("jclone.test.seed", 11);
    private static final String SECRET = "repl pw 9";
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    /** MiB per second. */
    private static final int LIMIT = 80;

    /** Runs of a process before it is measured first; later growth is a leak. */
    private static final int WARM_UP = Math.min(8, RUNS / 8);

    /** Without a fault one is enough; a donor that was killed may still start. */
    private static final int MAX_RETRIES = 3;

    private static final int MEASURE_EVERY = 10;
    private static final long MAX_HEAP_GROWTH_KIB = 4096;
    /** Code that is compiled later. */
    private static final long MAX_RESIDENT_GROWTH_KIB = 32 << 10;

    private static final long MAX_GROWTH = 6;

    /** Longer than a donor keeps a snapshot that nobody fetches any more. */
    private static final Duration SNAPSHOT_PATIENCE = Duration.ofMinutes(4);

    private static final String MEMORY_OF_CLONES = "SELECT SUM(current_number_of_bytes_used) FROM"
            + " performance_schema.memory_summary_global_by_event_name WHERE event_name LIKE 'memory/%clone%'";

    private final Servers servers;
    private final Random random = new Random(SEED);

    /** The runs in the order in which they were ordered, with the state that the daemon reported. */
    private final Map<String, State> reported = new LinkedHashMap<>();

    private final Map<String, Integer> outcomes = new TreeMap<>();
    private int marks;
    private long mostResidentKib;

    EnduranceIT(Servers servers) {
        this.servers = servers;
    }

    private enum Fault {
        NONE,
        RELOAD,
        THROTTLE,
        STOP,
        UNDO,
        DONOR_KILLED,
        DONOR_CONNECTIONS_CUT,
        DAEMON_RESTARTED,
        DAEMON_KILLED;

        boolean endsTheDaemon() {
            return this == DAEMON_RESTARTED || this == DAEMON_KILLED;
        }

        /** How the run may end: a fault may come too late. */
        Set<State> outcomes() {
            return switch (this) {
                case NONE, RELOAD, THROTTLE, DAEMON_RESTARTED, DAEMON_KILLED -> EnumSet.of(State.SUCCEEDED);
                case STOP -> EnumSet.of(State.SUSPENDED, State.SUCCEEDED);
                case UNDO -> EnumSet.of(State.CANCELLED, State.SUCCEEDED);
                case DONOR_KILLED, DONOR_CONNECTIONS_CUT -> EnumSet.of(State.FAILED, State.SUCCEEDED);
            };
        }
    }

    /** The servers and files of one daemon with one target. */
    private final class Bench implements AutoCloseable {

        private final Path data = servers.newPath("d");
        private final Path settings = servers.newPath("f");
        private final Path state = servers.newPath("s");
        private final Path file = servers.newPath("c");
        private final MySqlServer source;
        private final MySqlServer replica;
        private final DaemonUnderTest daemon;

        Bench(MySqlServer source) throws IOException {
            this.source = source;
            Files.createDirectory(data);
            replica = servers.createTarget(data, settings, "--gtid");
            Path clonePassword = servers.newSecret(MySqlServer.CLONE_PASSWORD);
            Path replicationPassword = servers.newSecret(SECRET);
            String instance = ServerTool.script("instance").toString();
            Files.writeString(file, """
                    [daemon]
                    state-dir = %s

                    [replication]
                    replication-user = repl
                    replication-password-file = %s

                    [throttle]
                    max-data-bandwidth = %d

                    [target db1]
                    donor = 127.0.0.1:%d
                    user = %s
                    password-file = %s
                    ssl-mode = REQUIRED
                    datadir = %s
                    mysqld = %s
                    mysqld-defaults-file = %s
                    config-file = %s
                    start-command = %s start %s
                    stop-command = %s stop %s
                    max-clones-per-day = 0
                    recovery-method = clone
                    replace
                    """.formatted(
                            state,
                            replicationPassword,
                            LIMIT,
                            source.port(),
                            MySqlServer.CLONE_USER,
                            clonePassword,
                            data,
                            ServerTool.mysqld(),
                            replica.folder().resolve("my.cnf"),
                            settings,
                            instance,
                            replica.folder(),
                            instance,
                            replica.folder()));
            daemon = new DaemonUnderTest(file, state);
        }

        @Override
        public void close() {
            daemon.close();
            replica.close();
        }
    }

    @Test
    void manyRunsInARowLeaveNothingBehind() throws Exception {
        try (MySqlServer source =
                servers.create("--gtid", "--set", "loose-clone_donor_timeout_after_network_failure=1")) {
            source.sql("CREATE USER repl IDENTIFIED BY '" + SECRET + "' REQUIRE SSL;"
                    + " GRANT REPLICATION SLAVE, REPLICATION CLIENT ON *.* TO repl;"
                    + " CREATE DATABASE t; CREATE TABLE t.mark (n INT); INSERT INTO t.mark VALUES (0)");
            try (Bench bench = new Bench(source)) {
                DaemonUnderTest daemon = bench.daemon;
                long memory = source.number(MEMORY_OF_CLONES);
                Holdings atRest = daemon.holdings();
                firstHalf(bench);
                daemon.restart("TERM");
                List<Holdings> measured = secondHalf(bench);
                assertDonorIsFree(source, memory);
                Holdings first = measured.get(0);
                Holdings last = measured.get(measured.size() - 1);
                print(atRest, first, last);
                assertNothingGrew(first, last);
                daemon.stop();
                assertThat(names(bench.state)).as("files of the daemon").containsExactly("history.sqlite", "runs");
                assertThat(names(bench.state.resolve("runs"))).isEmpty();
                assertThat(names(bench.data).stream().filter(name -> name.startsWith(".jclone")))
                        .containsExactly(".jclone-provision", ".jclone-provision.history");
                assertThat(names(bench.settings.getParent()).stream().filter(name -> name.contains(".jclone")))
                        .as("files beside the data")
                        .isEmpty();
                assertHistoryIsTrue(bench.state);
            }
        }
    }

    private void firstHalf(Bench bench) throws Exception {
        while (reported.size() < RUNS / 2) {
            round(bench, Fault.values()[random.nextInt(Fault.values().length)]);
        }
    }

    private List<Holdings> secondHalf(Bench bench) throws Exception {
        List<Holdings> measured = new ArrayList<>();
        int warm = reported.size() + WARM_UP;
        int next = warm;
        while (reported.size() < RUNS) {
            Fault fault = Fault.values()[random.nextInt(Fault.values().length)];
            if (!fault.endsTheDaemon()) {
                round(bench, fault);
            }
            if (reported.size() >= next) {
                measured.add(bench.daemon.holdings());
                System.out.println("endurance: " + reported.size() + " runs, " + measured.get(measured.size() - 1));
                next = reported.size() + MEASURE_EVERY;
            }
        }
        round(bench, Fault.NONE);
        measured.add(bench.daemon.holdings());
        return measured;
    }

    /** One run with a fault, and those that it takes to get a replica after it. */
    private void round(Bench bench, Fault fault) throws Exception {
        bench.source.sql("UPDATE t.mark SET n = " + ++marks);
        long began = System.nanoTime();
        RunStatus run = bench.daemon.order(
                "/v1/targets/db1/runs", "{}", Map.of("Idempotency-Key", "round-" + marks + "-" + SEED));
        reported.put(run.id(), State.QUEUED);
        Step moment = Step.values()[random.nextInt(Step.values().length)];
        int delay = random.nextInt(fault == Fault.NONE ? 1 : 500);
        boolean isBegun = awaitStep(bench, run.id(), moment, delay);
        if (isBegun) {
            inject(bench, run.id(), fault);
        }
        State state = end(bench, run.id());
        assertThat(fault.outcomes())
                .as("%s in %s + %d ms, round %d, run %s", fault, moment, delay, marks, bench.daemon.run(run.id()))
                .contains(state);
        outcomes.merge(fault + (isBegun ? " " : " late ") + state, 1, Integer::sum);
        System.out.printf(
                "endurance: %d %s %s in %s + %d ms: %s after %.1f s%n",
                reported.size(), run.id(), fault, moment, delay, state, (System.nanoTime() - began) / 1e9);
        recover(bench, run.id(), state);
    }

    /** Follows a run to the next replica. */
    private void recover(Bench bench, String id, State state) throws Exception {
        if (state == State.CANCELLED) {
            if (Files.exists(bench.data.resolve("mysql.ibd"))) {
                bench.replica.start(); // the old replica is back, and replicates
                await(() -> bench.replica.number("SELECT n FROM t.mark") == marks);
            }
            return;
        }
        String last = id;
        State now = state;
        for (int attempts = 0; now != State.SUCCEEDED; attempts++) {
            assertThat(attempts)
                    .as("retries, the last of %s", bench.daemon.run(last))
                    .isLessThan(MAX_RETRIES);
            last = bench.daemon
                    .order("/v1/runs/" + last + "/retry", "", Map.of())
                    .id();
            reported.put(last, State.QUEUED);
            now = end(bench, last);
        }
        assertThat(bench.replica.row("SELECT @@super_read_only, COUNT(*) FROM"
                        + " performance_schema.replication_connection_status"))
                .as("after %s", last)
                .containsExactly("1", "1");
        // A replica whose source was killed after the run tries once a minute to connect.
        await(() -> bench.replica
                .sql("SELECT service_state FROM performance_schema.replication_connection_status")
                .equals("ON"));
        await(() -> bench.replica.number("SELECT n FROM t.mark") == marks);
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("patience").isLessThan(deadline);
            TimeUnit.MILLISECONDS.sleep(100);
        }
    }

    /** Waits until a run is in a step, or after it. Returns whether it still runs. */
    private boolean awaitStep(Bench bench, String id, Step moment, int delay) throws Exception {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            RunStatus run = bench.daemon.run(id);
            mostResidentKib = Math.max(mostResidentKib, bench.daemon.residentKib());
            if (run.state().isOver()) {
                return false;
            }
            if (run.step().filter(step -> step.compareTo(moment) >= 0).isPresent()) {
                TimeUnit.MILLISECONDS.sleep(delay);
                return true;
            }
            assertThat(System.nanoTime()).as("patience with %s", run).isLessThan(deadline);
            TimeUnit.MILLISECONDS.sleep(30);
        }
    }

    private State end(Bench bench, String id) throws Exception {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        RunStatus run = bench.daemon.run(id);
        while (!run.state().isOver()) {
            assertThat(System.nanoTime()).as("patience with %s", run).isLessThan(deadline);
            mostResidentKib = Math.max(mostResidentKib, bench.daemon.residentKib());
            TimeUnit.MILLISECONDS.sleep(50);
            run = bench.daemon.run(id);
        }
        reported.put(id, run.state());
        return run.state();
    }

    private void inject(Bench bench, String id, Fault fault) throws Exception {
        switch (fault) {
            case NONE -> {}
            case RELOAD -> bench.daemon.signal("HUP");
            case THROTTLE -> {
                bench.daemon.patch("/v1/throttle", "{\"dataMiBPerSecond\": 5}");
                TimeUnit.MILLISECONDS.sleep(700);
                bench.daemon.patch("/v1/throttle", "{\"reset\": true}");
            }
            case STOP -> cancel(bench, id, "RESUMABLE");
            case UNDO -> cancel(bench, id, "FOR_GOOD");
            case DONOR_KILLED -> {
                bench.source.kill();
                bench.source.start();
            }
            case DONOR_CONNECTIONS_CUT -> cutConnections(bench.source);
            case DAEMON_RESTARTED -> bench.daemon.restart("TERM");
            case DAEMON_KILLED -> bench.daemon.restart("KILL");
        }
    }

    private static void cancel(Bench bench, String id, String mode) {
        try {
            bench.daemon.order("/v1/runs/" + id + "/cancel", "{\"mode\": \"" + mode + "\"}", Map.of());
        } catch (CloneException e) {
            assertThat(e.getMessage()).containsAnyOf("has ended", "hands the new server over"); // just before
        }
    }

    private static void cutConnections(MySqlServer source) {
        for (String id : source.sql(
                        "SELECT id FROM performance_schema.processlist WHERE user = '" + MySqlServer.CLONE_USER + "'")
                .lines()
                .toList()) {
            try {
                source.sql("KILL " + id);
            } catch (ScriptException e) {
                assertThat(e.getMessage()).contains("ERROR 1094"); // it has just ended by itself
            }
        }
    }

    /** A donor gives up a snapshot that nobody fetches any more after a time; then it has no thread and no memory of one. */
    private static void assertDonorIsFree(MySqlServer source, long memory) {
        long deadline = System.nanoTime() + SNAPSHOT_PATIENCE.toNanos();
        String connections =
                "SELECT COUNT(*) FROM performance_schema.processlist WHERE user = '" + MySqlServer.CLONE_USER + "'";
        while ((source.number(connections) > 0 || source.number(MEMORY_OF_CLONES) > memory)
                && System.nanoTime() < deadline) {
            DaemonUnderTest.pause(1000);
        }
        assertThat(source.number(connections)).as("connections on the donor").isZero();
        assertThat(source.number(MEMORY_OF_CLONES)).as("memory of snapshots").isLessThanOrEqualTo(memory);
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.map(path -> path.getFileName().toString()).sorted().toList();
        }
    }

    private static void assertNothingGrew(Holdings first, Holdings last) {
        assertThat(last.heapKib() - first.heapKib())
                .as("growth of the heap in KiB")
                .isLessThan(MAX_HEAP_GROWTH_KIB);
        assertThat(last.residentKib() - first.residentKib())
                .as("growth of the memory of the process in KiB")
                .isLessThan(MAX_RESIDENT_GROWTH_KIB);
        assertThat(last.descriptors() - first.descriptors())
                .as("growth of descriptors")
                .isLessThan(MAX_GROWTH);
        assertThat(last.threads() - first.threads()).as("growth of threads").isLessThan(MAX_GROWTH);
    }

    /** Each run is in the history once, with the end that the daemon reported, and its events are complete. */
    private void assertHistoryIsTrue(Path state) throws Exception {
        try (HistoryReader reader = HistoryReader.open(state.resolve("history.sqlite"))) {
            List<RunStatus> kept = new ArrayList<>();
            Optional<String> before = Optional.empty();
            do {
                List<RunStatus> page = reader.runs(new RunQuery(
                        Optional.empty(),
                        Set.of(),
                        Optional.empty(),
                        Optional.empty(),
                        before,
                        RunQuery.DEFAULT_LIMIT));
                kept.addAll(page);
                before = page.isEmpty()
                        ? Optional.empty()
                        : Optional.of(page.get(page.size() - 1).id());
            } while (before.isPresent());
            Map<String, State> states = new LinkedHashMap<>();
            kept.forEach(run -> states.put(run.id(), run.state()));
            assertThat(kept).hasSize(states.size());
            assertThat(states).containsExactlyInAnyOrderEntriesOf(reported);
            for (RunStatus run : kept) {
                assertHistoryIsTrue(reader, reader.run(run.id()).orElseThrow());
            }
        }
    }

    private static void assertHistoryIsTrue(HistoryReader reader, RunDetail detail) throws Exception {
        RunStatus run = detail.status();
        assertThat(run.endedAt()).as(run.id()).isPresent();
        // What a daemon that was killed had not written yet is lost, such as the end of its last step.
        long processes = reader.events(Optional.of(run.id()), 0, 10_000).stream()
                .filter(event -> event.kind() == RunEvent.Kind.STARTED)
                .count();
        assertThat(detail.steps().stream().filter(step -> step.endedAt().isEmpty()))
                .as("%s, %d processes", run.id(), processes)
                .hasSizeLessThan((int) Math.max(processes, 1));
        assertThat(run.failure().isPresent()).as(run.id()).isEqualTo(run.state() == State.FAILED);
        List<RunEvent.Kind> kinds = reader.events(Optional.of(run.id()), 0, 10_000).stream()
                .map(RunEvent::kind)
                .toList();
        assertThat(kinds).as(run.id()).startsWith(RunEvent.Kind.QUEUED).endsWith(RunEvent.Kind.ENDED);
        assertThat(kinds).as(run.id()).containsOnlyOnce(RunEvent.Kind.QUEUED, RunEvent.Kind.ENDED);
        if (run.state() == State.SUCCEEDED) {
            assertThat(detail.result()).as(run.id()).isPresent();
            assertThat(detail.steps().stream().anyMatch(step -> step.step() == Step.VERIFY && step.isDone()))
                    .as(run.id())
                    .isTrue();
        }
    }

    private void print(Holdings atRest, Holdings first, Holdings last) {
        System.out.println("endurance, seed " + SEED + ": " + outcomes);
        System.out.println("endurance: at rest " + atRest + ", most resident at work " + mostResidentKib + " KiB");
        System.out.println("endurance: warm " + first + ", at the end " + last);
        System.out.println(
                "reliability: runs of a daemon with faults, one after the other | real | " + reported.size() + " | 0");
    }
}
