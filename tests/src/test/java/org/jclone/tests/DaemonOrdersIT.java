package org.jclone.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jclone.daemon.api.RunEvent;
import org.jclone.daemon.api.RunEvent.Kind;
import org.jclone.daemon.api.RunStatus.State;
import org.jclone.tests.process.CommandResult;
import org.jclone.tests.process.RunningCommand;
import org.jclone.tests.server.MySqlServer;
import org.jclone.tests.server.RealServer;
import org.jclone.tests.server.Servers;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What operators order from {@code jclone daemon}, what it orders by itself, and how it treats a busy donor. */
@RealServer
@Tag("full")
class DaemonOrdersIT {

    /** Long enough to act in the middle of a copy of a new server's data. */
    private static final int VERY_SLOW = 4;

    private final Servers servers;

    DaemonOrdersIT(Servers servers) {
        this.servers = servers;
    }

    @Test
    void runsAreStoppedUndoneAndContinued() throws Exception {
        try (MySqlServer source = servers.create("--gtid")) {
            DaemonFixture fixture = new DaemonFixture(servers, source);
            try (DaemonFixture.Replica replica = fixture.replica()) {
                Path gate = servers.newPath("g");
                String target = replica.target(
                        "db1",
                        replica.replaced(
                                "hook-caught-up = until [ -e " + gate + " ]; do sleep 0.1; done",
                                "hook-timeout = 100",
                                "recovery-method = CLONE"));
                fixture.configure(VERY_SLOW, target);
                Files.createFile(gate);
                try (RunningCommand daemon = fixture.start()) {
                    stopsAndContinues(fixture, replica);
                    String uuid = replica.uuid();
                    undoesACopy(fixture, replica);
                    assertThat(replica.uuid()).isEqualTo(uuid);
                    replica.assertReplicates();
                    fixture.said("throttle", "--max-data-bandwidth=0");
                    Files.delete(gate);
                    undoesAnExchange(fixture, replica);
                    assertThat(replica.uuid()).isEqualTo(uuid);
                    replica.assertReplicates();
                    Files.createFile(gate);
                    CommandResult last = fixture.ctl("start", "db1", "--watch");
                    assertThat(last.exitStatus()).as(last.stderr()).isZero();
                    assertThat(replica.uuid()).isNotEqualTo(uuid);
                    replica.assertReplicates();
                    DaemonFixture.stop(daemon);
                }
                assertThat(Files.list(fixture.state().resolve("runs"))).isEmpty();
            }
        }
    }

    /** The limits of a copy that runs are lifted. */
    private static void stopsAndContinues(DaemonFixture fixture, DaemonFixture.Replica replica) throws Exception {
        String first = fixture.order("start", "db1");
        fixture.awaitCopy(first, replica);
        fixture.said("cancel", first);
        fixture.awaitEnd(first, State.SUSPENDED);
        assertThat(fixture.run(first).isResumable()).isTrue();

        String second = fixture.order("retry", first);
        fixture.awaitCopy(second, replica);
        fixture.said("throttle", "--max-data-bandwidth=0");
        fixture.awaitEnd(second, State.SUCCEEDED);
        assertThat(fixture.run(second).retryOf()).contains(first);
        List<RunEvent> events = fixture.events(Optional.of(second));
        assertThat(events)
                .filteredOn(event -> event.kind() == Kind.STARTED)
                .singleElement()
                .satisfies(event -> assertThat(event.details()).containsEntry("mode", "RESUME"));
        assertThat(events)
                .filteredOn(event -> event.kind() == Kind.THROTTLE)
                .anySatisfy(event -> assertThat(event.details()).containsEntry("data_mib_per_second", "0"));
        replica.assertReplicates();
    }

    /** The old server runs all the time. */
    private static void undoesACopy(DaemonFixture fixture, DaemonFixture.Replica replica) throws Exception {
        fixture.said("throttle", "--reset");
        String run = fixture.order("start", "db1");
        fixture.awaitCopy(run, replica);
        fixture.said("cancel", run, "--for-good");
        fixture.awaitEnd(run, State.CANCELLED);
        assertThat(replica.data().resolve(".jclone-new")).doesNotExist();
        assertThat(fixture.ctl("cancel", run).stderr()).contains("has ended: CANCELLED");
    }

    /** The new data is in its place, and its private server catches up. */
    private static void undoesAnExchange(DaemonFixture fixture, DaemonFixture.Replica replica) throws Exception {
        String run = fixture.order("start", "db1");
        fixture.awaitEvent(
                Optional.of(run),
                event -> event.kind() == Kind.STEP_BEGAN && event.text().startsWith("CATCH UP"));
        fixture.said("cancel", run, "--for-good");
        fixture.awaitEnd(run, State.CANCELLED);
        assertThat(fixture.events(Optional.of(run)))
                .filteredOn(event -> event.kind() == Kind.STARTED)
                .extracting(event -> event.details().get("mode"))
                .containsExactly("NEW", "ROLL_BACK");
        assertThat(replica.data().resolve(".jclone-old")).doesNotExist();
    }

