package org.jclone.daemon.rest;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jclone.daemon.api.CancelMode;
import org.jclone.daemon.api.DaemonException;
import org.jclone.daemon.api.DaemonService;
import org.jclone.daemon.api.DaemonStatus;
import org.jclone.daemon.api.ReloadReport;
import org.jclone.daemon.api.RunDetail;
import org.jclone.daemon.api.RunEvent;
import org.jclone.daemon.api.RunFailure;
import org.jclone.daemon.api.RunOrder;
import org.jclone.daemon.api.RunPage;
import org.jclone.daemon.api.RunProgress;
import org.jclone.daemon.api.RunQuery;
import org.jclone.daemon.api.RunStatus;
import org.jclone.daemon.api.RunStatus.State;
import org.jclone.daemon.api.RunSubscriber;
import org.jclone.daemon.api.StartedRun;
import org.jclone.daemon.api.StepStatus;
import org.jclone.daemon.api.Subscription;
import org.jclone.daemon.api.TargetStatus;
import org.jclone.daemon.api.ThrottleChange;
import org.jclone.daemon.api.ThrottleStatus;
import org.jclone.provision.api.ProvisionPlan;
import org.jclone.provision.api.Step;
import org.jclone.provision.donor.DonorTable;
import org.jclone.recipient.api.BandwidthLimits;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.CloneProgress;
import org.jclone.recipient.api.CloneStage;
import org.jclone.recipient.api.DonorAddress;
import org.jclone.recipient.api.StageProgress;

/** A daemon with one target, {@code db}, and one run that a test moves. It writes down what it is asked for. */
public final class ScriptedDaemon implements DaemonService {

    public static final Instant NOW = Instant.parse("2026-11-30T12:00:00Z");
    public static final String RUN = "20261130-120000-4f2c";

    public final List<String> calls = new CopyOnWriteArrayList<>();
    public final List<RunQuery> queries = new CopyOnWriteArrayList<>();
    CloneErrorCode planFailure = CloneErrorCode.CONNECT_FAILED;
    public volatile DaemonStatus.State state = DaemonStatus.State.READY;
    private final List<RunEvent> events = new CopyOnWriteArrayList<>();
    private final List<RunSubscriber> subscribers = new CopyOnWriteArrayList<>();
    private volatile State runState = State.RUNNING;
    private volatile Optional<RunFailure> failure = Optional.empty();
    private volatile Optional<Instant> unansweredSince = Optional.empty();
    private volatile ThrottleStatus throttle = new ThrottleStatus(
            new BandwidthLimits(100, 0), ThrottleStatus.Origin.SCHEDULE, "08:00-22:00 = 100", Optional.of(NOW));

    /** The file system of the target's directory does not answer any more. */
    public void hangs(Instant since) {
        unansweredSince = Optional.of(since);
    }

    /** Adds an event, and passes it on. */
    public void happens(RunEvent.Kind kind, String text) {
        happens(kind, text, Map.of("k", "v"));
    }

    public void happens(RunEvent.Kind kind, String text, Map<String, String> details) {
        RunEvent event = new RunEvent(
                events.size() + 1,
                NOW,
                Optional.of(RUN),
                Optional.of("db"),
                kind,
                Optional.of(Step.CLONE),
                text,
                details);
        events.add(event);
        subscribers.forEach(each -> each.onEvent(event));
    }

    public void progresses(long dataBytes) {
        subscribers.forEach(each -> each.onProgress(progress(dataBytes)));
    }

    public void ends(State how, Optional<RunFailure> why) {
        runState = how;
        failure = why;
        happens(RunEvent.Kind.ENDED, "the run is over: " + how, Map.of("state", how.name()));
        subscribers.forEach(each -> each.onClosed(RunSubscriber.Reason.RUN_OVER));
    }

    public int subscribers() {
        return subscribers.size();
    }

    private static RunProgress progress(long dataBytes) {
        List<StageProgress> stages = new ArrayList<>();
        for (CloneStage stage : CloneStage.values()) {
            stages.add(
                    stage == CloneStage.FILE_COPY
                            ? new StageProgress(
                                    stage,
                                    StageProgress.State.IN_PROGRESS,
                                    4,
                                    Optional.of(NOW),
                                    Optional.empty(),
                                    1 << 30,
                                    dataBytes,
                                    dataBytes + 100)
                            : StageProgress.notStarted(stage));
        }
        CloneProgress copy = new CloneProgress(
                stages, Optional.of(CloneStage.FILE_COPY), 4, 1 << 20, 1 << 19, Optional.of(Duration.ofSeconds(90)));
        return new RunProgress(
                RUN,
                NOW,
                Step.CLONE,
                Optional.of(copy),
                OptionalLong.of(1 << 30),
                OptionalLong.empty(),
                Optional.of(Duration.ofSeconds(7)),
                Duration.ofMillis(20),
                100);
    }

    private RunStatus run() {
        return new RunStatus(
                RUN,
                new RunOrder("db", RunOrder.Action.PROVISION, 0, Optional.of("key-1"), "uid 0"),
                runState,
                NOW,
                Optional.of(NOW),
                runState.isOver() ? Optional.of(NOW.plusSeconds(60)) : Optional.empty(),
                Optional.empty(),
                1,
                OptionalInt.empty(),
                Optional.of(Step.CLONE),
                Optional.of("db1:3306"),
                Optional.of("db0:3306"),
                runState.isOver() ? Optional.empty() : Optional.of(progress(1 << 20)),
                failure,
                runState == State.FAILED);
    }

