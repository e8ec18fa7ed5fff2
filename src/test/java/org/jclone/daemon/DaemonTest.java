package org.jclone.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.jclone.daemon.api.CancelMode;
import org.jclone.daemon.api.DaemonException;
import org.jclone.daemon.api.ReloadReport;
import org.jclone.daemon.api.RunDetail;
import org.jclone.daemon.api.RunEvent;
import org.jclone.daemon.api.RunOrder;
import org.jclone.daemon.api.RunQuery;
import org.jclone.daemon.api.RunStatus;
import org.jclone.daemon.api.RunStatus.State;
import org.jclone.daemon.api.StartedRun;
import org.jclone.daemon.api.TargetStatus;
import org.jclone.daemon.api.ThrottleChange;
import org.jclone.daemon.api.ThrottleStatus;
import org.jclone.daemon.history.History;
import org.jclone.daemon.systemd.ServiceManager;
import org.jclone.daemon.throttle.DonorCare;
import org.jclone.daemon.throttle.ThrottleRule;
import org.jclone.daemon.throttle.ThrottleSchedule;
import org.jclone.provision.api.ProvisionRequest;
import org.jclone.provision.api.Step;
import org.jclone.provision.donor.DonorListener;
import org.jclone.provision.donor.DonorTable;
import org.jclone.provision.record.ProvisionRecord;
import org.jclone.recipient.api.BandwidthLimits;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The queue, with runs that wait for a latch and then fail, since their requests cannot be made. */
@Timeout(60)
class DaemonTest {

    @TempDir
    private Path folder;

    private final List<String> begun = new ArrayList<>();
    private final Set<String> released = ConcurrentHashMap.newKeySet();
    private final CountDownLatch all = new CountDownLatch(1);
    private DaemonConfiguration configuration;
    private Daemon daemon;

    /** Blocks until the test releases it. */
    private final class Requests implements TargetRequests {

        private final String name;

        Requests(String name) {
            this.name = name;
        }

        @Override
        public ProvisionRequest request(DonorListener donors) throws CloneException {
            synchronized (begun) {
                begun.add(name);
            }
            await(() -> released.contains(name) || all.getCount() == 0);
            throw new CloneException(CloneErrorCode.ACCESS_DENIED, "refused " + name, "check the password");
        }

        @Override
        public DonorTable donors() {
            return new DonorTable(List.of(), List.of());
        }
    }