    @Test
    void theOrderOfTheQueueIsThatOfThePriorities() throws Exception {
        try (MySqlServer source = servers.create("--gtid")) {
            DaemonFixture fixture = new DaemonFixture(servers, source);
            try (DaemonFixture.Replica a = fixture.replica();
                    DaemonFixture.Replica b = fixture.replica();
                    DaemonFixture.Replica c = fixture.replica()) {
                fixture.configure(VERY_SLOW, a.target("a"), b.target("b"), c.target("c"));
                try (RunningCommand daemon = fixture.start()) {
                    String first = fixture.order("start", "a");
                    fixture.awaitCopy(first, a);
                    String second = fixture.order("start", "b");
                    String third = fixture.order("start", "c", "--priority=5");
                    fixture.said("cancel", first);
                    fixture.awaitCopy(third, c);
                    fixture.configure(VERY_SLOW, a.target("a"), b.target("b"), c.target("c", "max-lag = 7"));
                    daemon.signal("HUP");
                    daemon.awaitOutput(
                            text -> text.contains("target c has changed; run " + third + " ends with the old options"),
                            DaemonFixture.TIMEOUT);
                    fixture.said("cancel", third, "--for-good");
                    fixture.awaitCopy(second, b);
                    fixture.said("cancel", second, "--for-good");
                    fixture.awaitEnd(second, State.CANCELLED);
                    DaemonFixture.stop(daemon);
                }
                List<String> begun = fixture.events(Optional.empty()).stream()
                        .filter(event -> event.kind() == Kind.STARTED)
                        .filter(event -> event.details().get("mode").equals("NEW"))
                        .map(event -> event.target().orElseThrow())
                        .toList();
                assertThat(begun).containsExactly("a", "c", "b");
            }
        }
    }

    @Test
    void aTargetThatIsKeptIsProvisionedAndReplacedUntilTheBudgetIsUsedUp() throws Exception {
        try (MySqlServer source = servers.create("--gtid")) {
            DaemonFixture fixture = new DaemonFixture(servers, source);
            try (DaemonFixture.Replica replica = fixture.replica()) {
                fixture.configure(
                        0,
                        replica.target(
                                "db1",
                                replica.replaced(
                                        "ensure = REPLICA",
                                        "auto-replace = ON",
                                        "check-interval = 1",
                                        "max-runs-a-day = 3")));
                try (RunningCommand daemon = fixture.start()) {
                    awaitEnds(fixture, State.SUCCEEDED, 1);
                    String first = replica.uuid();
                    breakBeyondRepair(source, replica, "one");
                    awaitEnds(fixture, State.SUCCEEDED, 2);
                    String second = replica.uuid();
                    assertThat(second).isNotEqualTo(first);
                    replica.assertReplicates();
                    assertThat(fixture.events(Optional.empty()))
                            .anyMatch(event ->
                                    event.text().contains("db1 gets a run by itself: the target cannot catch up"));

                    failsAndWaits(fixture, source, replica);

                    source.sql("ALTER USER " + MySqlServer.CLONE_USER + " ACCOUNT UNLOCK");
                    DaemonFixture.stop(daemon);
                }
                // The budget survives the process; the pause after a failure does not.
                try (RunningCommand daemon = fixture.start()) {
                    fixture.awaitEvent(
                            Optional.empty(),
                            event -> event.text().contains("the budget of 3 runs in 24 hours is used up until"));
                    assertThat(fixture.said("targets", "--output=json")).contains("the budget of 3 runs");
                    DaemonFixture.stop(daemon);
                }
                assertThat(fixture.runs()).hasSize(3);
                assertThat(fixture.runs()).allMatch(run -> run.order().by().equals("ensure=replica"));
            }
        }
    }

    /** The third run fails, because the account of the clone is locked by then. */
    private static void failsAndWaits(DaemonFixture fixture, MySqlServer source, DaemonFixture.Replica replica)
            throws Exception {
        breakBeyondRepair(source, replica, "two");
        Checks.await(() -> fixture.runs().size() == 3);
        source.sql("ALTER USER " + MySqlServer.CLONE_USER + " ACCOUNT LOCK");
        awaitEnds(fixture, State.FAILED, 1);
        Instant ended = fixture.runs().get(0).endedAt().orElseThrow();
        Checks.await(() -> fixture.said("targets", "--output=json").contains("looks again at "));
        String said = fixture.said("targets", "--output=json");
        int at = said.indexOf("looks again at ") + "looks again at ".length();
        Instant next = Instant.parse(said.substring(at, said.indexOf('Z', at) + 1));
        assertThat(Duration.between(ended, next)).isBetween(Duration.ofSeconds(55), Duration.ofSeconds(65));
    }

