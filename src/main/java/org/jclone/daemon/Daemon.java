package org.jclone.daemon;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.jclone.daemon.api.CancelMode;
import org.jclone.daemon.api.DaemonException;
import org.jclone.daemon.api.DaemonService;
import org.jclone.daemon.api.DaemonStatus;
import org.jclone.daemon.api.ReloadReport;
import org.jclone.daemon.api.RunDetail;
import org.jclone.daemon.api.RunEvent;
import org.jclone.daemon.api.RunOrder;
import org.jclone.daemon.api.RunPage;
import org.jclone.daemon.api.RunQuery;
import org.jclone.daemon.api.RunStatus;
import org.jclone.daemon.api.RunStatus.State;
import org.jclone.daemon.api.RunSubscriber;
import org.jclone.daemon.api.StartedRun;
import org.jclone.daemon.api.Subscription;
import org.jclone.daemon.api.TargetStatus;
import org.jclone.daemon.api.TargetStatus.DirectoryState;
import org.jclone.daemon.api.ThrottleChange;
import org.jclone.daemon.api.ThrottleStatus;
import org.jclone.daemon.history.History;
import org.jclone.daemon.history.HistoryException;
import org.jclone.daemon.systemd.ServiceManager;
import org.jclone.provision.Provisioning;
import org.jclone.provision.api.ProvisionListener;
import org.jclone.provision.api.ProvisionPlan;
import org.jclone.provision.api.Step;
import org.jclone.provision.donor.DonorTable;
import org.jclone.provision.record.ProvisionRecord;
import org.jclone.recipient.api.BandwidthLimits;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.explain.Failure;
import org.jclone.recipient.storage.LockFile;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The daemon. Orders go into a queue, each run has a thread of its own, and a ticking thread does what time brings: limits,
 * upkeep, the service manager.
 *
 * <p>What must survive the process is in {@link RunFiles} and in the record of each data directory; the history is for
 * people. The lock of this object guards the list of runs and the configuration; it is never held during a file access
 * that could hang, except when an order is written.
 */
public final class Daemon implements DaemonService, AutoCloseable {

    private static final Logger LOGGER = LoggerFactory.getLogger(Daemon.class);

    private static final DateTimeFormatter ID =
            DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss-").withZone(ZoneOffset.UTC);

    private static final int MAX_ACTIVE = 1000;
    private static final int MAX_EVENTS = 10_000;
    private static final Duration TICK = Duration.ofSeconds(1);
    private static final Duration FORGET_INTERVAL = Duration.ofHours(6);

    /** Announced to the service manager again and again while runs stop. */
    private static final Duration STOP_EXTENSION = Duration.ofSeconds(30);

    private final ConfigurationSource source;
    private final String version;
    private final Clock clock;
    private final LongSupplier nanos;
    private final ServiceManager manager;
    private final LockFile lock;
    private final RunFiles files;
    private final History history;
    private final EventBus events;
    private final Limits limits;
    private final Keeper keeper;
    private final Path stateDirectory;
    private final Instant startedAt;
    private final SecureRandom random = new SecureRandom();
    private final List<String> warnings = new CopyOnWriteArrayList<>();
    private final ScheduledExecutorService ticker = Executors.newSingleThreadScheduledExecutor(work -> {
        Thread thread = new Thread(work, "daemon-ticker");
        thread.setDaemon(true);
        return thread;
    });

    /** Guarded by this, like the fields below. */
    private final List<LiveRun> runs = new ArrayList<>();

    private final Map<String, Thread> threads = new LinkedHashMap<>();
    private DaemonConfiguration configuration;
    private Instant configuredAt;
    private DaemonStatus.State state = DaemonStatus.State.STARTING;
    private Optional<ThrottleStatus> announced = Optional.empty();
    private Instant forgotAt = Instant.EPOCH;