    private static DaemonException refusal(DaemonException.Kind kind, String message, Optional<String> run) {
        return new DaemonException(kind, CloneErrorCode.USAGE, message, "Look at the list.", run);
    }

    private static void checkTarget(String name) throws DaemonException {
        if (!name.equals("db")) {
            throw refusal(DaemonException.Kind.NOT_FOUND, "no target " + name, Optional.empty());
        }
    }

    private static void checkRun(String id) throws DaemonException {
        if (!id.equals(RUN)) {
            throw refusal(DaemonException.Kind.NOT_FOUND, "no run " + id, Optional.empty());
        }
    }

    @Override
    public DaemonStatus status() {
        return new DaemonStatus(
                state,
                "0.1.0",
                NOW,
                Path.of("/etc/jclone/jclone.cnf"),
                NOW,
                runState.isOver() ? 0 : 1,
                0,
                2,
                runState.isOver() ? Optional.empty() : Optional.of(Duration.ofMillis(1500)),
                List.of("a warning"));
    }

    @Override
    public List<TargetStatus> targets() {
        return List.of(new TargetStatus(
                "db",
                Path.of("/var/lib/mysql"),
                List.of(DonorAddress.parse("db1:3306")),
                Optional.empty(),
                Optional.of("mysql"),
                false,
                TargetStatus.DirectoryState.UNFINISHED,
                Optional.of("CLONE"),
                OptionalLong.of(1L << 30),
                unansweredSince,
                runState.isOver() ? Optional.empty() : Optional.of(RUN),
                runState.isOver() ? Optional.of(run()) : Optional.empty(),
                Optional.empty()));
    }

    @Override
    public TargetStatus target(String name) throws DaemonException {
        checkTarget(name);
        return targets().get(0);
    }

    @Override
    public ProvisionPlan plan(String target) throws CloneException {
        checkTarget(target);
        throw new CloneException(planFailure, "cannot connect to db1:3306", "Start the server.");
    }

    @Override
    public DonorTable donors(String target) throws DaemonException {
        checkTarget(target);
        return new DonorTable(List.of(), List.of("no donor answers"));
    }

    @Override
    public StartedRun start(RunOrder order) throws DaemonException {
        checkTarget(order.target());
        calls.add("start " + order);
        if (order.key().isEmpty()) {
            throw refusal(DaemonException.Kind.CONFLICT, "the target has a run", Optional.of(RUN));
        }
        return new StartedRun(run(), order.key().get().equals("new"));
    }

    @Override
    public StartedRun retry(String id, Optional<String> key, String by) throws DaemonException {
        checkRun(id);
        RunOrder order = new RunOrder("db", RunOrder.Action.PROVISION, 0, key, by);
        calls.add("retry " + order.key() + ' ' + order.by());
        return new StartedRun(run(), true);
    }

    @Override
    public RunStatus cancel(String id, CancelMode mode, String by) throws DaemonException {
        checkRun(id);
        calls.add("cancel " + mode + ' ' + by);
        return run();
    }

    @Override
    public List<RunStatus> active() {
        return runState.isOver() ? List.of() : List.of(run());
    }

    @Override
    public RunPage runs(RunQuery query) {
        queries.add(query);
        return new RunPage(List.of(run()), Optional.of("20261130-110000-0000"));
    }

    @Override
    public RunDetail run(String id) throws DaemonException {
        checkRun(id);
        return new RunDetail(
                run(),
                List.of(new StepStatus(Step.PREPARE, NOW, Optional.of(NOW), true, false)),
                Map.of("data_bytes", 123L),
                Map.of("donor", "9.7.4"),
                List.of("an event was disabled"),
                runState == State.SUCCEEDED ? Optional.of(Map.of("server_id", "7")) : Optional.empty());
    }

    @Override
    public List<RunEvent> events(String id, long after, int limit) {
        return events.stream().filter(event -> event.id() > after).limit(limit).toList();
    }

    @Override
    public Subscription subscribe(Optional<String> id, Optional<Long> after, RunSubscriber subscriber)
            throws DaemonException {
        if (id.isPresent()) {
            checkRun(id.get());
        }
        subscribers.add(subscriber);
        if (runState.isOver() && id.isPresent()) {
            subscriber.onClosed(RunSubscriber.Reason.RUN_OVER);
        }
        return () -> subscribers.remove(subscriber);
    }

    @Override
    public ThrottleStatus throttle() {
        return throttle;
    }

    @Override
    public ThrottleStatus setThrottle(ThrottleChange change, String by) {
        calls.add("throttle " + change + ' ' + by);
        throttle = new ThrottleStatus(
                new BandwidthLimits(
                        change.dataMiBPerSecond().orElse(throttle.limits().dataMiBPerSecond()),
                        change.networkMiBPerSecond().orElse(throttle.limits().networkMiBPerSecond())),
                ThrottleStatus.Origin.OVERRIDE,
                "set by " + by,
                change.until());
        return throttle;
    }

    @Override
    public ReloadReport reload(String by) {
        calls.add("reload " + by);
        return state == DaemonStatus.State.READY
                ? new ReloadReport(true, List.of(), List.of("a change"), List.of())
                : new ReloadReport(false, List.of("jclone.cnf, line 3: unknown option"), List.of(), List.of());
    }
}