    private static void awaitEnds(DaemonFixture fixture, State state, long count) throws InterruptedException {
        long deadline = System.nanoTime() + DaemonFixture.TIMEOUT.toNanos();
        while (fixture.runs().stream().filter(run -> run.state() == state).count() < count) {
            assertThat(System.nanoTime()).as(fixture.history().stdout()).isLessThan(deadline);
            Thread.sleep(100);
        }
    }

    private static void breakBeyondRepair(MySqlServer source, DaemonFixture.Replica replica, String database) {
        replica.server().sql("STOP REPLICA");
        source.sql("CREATE DATABASE " + database + "; FLUSH BINARY LOGS");
        String last = Stream.of(source.sql("SHOW BINARY LOGS").split("\n"))
                .reduce((before, line) -> line)
                .orElseThrow();
        source.sql("PURGE BINARY LOGS TO '" + last.split("\t", 2)[0] + "'");
    }

    @Test
    void aBusyDonorIsLeftAlone() throws Exception {
        try (MySqlServer source = servers.create("--gtid")) {
            DaemonFixture fixture = new DaemonFixture(servers, source);
            try (DaemonFixture.Replica replica = fixture.replica()) {
                fixture.configure(
                        VERY_SLOW,
                        "donor-max-threads = 8\ndonor-max-latency = 1000\ndonor-max-lag = 5\ndonor-max-redo = 90",
                        replica.target("db1"));
                try (RunningCommand daemon = fixture.start()) {
                    String run = fixture.order("start", "db1");
                    fixture.awaitCopy(run, replica);
                    Thread.sleep(2000); // its own connections do not make the donor busy
                    assertThat(throttled(fixture, run)).isEmpty();

                    Instant begin;
                    try (Sleepers load = new Sleepers(source, 20)) {
                        begin = load.begun();
                        fixture.awaitEvent(Optional.of(run), event -> event.kind() == Kind.THROTTLE);
                    }
                    RunEvent busy = throttled(fixture, run).get(0);
                    assertThat(busy.text())
                            .contains("1 MiB/s", "the donor is busy: ", "statements under way (limit 8)");
                    assertThat(Duration.between(begin, busy.at())).isLessThan(Duration.ofSeconds(5));
                    fixture.awaitEvent(
                            Optional.of(run),
                            event -> event.kind() == Kind.THROTTLE
                                    && event.text().contains("the donor has been calm for 5 s"));
                    fixture.said("throttle", "--max-data-bandwidth=0");
                    fixture.awaitEnd(run, State.SUCCEEDED);
                    assertThat(fixture.events(Optional.of(run)))
                            .filteredOn(event -> event.kind() == Kind.NOTE)
                            .anyMatch(event -> event.text().contains("its account lacks REPLICATION CLIENT"));
                    DaemonFixture.stop(daemon);
                }
                replica.assertReplicates();
            }
        }
    }

    private static List<RunEvent> throttled(DaemonFixture fixture, String run) {
        return fixture.events(Optional.of(run)).stream()
                .filter(event -> event.kind() == Kind.THROTTLE)
                .toList();
    }

    /** Sessions of the source that each run one statement. */
    private static final class Sleepers implements AutoCloseable {

        private final MySqlServer source;
        private final Thread[] threads;
        private final Instant begun;

        Sleepers(MySqlServer source, int count) throws InterruptedException {
            this.source = source;
            this.threads = new Thread[count];
            for (int i = 0; i < count; i++) {
                threads[i] = new Thread(this::sleep);
                threads[i].start();
            }
            Checks.await(() -> running() >= count);
            begun = Instant.now();
        }

        private void sleep() {
            source.sql("SELECT SLEEP(600)");
        }

        private long running() {
            return source.number(
                    "SELECT COUNT(*) FROM information_schema.processlist WHERE info = 'SELECT SLEEP(600)'");
        }

        /** Returns when the last statement had begun. */
        Instant begun() {
            return begun;
        }

        @Override
        public void close() {
            for (String id : source.sql(
                            "SELECT id FROM information_schema.processlist WHERE info = 'SELECT SLEEP(600)'")
                    .split("\n")) {
                source.sql("KILL QUERY " + id);
            }
            for (Thread thread : threads) {
                try {
                    thread.join();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
        }
    }
}