    /**
     * Takes the state directory, and creates it if it is missing.
     *
     * @throws CloneException if another daemon has it, or it cannot be used
     */
    public Daemon(
            DaemonConfiguration configuration,
            ConfigurationSource source,
            String version,
            Clock machine,
            LongSupplier nanos,
            ServiceManager manager)
            throws CloneException {
        this.configuration = configuration;
        this.source = source;
        this.version = version;
        this.clock = Clock.tick(machine, Duration.ofMillis(1)); // as the history keeps it
        this.nanos = nanos;
        this.manager = manager;
        this.startedAt = clock.instant();
        this.configuredAt = startedAt;
        this.stateDirectory = configuration.settings().stateDirectory();
        Path folder = StateDirectory.prepare(stateDirectory);
        this.lock = StateDirectory.lock(stateDirectory);
        this.files = new RunFiles(folder);
        this.history = new History(stateDirectory.resolve(History.NAME), clock, this::warn);
        this.events = new EventBus(clock, history);
        this.limits = new Limits(clock);
        this.keeper = new Keeper(this, new KeptTargets(stateDirectory), clock, events);
    }

    private void warn(String text) {
        warnings.add(text);
        LOGGER.atWarn().addKeyValue("reason", text).log("warning");
    }

    /** Continues the runs of an earlier process, and begins to work. */
    public void start() throws CloneException {
        history.start();
        events.say("jclone " + version + " started, with "
                + configuration.targets().size() + " targets");
        warnings.forEach(events::say);
        synchronized (this) {
            readRuns();
            adoptRecords();
            state = DaemonStatus.State.READY;
            beginNext();
        }
        closeLostRuns();
        tick();
        manager.ready();
        ticker.scheduleAtFixedRate(this::tick, TICK.toMillis(), TICK.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void readRuns() throws CloneException {
        List<StoredRun> found;
        try {
            found = files.readAll(text -> {
                warn(text);
                events.say(text);
            });
        } catch (IOException e) {
            throw StateDirectory.unusable(stateDirectory, e);
        }
        for (StoredRun stored : found) {
            LiveRun run = live(stored, inHistory(stored.id()));
            runs.add(run);
            if (configuration.target(run.target()).isEmpty()) {
                events.say(
                        run.target(),
                        "run " + run.id() + " waits: the target " + run.target() + " is not configured any more");
            }
        }
    }

    /** A run of the command line, or one whose file is lost, continues if its process died within a step. */
    private void adoptRecords() throws CloneException {
        for (Target target : configuration.targets()) {
            if (activeRun(target.name()).isPresent()) {
                continue;
            }
            Optional<ProvisionRecord> record = record(target);
            boolean isDead = record.filter(found -> !found.isRunning()).isPresent();
            if (isDead && isInterrupted(record.get().state())) {
                enqueue(
                        new RunOrder(target.name(), RunOrder.Action.PROVISION, 0, Optional.empty(), "daemon"),
                        Optional.empty(),
                        "an unfinished run was found in " + target.directory() + ": "
                                + record.get().describe());
            }
        }
    }

    private static boolean isInterrupted(ProvisionRecord.State recorded) {
        return recorded == ProvisionRecord.State.BEGUN
                || recorded == ProvisionRecord.State.DONE
                || recorded == ProvisionRecord.State.ROLLING_BACK;
    }

    private static Optional<ProvisionRecord> record(Target target) {
        try {
            return ProvisionRecord.read(target.directory());
        } catch (CloneException e) {
            return Optional.empty(); // a run reports it
        }
    }

    /** The history may show runs as active whose files are gone. */
    private void closeLostRuns() {
        RunQuery active = new RunQuery(
                Optional.empty(),
                java.util.EnumSet.of(State.QUEUED, State.RUNNING, State.STOPPING),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                RunQuery.MAX_LIMIT);
        try {
            for (RunStatus status :
                    history.reader().isPresent() ? history.reader().get().runs(active) : List.<RunStatus>of()) {
                if (find(status.id()).isEmpty()) {
                    Optional<RunDetail> detail = inHistory(status.id());
                    detail.ifPresent(lost -> history.save(lostRun(lost)));
                }
            }
        } catch (HistoryException e) {
            LOGGER.atWarn().addKeyValue("reason", e.getMessage()).log("cannot read the history");
        }
    }

    private RunDetail lostRun(RunDetail detail) {
        RunStatus status = detail.status();
        RunStatus ended = new RunStatus(
                status.id(),
                status.order(),
                State.FAILED,
                status.orderedAt(),
                status.startedAt(),
                Optional.of(clock.instant()),
                status.retryOf(),
                status.processes(),
                OptionalInt.empty(),
                status.step(),
                status.donor(),
                status.source(),
                Optional.empty(),
                Optional.of(new org.jclone.daemon.api.RunFailure(
                        Failure.Daemon.LOST.code(),
                        status.step(),
                        "the daemon ended, and the file of the run was gone when it started again",
                        Failure.Daemon.LOST.hint(),
                        "")),
                false);
        return new RunDetail(
                ended, detail.steps(), detail.figures(), detail.versions(), detail.remarks(), detail.result());
    }

    private Optional<RunDetail> inHistory(String id) {
        try {
            return history.reader().isPresent() ? history.reader().get().run(id) : Optional.empty();
        } catch (HistoryException e) {
            return Optional.empty();
        }
    }

    private LiveRun live(StoredRun stored, Optional<RunDetail> earlier) {
        Optional<String> from = configuration
                .target(stored.order().target())
                .flatMap(Target::source)
                .map(Object::toString);
        LiveRun run = new LiveRun(stored, earlier, from, clock, nanos, events, this::changed);
        run.setVersion("jclone", version);
        return run;
    }

    /** Writes what has changed: what must survive durably, and the rest to the history. */
    private void changed(LiveRun run) {
        history.save(run.detail(OptionalInt.empty()));
        synchronized (files) {
            Optional<StoredRun> unsaved = run.takeUnsaved();
            try {
                if (unsaved.isPresent()) {
                    files.write(unsaved.get());
                }
            } catch (CloneException e) {
                LOGGER.atError()
                        .addKeyValue("run", run.id())
                        .addKeyValue("reason", e.getMessage())
                        .log("cannot write the file of a run");
            }
        }
    }

    // ---- orders -----------------------------------------------------------------------------------------------------

    @Override
    public synchronized StartedRun start(RunOrder order) throws DaemonException {
        return start(order, Optional.empty());
    }

    private StartedRun start(RunOrder order, Optional<String> retryOf) throws DaemonException {
        Optional<RunStatus> earlier =
                order.key().isPresent() ? byKey(order.key().get()) : Optional.empty();
        if (earlier.isPresent()) {
            RunOrder other = earlier.get().order();
            if (!other.target().equals(order.target()) || other.action() != order.action()) {
                throw conflict(
                        Failure.Daemon.KEY,
                        "the key of this order belongs to run " + earlier.get().id() + " of " + other.target(),
                        earlier.get().id());
            }
            return new StartedRun(earlier.get(), false);
        }
        requireReady();
        requireTarget(order.target());
        Optional<LiveRun> active = activeRun(order.target());
        if (active.isPresent()) {
            throw conflict(
                    Failure.Daemon.ACTIVE,
                    "the target " + order.target() + " has a run already: "
                            + active.get().id(),
                    active.get().id());
        }
        if (runs.size() >= MAX_ACTIVE) {
            throw refused(
                    DaemonException.Kind.UNAVAILABLE, Failure.Daemon.QUEUE, "the queue has " + MAX_ACTIVE + " runs");
        }
        try {
            LiveRun run = enqueue(order, retryOf, "ordered by " + order.by());
            beginNext();
            return new StartedRun(run.status(place(run)), true);
        } catch (CloneException e) {
            throw new DaemonException(
                    DaemonException.Kind.UNAVAILABLE, e.code(), e.getMessage(), e.hint(), Optional.empty());
        }
    }

    private Optional<RunStatus> byKey(String key) {
        Optional<LiveRun> active = runs.stream()
                .filter(run -> run.stored().order().key().filter(key::equals).isPresent())
                .findFirst();
        if (active.isPresent()) {
            return Optional.of(active.get().status(place(active.get())));
        }
        history.flush(TICK); // a run may have ended a moment ago
        try {
            return history.reader().isPresent() ? history.reader().get().byKey(key) : Optional.empty();
        } catch (HistoryException e) {
            return Optional.empty();
        }
    }

    private LiveRun enqueue(RunOrder order, Optional<String> retryOf, String text) throws CloneException {
        Target target = configuration.target(order.target()).orElseThrow();
        String id = newId();
        StoredRun stored = StoredRun.of(id, order, target.directory(), clock.instant(), retryOf);
        files.write(stored);
        LiveRun run = live(stored, Optional.empty());
        runs.add(run);
        Map<String, String> details = new LinkedHashMap<>();
        details.put("action", order.action().name());
        details.put("by", order.by());
        details.put("priority", Integer.toString(order.priority()));
        retryOf.ifPresent(earlier -> details.put("retry_of", earlier));
        run.publish(RunEvent.Kind.QUEUED, text, details);
        changed(run);
        return run;
    }

    private String newId() {
        return ID.format(clock.instant()) + HexFormat.of().toHexDigits((short) random.nextInt());
    }

    @Override
    public synchronized StartedRun retry(String run, Optional<String> key, String by) throws DaemonException {
        RunStatus earlier = run(run).status();
        if (!earlier.state().isOver()) {
            throw conflict(Failure.Daemon.ACTIVE, "run " + run + " has not ended", run);
        }
        if (earlier.state() == State.SUCCEEDED) {
            throw conflict(Failure.Daemon.OVER, "run " + run + " has succeeded, so there is nothing to repeat", run);
        }
        RunOrder order = earlier.order();
        return start(new RunOrder(order.target(), order.action(), order.priority(), key, by), Optional.of(run));
    }

    @Override
    public RunStatus cancel(String id, CancelMode mode, String by) throws DaemonException {
        LiveRun run;
        boolean hasBegun;
        synchronized (this) {
            Optional<LiveRun> found = find(id);
            if (found.isEmpty()) {
                RunStatus ended = run(id).status();
                throw conflict(Failure.Daemon.OVER, "run " + id + " has ended: " + ended.state(), id);
            }
            run = found.get();
            hasBegun = threads.containsKey(id);
            boolean mustUndo = run.stored().processes() > 0 && mode == CancelMode.FOR_GOOD;
            if (mode == CancelMode.FOR_GOOD) {
                requireNotTooLate(run);
            }
            run.store(run.stored().stopping(mode));
            if (!hasBegun && !mustUndo) {
                runs.remove(run);
            }
            changed(run);
            run.publish(
                    RunEvent.Kind.STOPPING,
                    (mode == CancelMode.FOR_GOOD ? "cancelled by " : "stopped by ") + by,
                    Map.of("mode", mode.name(), "by", by));
            if (hasBegun) {
                run.stop(mode, "stopped by " + by);
                return run.status(OptionalInt.empty());
            }
            if (mustUndo) {
                return run.status(place(run));
            }
        }
        boolean forGood = mode == CancelMode.FOR_GOOD;
        run.end(forGood ? State.CANCELLED : State.SUSPENDED, Optional.empty(), !forGood);
        removeFile(run);
        return run.status(OptionalInt.empty());
    }

    /** From here on the new server is in service. */
    private void requireNotTooLate(LiveRun run) throws DaemonException {
        Optional<Target> target = configuration.target(run.target());
        Optional<ProvisionRecord> record = target.flatMap(Daemon::record);
        boolean late = record.filter(found -> found.step() == Step.VERIFY
                        || found.step() == Step.HAND_OVER && found.has(ProvisionRecord.Fact.ACCOUNT_REMOVED))
                .isPresent();
        if (late && run.stored().processes() > 0) {
            throw conflict(
                    Failure.Daemon.LATE,
                    "run " + run.id() + " hands the new server over, which is not undone",
                    run.id());
        }
    }

    // ---- the queue --------------------------------------------------------------------------------------------------

    /** Begins runs while there are places. */
    private void beginNext() {
        while (state == DaemonStatus.State.READY
                && threads.size() < configuration.settings().maxParallelRuns()) {
            Optional<LiveRun> next = queue().stream()
                    .filter(run -> configuration.target(run.target()).isPresent())
                    .findFirst();
            if (next.isEmpty()) {
                return;
            }
            begin(next.get(), configuration.target(next.get().target()).orElseThrow());
        }
    }

    /** Returns the runs that wait: those that have begun already first, then by priority, then by age. */
    private List<LiveRun> queue() {
        return runs.stream()
                .filter(run -> !threads.containsKey(run.id()))
                .sorted(Comparator.<LiveRun, Boolean>comparing(
                                run -> run.stored().processes() == 0)
                        .thenComparing(run -> -run.stored().order().priority())
                        .thenComparing(LiveRun::id))
                .toList();
    }

    private OptionalInt place(LiveRun run) {
        int index = queue().indexOf(run);
        return index < 0 ? OptionalInt.empty() : OptionalInt.of(index + 1);
    }

    private void begin(LiveRun run, Target target) {
        run.store(run.stored().begunBy(clock.instant()));
        run.setLimits(limits.now(configuration.schedule(), target.limits()).limits());
        run.begin();
        changed(run);
        Thread thread = new Thread(() -> work(run, target), "run-" + run.id());
        threads.put(run.id(), thread);
        thread.start();
    }

    private void work(LiveRun run, Target target) {
        try {
            new Worker(run, target).work();
        } finally {
            if (run.state().isOver()) {
                removeFile(run);
            }
            synchronized (this) {
                threads.remove(run.id());
                if (run.state().isOver()) {
                    runs.remove(run);
                    keeper.ended(run.status(OptionalInt.empty()));
                }
                notifyAll();
                beginNext();
            }
        }
    }

    private void removeFile(LiveRun run) {
        synchronized (files) {
            try {
                files.remove(run.id());
            } catch (CloneException e) {
                warn("cannot delete the file of run " + run.id() + ": " + e.getMessage());
            }
        }
    }

    // ---- what time brings -------------------------------------------------------------------------------------------

    private void tick() {
        try {
            applyLimits();
            keeper.look(readyTargets());
            forget();
            manager.status(StatusLine.of(status(), active()));
            manager.alive();
        } catch (RuntimeException e) {
            LOGGER.atError().setCause(e).log("a bug in jclone");
        }
    }

    private synchronized List<Target> readyTargets() {
        return state == DaemonStatus.State.READY ? configuration.targets() : List.of();
    }

    private synchronized void applyLimits() {
        ThrottleStatus now = throttle();
        boolean isChanged = announced
                .filter(before -> before.limits().equals(now.limits()) && before.origin() == now.origin())
                .isEmpty();
        if (!isChanged) {
            return;
        }
        boolean isFirst = announced.isEmpty() && now.origin() == ThrottleStatus.Origin.CONFIGURATION;
        announced = Optional.of(now);
        for (LiveRun run : runs) {
            BandwidthLimits mine = limitsOf(run);
            run.setLimits(mine);
            if (threads.containsKey(run.id()) && !isFirst) {
                run.publish(RunEvent.Kind.THROTTLE, text(mine, now.reason()), details(mine, now.reason()));
            }
        }
        if (!isFirst) {
            events.say(text(now.limits(), now.reason()));
        }
    }

    private BandwidthLimits limitsOf(LiveRun run) {
        return limits.now(
                        configuration.schedule(),
                        configuration.target(run.target()).map(Target::limits).orElse(BandwidthLimits.NONE))
                .limits();
    }

    private static String text(BandwidthLimits limits, String reason) {
        return "limits: " + rate(limits.dataMiBPerSecond()) + " of data, " + rate(limits.networkMiBPerSecond())
                + " on the wire (" + reason + ')';
    }

    private static String rate(long limit) {
        return limit == 0 ? "unlimited" : limit + " MiB/s";
    }

    private static Map<String, String> details(BandwidthLimits limits, String reason) {
        Map<String, String> details = new LinkedHashMap<>();
        details.put("data_mib_per_second", Long.toString(limits.dataMiBPerSecond()));
        details.put("network_mib_per_second", Long.toString(limits.networkMiBPerSecond()));
        details.put("reason", reason);
        return details;
    }

    private synchronized void forget() {
        Instant now = clock.instant();
        if (forgotAt.plus(FORGET_INTERVAL).isBefore(now)) {
            forgotAt = now;
            history.forget(now.minus(configuration.settings().retention()));
        }
    }

    // ---- questions --------------------------------------------------------------------------------------------------

    @Override
    public DaemonStatus status() {
        List<String> now = new ArrayList<>(warnings);
        history.problem().ifPresent(problem -> {
            if (!now.contains(problem)) {
                now.add(problem);
            }
        });
        synchronized (this) {
            return new DaemonStatus(
                    state,
                    version,
                    startedAt,
                    configuration.file(),
                    configuredAt,
                    threads.size(),
                    runs.size()
                            - (int) runs.stream()
                                    .filter(run -> threads.containsKey(run.id()))
                                    .count(),
                    configuration.settings().maxParallelRuns(),
                    runs.stream()
                            .filter(run -> threads.containsKey(run.id()))
                            .map(LiveRun::sinceProgress)
                            .max(Comparator.naturalOrder()),
                    now);
        }
    }

    @Override
    public List<TargetStatus> targets() {
        List<Target> all;
        synchronized (this) {
            all = configuration.targets();
        }
        return all.stream().map(this::status).toList();
    }

    @Override
    public TargetStatus target(String name) throws DaemonException {
        return status(requireTarget(name));
    }

    private TargetStatus status(Target target) {
        Optional<ProvisionRecord> record = Optional.empty();
        DirectoryState holds;
        try {
            record = ProvisionRecord.read(target.directory());
            holds = directoryState(target, record);
        } catch (CloneException e) {
            holds = DirectoryState.UNREADABLE;
        }
        Optional<String> active;
        synchronized (this) {
            active = activeRun(target.name()).map(LiveRun::id);
        }
        return new TargetStatus(
                target.name(),
                target.directory(),
                target.donors(),
                target.source(),
                target.service(),
                target.upkeep().isEnsured(),
                holds,
                record.map(ProvisionRecord::describe),
                active,
                lastRun(target.name()),
                keeper.next(target));
    }

    static DirectoryState directoryState(Target target, Optional<ProvisionRecord> record) {
        if (record.isPresent()) {
            return record.get().state() == ProvisionRecord.State.COMPLETE
                    ? DirectoryState.PROVISIONED
                    : DirectoryState.UNFINISHED;
        }
        if (!Files.exists(target.directory())) {
            return DirectoryState.EMPTY;
        }
        try (Stream<Path> content = Files.list(target.directory())) {
            return content.anyMatch(file -> !file.getFileName().toString().startsWith(ProvisionRecord.NAME))
                    ? DirectoryState.DATA
                    : DirectoryState.EMPTY;
        } catch (IOException e) {
            return DirectoryState.UNREADABLE;
        }
    }

    Optional<RunStatus> lastRun(String target) {
        try {
            RunQuery query = new RunQuery(
                    Optional.of(target),
                    java.util.EnumSet.of(State.SUCCEEDED, State.FAILED, State.SUSPENDED, State.CANCELLED),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    1);
            return history.reader().isPresent()
                    ? history.reader().get().runs(query).stream().findFirst()
                    : Optional.empty();
        } catch (HistoryException e) {
            return Optional.empty();
        }
    }

    @Override
    public ProvisionPlan plan(String name) throws CloneException {
        Target target = requireTarget(name);
        synchronized (this) {
            Optional<LiveRun> active = activeRun(name);
            if (active.isPresent()) {
                throw conflict(
                        Failure.Daemon.ACTIVE,
                        "the target " + name + " has a run: " + active.get().id(),
                        active.get().id());
            }
        }
        return plan(target);
    }

    ProvisionPlan plan(Target target) throws CloneException {
        return new Provisioning(target.requests().request(event -> {}), ProvisionListener.NONE).plan();
    }

    @Override
    public DonorTable donors(String target) throws CloneException {
        return requireTarget(target).requests().donors();
    }

    @Override
    public synchronized List<RunStatus> active() {
        Stream<LiveRun> running = runs.stream().filter(run -> threads.containsKey(run.id()));
        return Stream.concat(running, queue().stream())
                .map(run -> run.status(place(run)))
                .toList();
    }

    @Override
    public RunPage runs(RunQuery query) throws DaemonException {
        List<RunStatus> found = new ArrayList<>();
        List<RunStatus> live = active();
        live.stream().filter(run -> matches(query, run)).forEach(found::add);
        history.flush(TICK);
        try {
            // An active run may be in the history with an older state, and crowd out others.
            RunQuery wider = new RunQuery(
                    query.target(),
                    query.states(),
                    query.since(),
                    query.until(),
                    query.before(),
                    Math.min(RunQuery.MAX_LIMIT, query.limit() + live.size() + 1));
            if (history.reader().isPresent()) {
                history.reader().get().runs(wider).stream()
                        .filter(run ->
                                live.stream().noneMatch(other -> other.id().equals(run.id())))
                        .forEach(found::add);
            }
        } catch (HistoryException e) {
            throw refused(DaemonException.Kind.UNAVAILABLE, Failure.Daemon.HISTORY, String.valueOf(e.getMessage()));
        }
        found.sort(Comparator.comparing(RunStatus::id).reversed());
        boolean isMore = found.size() > query.limit();
        List<RunStatus> page = found.subList(0, Math.min(query.limit(), found.size()));
        return new RunPage(page, isMore ? Optional.of(page.get(page.size() - 1).id()) : Optional.empty());
    }

    private static boolean matches(RunQuery query, RunStatus run) {
        return query.target().filter(target -> !target.equals(run.target())).isEmpty()
                && (query.states().isEmpty() || query.states().contains(run.state()))
                && query.since()
                        .filter(since -> run.orderedAt().isBefore(since))
                        .isEmpty()
                && query.until()
                        .filter(until -> !run.orderedAt().isBefore(until))
                        .isEmpty()
                && query.before()
                        .filter(before -> run.id().compareTo(before) >= 0)
                        .isEmpty();
    }

    @Override
    public RunDetail run(String id) throws DaemonException {
        Optional<LiveRun> live;
        OptionalInt place = OptionalInt.empty();
        synchronized (this) {
            live = find(id);
            if (live.isPresent()) {
                place = place(live.get());
            }
        }
        if (live.isPresent()) {
            return live.get().detail(place);
        }
        history.flush(TICK); // it may have ended a moment ago
        return inHistory(id)
                .orElseThrow(
                        () -> refused(DaemonException.Kind.NOT_FOUND, Failure.Daemon.RUN, "there is no run " + id));
    }

    @Override
    public List<RunEvent> events(String run, long after, int limit) throws DaemonException {
        run(run);
        if (limit < 1 || limit > MAX_EVENTS) {
            throw refused(
                    DaemonException.Kind.INVALID,
                    Failure.Daemon.VALUE,
                    "limit: " + limit + " (expected: 1 to " + MAX_EVENTS + ')');
        }
        return events.events(Optional.of(run), after, limit);
    }

    @Override
    public Subscription subscribe(Optional<String> run, Optional<Long> after, RunSubscriber subscriber)
            throws DaemonException {
        boolean isOver = run.isPresent() && run(run.get()).status().state().isOver();
        return events.subscribe(run, after, isOver, subscriber);
    }

    @Override
    public synchronized ThrottleStatus throttle() {
        return limits.now(configuration.schedule(), commonLimits());
    }

    /** What the targets have in common; targets with different limits have none in common. */
    private BandwidthLimits commonLimits() {
        List<BandwidthLimits> all =
                configuration.targets().stream().map(Target::limits).distinct().toList();
        return all.size() == 1 ? all.get(0) : BandwidthLimits.NONE;
    }

    @Override
    public ThrottleStatus setThrottle(ThrottleChange change, String by) throws DaemonException {
        if (change.until().filter(until -> !until.isAfter(clock.instant())).isPresent()) {
            throw refused(
                    DaemonException.Kind.INVALID, Failure.Daemon.VALUE, "until: a time in the future is expected");
        }
        limits.set(change);
        events.say(change.limits().isPresent() ? "limits set by " + by : "limits released by " + by);
        applyLimits();
        return throttle();
    }

    @Override
    public ReloadReport reload(String by) {
        manager.reloading(TimeUnit.NANOSECONDS.toMicros(nanos.getAsLong()));
        try {
            DaemonConfiguration next = source.read();
            return apply(next, by);
        } catch (ConfigurationException e) {
            events.say("the configuration has faults, and stays as it was: "
                    + e.faults().get(0)
                    + (e.faults().size() > 1 ? ", and " + (e.faults().size() - 1) + " more" : ""));
            return new ReloadReport(false, e.faults(), List.of(), List.of());
        } finally {
            manager.ready();
        }
    }

    private synchronized ReloadReport apply(DaemonConfiguration next, String by) {
        List<String> changes = new ArrayList<>();
        List<String> postponed = new ArrayList<>();
        Changes.between(configuration, next, this::runOf, changes, postponed);
        configuration = next;
        configuredAt = clock.instant();
        events.say("the configuration was read again, for " + by + ": "
                + (changes.isEmpty() && postponed.isEmpty() ? "nothing has changed" : String.join("; ", changes)));
        postponed.forEach(events::say);
        applyLimits();
        beginNext();
        return new ReloadReport(true, List.of(), changes, postponed);
    }

    private Optional<String> runOf(String target) {
        return activeRun(target).filter(run -> threads.containsKey(run.id())).map(LiveRun::id);
    }

    // ---- help -------------------------------------------------------------------------------------------------------

    private Optional<LiveRun> find(String id) {
        return runs.stream().filter(run -> run.id().equals(id)).findFirst();
    }

    private Optional<LiveRun> activeRun(String target) {
        return runs.stream().filter(run -> run.target().equals(target)).findFirst();
    }

    synchronized boolean hasRun(String target) {
        return activeRun(target).isPresent();
    }

    private synchronized Target requireTarget(String name) throws DaemonException {
        return configuration
                .target(name)
                .orElseThrow(() -> refused(
                        DaemonException.Kind.NOT_FOUND,
                        Failure.Daemon.TARGET,
                        "there is no target " + name + " in " + configuration.file()));
    }

    private void requireReady() throws DaemonException {
        if (state != DaemonStatus.State.READY) {
            throw refused(DaemonException.Kind.UNAVAILABLE, Failure.Daemon.STOPPING, "the daemon stops");
        }
    }

    private static DaemonException conflict(Failure.Daemon failure, String message, String run) {
        return new DaemonException(
                DaemonException.Kind.CONFLICT, failure.code(), message, failure.hint(), Optional.of(run));
    }

    private static DaemonException refused(DaemonException.Kind kind, Failure.Daemon failure, String message) {
        return new DaemonException(kind, failure.code(), message, failure.hint(), Optional.empty());
    }

    /** Stops all runs so that they continue with the next process, and releases the state directory. */
    @Override
    public void close() {
        manager.stopping();
        List<LiveRun> running;
        synchronized (this) {
            if (state == DaemonStatus.State.STOPPING) {
                return;
            }
            state = DaemonStatus.State.STOPPING;
            running = runs.stream().filter(run -> threads.containsKey(run.id())).toList();
        }
        ticker.shutdown();
        keeper.close();
        running.forEach(LiveRun::interrupt);
        awaitRuns();
        events.say("jclone stopped");
        events.close();
        history.close();
        lock.close();
    }

    private synchronized void awaitRuns() {
        while (!threads.isEmpty()) {
            manager.extend(STOP_EXTENSION);
            manager.alive();
            manager.status("stopping " + threads.size() + " runs, which continue at the next start");
            try {
                wait(TimeUnit.SECONDS.toMillis(5));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }
}