    private static void await(BooleanSupplier condition) {
        Instant end = Instant.now().plus(Duration.ofSeconds(30));
        while (!condition.getAsBoolean()) {
            assertThat(Instant.now()).isBefore(end);
            try {
                Thread.sleep(5);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private Target target(String name, Upkeep upkeep, String definition) {
        return target(name, upkeep, definition, BandwidthLimits.NONE);
    }

    private Target target(String name, Upkeep upkeep, String definition, BandwidthLimits limits) {
        return new Target(
                name,
                folder.resolve(name),
                List.of(),
                Optional.empty(),
                Optional.empty(),
                limits,
                DonorCare.NONE,
                upkeep,
                new Requests(name),
                definition,
                "file, line 1");
    }

    private DaemonConfiguration configuration(int parallel, ThrottleSchedule schedule, Target... targets) {
        return new DaemonConfiguration(
                folder.resolve("jclone.cnf"),
                new DaemonSettings(folder.resolve("state"), parallel, Duration.ofDays(30)),
                List.of(targets),
                schedule);
    }

    private void start(DaemonConfiguration initial) throws Exception {
        configuration = initial;
        daemon = new Daemon(
                configuration, () -> configuration, "1.2.3", Clock.systemUTC(), System::nanoTime, ServiceManager.NONE);
        daemon.start();
    }

    @BeforeEach
    void setUp() throws Exception {
        start(configuration(
                1,
                ThrottleSchedule.NONE,
                target("a", Upkeep.NONE, ""),
                target("b", Upkeep.NONE, ""),
                target("c", Upkeep.NONE, "")));
    }

    @AfterEach
    void tearDown() {
        all.countDown();
        daemon.close();
    }

    private static RunOrder order(String target, int priority, String key) {
        return new RunOrder(target, RunOrder.Action.PROVISION, priority, Optional.ofNullable(key), "test");
    }

    private State state(String run) {
        try {
            return daemon.run(run).status().state();
        } catch (DaemonException e) {
            throw new AssertionError(e);
        }
    }

    private List<RunEvent.Kind> kinds(String run) {
        try {
            return daemon.events(run, 0, 100).stream().map(RunEvent::kind).toList();
        } catch (DaemonException e) {
            throw new AssertionError(e);
        }
    }

    private static DaemonException refused(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        return catchThrowableOfType(DaemonException.class, call);
    }

    @Test
    void runsInTheOrderOfPriorityThenAge() throws Exception {
        String a = daemon.start(order("a", 0, null)).run().id();
        String b = daemon.start(order("b", 0, null)).run().id();
        String c = daemon.start(order("c", 5, null)).run().id();
        await(() -> begun.equals(List.of("a")));

        assertThat(daemon.active().stream().map(RunStatus::id)).containsExactly(a, c, b);
        assertThat(daemon.run(b).status().queuePlace()).hasValue(2);
        all.countDown();
        await(() -> Stream.of(a, b, c).allMatch(run -> state(run) == State.FAILED));

        assertThat(begun).containsExactly("a", "c", "b");
        await(() -> daemon.status().running() == 0); // the thread of the last one leaves after its end
    }

    @Test
    void aFailedRunKeepsItsErrorAndItsEvents() throws Exception {
        String run = daemon.start(order("a", 0, null)).run().id();
        all.countDown();
        await(() -> kinds(run).contains(RunEvent.Kind.ENDED));

        RunStatus failed = daemon.run(run).status();
        assertThat(failed.failure().orElseThrow().code()).isEqualTo(CloneErrorCode.ACCESS_DENIED);
        assertThat(failed.failure().get().hint()).isEqualTo("check the password");
        assertThat(daemon.events(run, 0, 100).stream().map(RunEvent::kind))
                .containsExactly(RunEvent.Kind.QUEUED, RunEvent.Kind.STARTED, RunEvent.Kind.ENDED);
        assertThat(daemon.runs(RunQuery.ALL).runs()).containsExactly(failed);
        assertThat(daemon.target("a").lastRun()).contains(failed);
        assertThat(Files.list(folder.resolve("state/runs"))).isEmpty();
    }

    /** At that moment the file of the run that ended may still exist. */
    @Test
    void theNextRunCanBeOrderedAsSoonAsOneIsSeenAsOver() throws Exception {
        all.countDown();
        for (int i = 0; i < 10; i++) {
            String run = daemon.start(order("a", 0, null)).run().id();
            Instant end = Instant.now().plus(Duration.ofSeconds(30));
            while (!state(run).isOver()) {
                assertThat(Instant.now()).isBefore(end);
                Thread.onSpinWait();
            }
        }
    }

    @Test
    void aKeyBelongsToOneOrderEvenAfterARestart() throws Exception {
        StartedRun first = daemon.start(order("a", 0, "k"));
        StartedRun second = daemon.start(order("a", 0, "k"));
        assertThat(first.isNew()).isTrue();
        assertThat(second.isNew()).isFalse();
        assertThat(second.run().id()).isEqualTo(first.run().id());
        assertThat(refused(() -> daemon.start(order("b", 0, "k"))).kind()).isEqualTo(DaemonException.Kind.CONFLICT);
        all.countDown();
        await(() -> state(first.run().id()) == State.FAILED);
        daemon.close();
        start(configuration);

        assertThat(daemon.start(order("a", 0, "k")).isNew()).isFalse();
        assertThat(daemon.start(order("a", 0, "other")).isNew()).isTrue();
    }

    @Test
    void aTargetHasOneRunAtATime() throws Exception {
        String run = daemon.start(order("a", 0, null)).run().id();

        DaemonException refused = refused(() -> daemon.start(order("a", 0, null)));

        assertThat(refused.kind()).isEqualTo(DaemonException.Kind.CONFLICT);
        assertThat(refused.run()).contains(run);
        assertThat(refused.hint()).isNotEmpty();
        assertThat(refused(() -> daemon.start(order("z", 0, null))).kind()).isEqualTo(DaemonException.Kind.NOT_FOUND);
    }

    @Test
    void aRunThatWaitsIsCancelledAtOnce() throws Exception {
        daemon.start(order("a", 0, null));
        String b = daemon.start(order("b", 0, null)).run().id();
        String c = daemon.start(order("c", 0, null)).run().id();

        assertThat(daemon.cancel(b, CancelMode.FOR_GOOD, "test").state()).isEqualTo(State.CANCELLED);
        assertThat(daemon.cancel(c, CancelMode.RESUMABLE, "test").state()).isEqualTo(State.SUSPENDED);

        assertThat(refused(() -> daemon.cancel(b, CancelMode.FOR_GOOD, "test")).kind())
                .isEqualTo(DaemonException.Kind.CONFLICT);
        assertThat(daemon.events(b, 0, 100).stream().map(RunEvent::kind))
                .containsExactly(RunEvent.Kind.QUEUED, RunEvent.Kind.STOPPING, RunEvent.Kind.ENDED);
        StartedRun again = daemon.retry(c, Optional.empty(), "test");
        assertThat(again.run().retryOf()).contains(c);
        all.countDown();
        await(() -> state(again.run().id()) == State.FAILED);
        assertThat(begun).doesNotContain("b");
    }

    @Test
    void anOrderSurvivesTheProcess() throws Exception {
        daemon.start(order("a", 0, null));
        String b = daemon.start(order("b", 7, "key")).run().id();
        // The file as a process that is killed leaves it.
        Path copy = Files.createDirectories(folder.resolve("other/runs"));
        Files.copy(folder.resolve("state/runs").resolve(b + ".run"), copy.resolve(b + ".run"));
        released.add("b");
        Daemon next = new Daemon(
                new DaemonConfiguration(
                        configuration.file(),
                        new DaemonSettings(folder.resolve("other"), 1, Duration.ofDays(30)),
                        configuration.targets(),
                        ThrottleSchedule.NONE),
                () -> configuration,
                "1.2.3",
                Clock.systemUTC(),
                System::nanoTime,
                ServiceManager.NONE);
        next.start();
        try {
            await(() -> {
                try {
                    return next.run(b).status().state() == State.FAILED;
                } catch (DaemonException e) {
                    return false;
                }
            });
            RunStatus run = next.run(b).status();
            assertThat(run.order().priority()).isEqualTo(7);
            assertThat(run.order().key()).contains("key");
        } finally {
            next.close();
        }
    }

    @Test
    void anotherDaemonMayNotUseTheSameState() {
        assertThat(catchThrowableOfType(
                        CloneException.class,
                        () -> new Daemon(
                                configuration,
                                () -> configuration,
                                "1.2.3",
                                Clock.systemUTC(),
                                System::nanoTime,
                                ServiceManager.NONE)))
                .hasMessageContaining("another daemon has the state directory");
    }

    @Test
    void callersChangeTheLimitsAndReleaseThem() throws Exception {
        String run = daemon.start(order("a", 0, null)).run().id();
        await(() -> begun.equals(List.of("a")));

        ThrottleStatus now = daemon.setThrottle(
                new ThrottleChange(OptionalLong.of(5), OptionalLong.of(7), Optional.empty()), "test");
        assertThat(now.limits()).isEqualTo(new BandwidthLimits(5, 7));
        assertThat(now.origin()).isEqualTo(ThrottleStatus.Origin.OVERRIDE);
        assertThat(now.reason()).isEqualTo("set by test");
        assertThat(daemon.events(run, 0, 100))
                .filteredOn(event -> event.kind() == RunEvent.Kind.THROTTLE)
                .singleElement()
                .satisfies(event -> assertThat(event.details()).containsEntry("data_mib_per_second", "5"));

        assertThat(daemon.setThrottle(ThrottleChange.RESET, "test").limits()).isEqualTo(BandwidthLimits.NONE);
        assertThat(refused(() -> daemon.setThrottle(
                                new ThrottleChange(
                                        OptionalLong.of(0), OptionalLong.empty(), Optional.of(Instant.EPOCH)),
                                "test"))
                        .kind())
                .isEqualTo(DaemonException.Kind.INVALID);
    }

    @Test
    void aLimitThatIsNotGivenStaysThatOfEachTarget() throws Exception {
        configuration = configuration(
                2,
                ThrottleSchedule.NONE,
                target("a", Upkeep.NONE, "", new BandwidthLimits(10, 0)),
                target("b", Upkeep.NONE, "", new BandwidthLimits(20, 0)));
        daemon.reload("test");
        String a = daemon.start(order("a", 0, null)).run().id();
        String b = daemon.start(order("b", 0, null)).run().id();
        await(() -> begun.size() == 2);

        daemon.setThrottle(new ThrottleChange(OptionalLong.empty(), OptionalLong.of(7), Optional.empty()), "test");

        assertThat(limitsOf(a)).containsExactly("10", "7");
        assertThat(limitsOf(b)).containsExactly("20", "7");
        daemon.setThrottle(new ThrottleChange(OptionalLong.of(5), OptionalLong.empty(), Optional.empty()), "test");
        assertThat(limitsOf(b)).containsExactly("5", "7");
        daemon.setThrottle(ThrottleChange.RESET, "test");
        assertThat(limitsOf(b)).containsExactly("20", "0");
    }

    /** Returns those of the last event about them. */
    private List<String> limitsOf(String run) throws DaemonException {
        List<RunEvent> events = daemon.events(run, 0, 100).stream()
                .filter(event -> event.kind() == RunEvent.Kind.THROTTLE)
                .toList();
        Map<String, String> details = events.get(events.size() - 1).details();
        return List.of(details.get("data_mib_per_second"), details.get("network_mib_per_second"));
    }

    @Test
    void aReloadNamesWhatNeedsARestart() {
        configuration = new DaemonConfiguration(
                configuration.file(),
                new DaemonSettings(
                        folder.resolve("state"),
                        1,
                        Duration.ofDays(30),
                        Duration.ZERO,
                        new TreeMap<>(Map.of("api-listen", List.of("127.0.0.1:9420")))),
                configuration.targets(),
                ThrottleSchedule.NONE);

        assertThat(daemon.reload("test").postponed())
                .containsExactly("api-listen stays as it was until the daemon is restarted");
    }

    @Test
    void theLargestPageHasANextOne() throws Exception {
        daemon.close();
        try (History history =
                new History(folder.resolve("state").resolve(History.NAME), Clock.systemUTC(), warning -> {})) {
            history.start(() -> {});
            for (int i = 0; i <= RunQuery.MAX_LIMIT; i++) {
                history.save(past("20250101-000000-%04x".formatted(i)));
            }
        }
        start(configuration);
        RunQuery query = new RunQuery(
                Optional.empty(), Set.of(), Optional.empty(), Optional.empty(), Optional.empty(), RunQuery.MAX_LIMIT);

        assertThat(daemon.runs(query).runs()).hasSize(RunQuery.MAX_LIMIT);
        assertThat(daemon.runs(query).next()).contains("20250101-000000-0001");
    }

    private static RunDetail past(String id) {
        Instant then = Instant.now().truncatedTo(ChronoUnit.MILLIS); // what is older than a month is forgotten
        return new RunDetail(
                new RunStatus(
                        id,
                        order("a", 0, null),
                        State.SUCCEEDED,
                        then,
                        Optional.of(then),
                        Optional.of(then),
                        Optional.empty(),
                        1,
                        OptionalInt.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        false),
                List.of(),
                Map.of(),
                Map.of(),
                List.of(),
                Optional.empty());
    }

    @Test
    void warningsAreLimitedAndEachIsThereOnce() {
        Warnings warnings = new Warnings();
        for (int i = 0; i < 3 * Warnings.MOST; i++) {
            warnings.add("warning " + i);
            warnings.add("the same");
        }

        assertThat(warnings.all())
                .hasSize(Warnings.MOST)
                .doesNotHaveDuplicates()
                .endsWith("the same");
    }

    @Test
    void aReloadAppliesTheScheduleAndSaysWhatWaits() throws Exception {
        String run = daemon.start(order("a", 0, null)).run().id();
        await(() -> begun.equals(List.of("a")));
        configuration = configuration(
                2,
                new ThrottleSchedule(List.of(ThrottleRule.parse("00:00-24:00=9")), ZoneId.of("UTC")),
                target("a", Upkeep.NONE, "changed"),
                target("b", Upkeep.NONE, ""),
                target("new", Upkeep.NONE, ""));

        ReloadReport report = daemon.reload("test");

        assertThat(report.applied()).isTrue();
        assertThat(report.postponed())
                .containsExactly("target a has changed; run " + run + " ends with the old options");
        assertThat(report.changes())
                .contains(
                        "target new is new", "target c is gone", "max-parallel-runs is 2", "the schedule has changed");
        assertThat(daemon.throttle().limits().dataMiBPerSecond()).isEqualTo(9);
        assertThat(daemon.run(run).status().progress()).isEmpty(); // it has no step yet
    }

    @Test
    void aReloadWithAFaultChangesNothing() throws Exception {
        daemon.close();
        daemon = new Daemon(
                configuration,
                () -> {
                    throw new ConfigurationException(List.of("line 3: wrong"));
                },
                "1.2.3",
                Clock.systemUTC(),
                System::nanoTime,
                ServiceManager.NONE);
        daemon.start();

        ReloadReport report = daemon.reload("test");

        assertThat(report.applied()).isFalse();
        assertThat(report.faults()).containsExactly("line 3: wrong");
        assertThat(daemon.targets().stream().map(TargetStatus::name)).containsExactly("a", "b", "c");
    }

    @Test
    void aTargetThatIsKeptGetsARunByItselfUntilItsBudgetIsUsedUp() throws Exception {
        daemon.close();
        all.countDown();
        Upkeep kept = new Upkeep(true, false, Duration.ofMillis(1), 1);
        start(configuration(1, ThrottleSchedule.NONE, target("kept", kept, "")));
        await(() -> daemon.targets().get(0).lastRun().isPresent());

        RunStatus first = daemon.target("kept").lastRun().orElseThrow();
        assertThat(first.order().by()).isEqualTo("ensure=replica");
        // The keeper learns of the end after the history.
        await(() -> daemon.targets().get(0).nextAttempt().isPresent());
        daemon.close();
        start(configuration); // the pause after a failure begins again, the budget does not
        await(() -> daemon.targets()
                .get(0)
                .nextAttempt()
                .filter(next -> next.contains("budget"))
                .isPresent());
        assertThat(daemon.runs(RunQuery.ALL).runs()).containsExactly(first);
    }

    private ProvisionRecord record(String target, ProvisionRecord.State state, Step step) throws Exception {
        ProvisionRecord record = ProvisionRecord.create(Files.createDirectories(folder.resolve(target)));
        record.to(state, step);
        return record;
    }

    @Test
    void aRollbackThatWasInterruptedIsContinuedAndNothingElse() throws Exception {
        daemon.close();
        record("a", ProvisionRecord.State.ROLLING_BACK, Step.EXCHANGE);
        record("b", ProvisionRecord.State.BEGUN, Step.CLONE);
        start(configuration);

        assertThat(daemon.active().stream()
                        .map(run -> run.target() + ' ' + run.order().action()))
                .containsExactlyInAnyOrder("a ROLL_BACK", "b PROVISION");
    }

    @Test
    void aTargetThatIsKeptWaitsForAnOrderWhenItsRunIsCancelledInTheQueue() throws Exception {
        daemon.close();
        Upkeep kept = new Upkeep(true, false, Duration.ofMillis(1), 10);
        start(configuration(1, ThrottleSchedule.NONE, target("k1", kept, ""), target("k2", kept, "")));
        await(() -> daemon.active().size() == 2);
        RunStatus waiting = daemon.active().get(1);

        daemon.cancel(waiting.id(), CancelMode.FOR_GOOD, "test");

        assertWaitsForAnOrder(waiting.target());
    }

    @Test
    void aTargetThatIsKeptWaitsForAnOrderAfterARollback() throws Exception {
        daemon.close();
        start(configuration(1, ThrottleSchedule.NONE, target("kept", Upkeep.NONE, "")));
        all.countDown();
        String run = daemon.start(new RunOrder("kept", RunOrder.Action.ROLL_BACK, 0, Optional.empty(), "test"))
                .run()
                .id();
        await(() -> state(run).isOver());
        daemon.close();
        Upkeep kept = new Upkeep(true, false, Duration.ofMillis(1), 10);
        start(configuration(1, ThrottleSchedule.NONE, target("kept", kept, "")));

        assertWaitsForAnOrder("kept");
        assertThat(daemon.runs(RunQuery.ALL).runs()).hasSize(1);
    }

    private void assertWaitsForAnOrder(String target) throws Exception {
        await(() -> {
            try {
                return daemon.target(target)
                        .nextAttempt()
                        .filter(next -> next.contains("by an operator"))
                        .isPresent();
            } catch (DaemonException e) {
                return false;
            }
        });
        assertThat(daemon.active().stream().map(RunStatus::target)).doesNotContain(target);
    }

    @Test
    void aRunThatIsCancelledForGoodStaysSo() throws Exception {
        String run = daemon.start(order("a", 0, null)).run().id();
        await(() -> begun.equals(List.of("a")));

        daemon.cancel(run, CancelMode.FOR_GOOD, "test");
        assertThat(daemon.cancel(run, CancelMode.FOR_GOOD, "test").state()).isEqualTo(State.STOPPING);
        assertThat(daemon.cancel(run, CancelMode.RESUMABLE, "test").state()).isEqualTo(State.STOPPING);
        all.countDown();
        await(() -> state(run).isOver());

        assertThat(state(run)).isEqualTo(State.CANCELLED);
        assertThat(daemon.events(run, 0, 100))
                .filteredOn(event -> event.kind() == RunEvent.Kind.STOPPING)
                .hasSize(1);
    }

    @Test
    void aRunThatIsStoppedCanStillBeUndone() throws Exception {
        String run = daemon.start(order("a", 0, null)).run().id();
        await(() -> begun.equals(List.of("a")));

        daemon.cancel(run, CancelMode.RESUMABLE, "test");
        daemon.cancel(run, CancelMode.FOR_GOOD, "test");
        all.countDown();
        await(() -> state(run).isOver());

        assertThat(state(run)).isEqualTo(State.CANCELLED);
    }

    @Test
    void theKeyOfARunIsNotThatOfItsRetry() throws Exception {
        all.countDown();
        String run = daemon.start(order("a", 0, "k")).run().id();
        await(() -> daemon.active().isEmpty());

        assertThat(refused(() -> daemon.retry(run, Optional.of("k"), "test")).run())
                .contains(run);
        StartedRun retry = daemon.retry(run, Optional.of("k2"), "test");
        assertThat(retry.isNew()).isTrue();
        assertThat(daemon.retry(run, Optional.of("k2"), "test").run().id())
                .isEqualTo(retry.run().id());
    }

    @Test
    void anOrderWithAKeyIsRefusedWithoutAHistory() throws Exception {
        daemon.close();
        Path history = folder.resolve("state/history.sqlite");
        Files.delete(history);
        Files.createDirectory(history);
        Instant now = Instant.parse("2026-11-30T05:53:26Z");
        Files.createDirectory(folder.resolve("state/history.sqlite.unusable-20261130-055326"));
        daemon = new Daemon(
                configuration,
                () -> configuration,
                "1.2.3",
                Clock.fixed(now, ZoneOffset.UTC),
                System::nanoTime,
                ServiceManager.NONE);
        daemon.start();

        assertThat(refused(() -> daemon.start(order("a", 0, "k"))).kind()).isEqualTo(DaemonException.Kind.UNAVAILABLE);
        assertThat(daemon.start(order("a", 0, null)).isNew()).isTrue();
    }

    @Test
    void aRunThatWasStoppedIsNotFoundAgainAtTheNextStart() throws Exception {
        String run = daemon.start(order("a", 0, null)).run().id();
        await(() -> begun.equals(List.of("a")));
        ProvisionRecord record = record("a", ProvisionRecord.State.BEGUN, Step.CLONE);
        daemon.cancel(run, CancelMode.RESUMABLE, "test");
        released.add("a");
        await(() -> state(run) == State.SUSPENDED);
        daemon.close();
        start(configuration);
        assertThat(daemon.runs(RunQuery.ALL).runs()).hasSize(1);

        daemon.close();
        Thread.sleep(2); // the history keeps milliseconds
        record.to(ProvisionRecord.State.BEGUN, Step.STOP); // jclone provision --resume, which is killed
        start(configuration);
        assertThat(daemon.runs(RunQuery.ALL).runs()).hasSize(2);
    }

    @Test
    void anOrderOfTheDaemonItselfIsDroppedIfTheDirectoryHasDataByThen() throws Exception {
        Files.createFile(Files.createDirectory(folder.resolve("a")).resolve("ibdata1"));

        String run = daemon.start(new RunOrder("a", RunOrder.Action.PROVISION, 0, Optional.empty(), Keeper.BY))
                .run()
                .id();
        await(() -> state(run).isOver());

        assertThat(daemon.run(run).status().failure().orElseThrow().text()).contains("no longer holds");
        assertThat(begun).isEmpty();
    }

    @Test
    void aDirectoryThatCannotBeReachedIsNotEmpty() throws Exception {
        Files.createFile(folder.resolve("file"));

        assertThat(TargetDirectory.state(target("file/a", Upkeep.NONE, ""), Optional.empty()))
                .isEqualTo(TargetStatus.DirectoryState.UNREADABLE);
        assertThat(TargetDirectory.state(target("none", Upkeep.NONE, ""), Optional.empty()))
                .isEqualTo(TargetStatus.DirectoryState.EMPTY);
    }

    /** As a process leaves it that was killed. */
    private void leave(RunOrder.Action action, Optional<CancelMode> stop) throws Exception {
        Instant begun = Instant.now().minusSeconds(60);
        RunOrder order = new RunOrder("a", action, 0, Optional.empty(), "test");
        StoredRun left = StoredRun.of("20261130-055326-0000", order, folder.resolve("a"), begun, Optional.empty())
                .begunBy(begun);
        daemon.close();
        new RunFiles(folder.resolve("state/runs"))
                .write(stop.map(left::stopping).orElse(left));
        start(configuration);
        await(() -> state(left.id()).isOver());
        assertThat(begun()).isEmpty();
    }

    private List<String> begun() {
        synchronized (begun) {
            return List.copyOf(begun);
        }
    }

    @Test
    void aRollbackThatAnEarlierProcessFinishedHasSucceeded() throws Exception {
        leave(RunOrder.Action.ROLL_BACK, Optional.empty());

        assertThat(state("20261130-055326-0000")).isEqualTo(State.SUCCEEDED);
    }

    @Test
    void aRunThatWasCompleteBeforeItCouldBeUndoneHasSucceeded() throws Exception {
        record("a", ProvisionRecord.State.COMPLETE, Step.VERIFY);

        leave(RunOrder.Action.PROVISION, Optional.of(CancelMode.FOR_GOOD));

        assertThat(state("20261130-055326-0000")).isEqualTo(State.SUCCEEDED);
    }

    /** The record of the replica stays until the new run begins its first step. */
    @Test
    void aRunThatReplacesAReplicaCanBeCancelledBeforeItsFirstStep() throws Exception {
        record("a", ProvisionRecord.State.COMPLETE, Step.VERIFY);
        String run = daemon.start(order("a", 0, null)).run().id();
        await(() -> begun().equals(List.of("a")));

        daemon.cancel(run, CancelMode.FOR_GOOD, "test");
        released.add("a");

        await(() -> state(run) == State.CANCELLED);
    }

    @Test
    void onlyARunThatLeftSomethingIsResumable() throws Exception {
        record("a", ProvisionRecord.State.COMPLETE, Step.VERIFY);
        record("b", ProvisionRecord.State.FAILED, Step.CLONE);
        all.countDown();
        String a = daemon.start(order("a", 0, null)).run().id();
        String b = daemon.start(order("b", 0, null)).run().id();
        await(() -> state(a) == State.FAILED && state(b) == State.FAILED);

        assertThat(daemon.run(a).status().isResumable()).as("of a replica").isFalse();
        assertThat(daemon.run(b).status().isResumable()).isTrue();
    }

    @Test
    void aRunWithoutItsTargetCannotBeUndoneButEnds() throws Exception {
        Instant before = Instant.now().minusSeconds(60);
        StoredRun left = StoredRun.of(
                        "20261130-055326-0000", order("a", 0, null), folder.resolve("a"), before, Optional.empty())
                .begunBy(before);
        daemon.close();
        new RunFiles(folder.resolve("state/runs")).write(left);
        start(configuration(1, ThrottleSchedule.NONE, target("b", Upkeep.NONE, "")));

        DaemonException refused = refused(() -> daemon.cancel(left.id(), CancelMode.FOR_GOOD, "test"));
        assertThat(refused).hasMessageContaining("the target a is not configured");
        assertThat(daemon.cancel(left.id(), CancelMode.RESUMABLE, "test").state())
                .isEqualTo(State.SUSPENDED);
    }

    @Test
    void pausesGrowToAnHour() {
        assertThat(Keeper.pause(1)).isEqualTo(Duration.ofMinutes(1));
        assertThat(Keeper.pause(3)).isEqualTo(Duration.ofMinutes(4));
        assertThat(Keeper.pause(7)).isEqualTo(Duration.ofHours(1));
        assertThat(Keeper.pause(1000)).isEqualTo(Duration.ofHours(1));
    }
}
