package org.jclone.daemon;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongSupplier;
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
import org.jclone.daemon.api.RunSubscriber;
import org.jclone.daemon.api.StartedRun;
import org.jclone.daemon.api.Subscription;
import org.jclone.daemon.api.TargetStatus;
import org.jclone.daemon.api.ThrottleChange;
import org.jclone.daemon.api.ThrottleStatus;
import org.jclone.daemon.history.History;
import org.jclone.daemon.systemd.ServiceManager;
import org.jclone.provision.api.ProvisionPlan;
import org.jclone.provision.donor.DonorTable;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.storage.LockFile;

/**
 * The daemon: puts its parts together, starts and ends them, and passes each request to the part that serves it.
 * {@link Orders} go into a {@link RunQueue}, {@link Workers} give each run a thread of its own, and a {@link Ticker}
 * does what is due at a certain time.
 *
 * <p>What must survive the process is in {@link RunFiles} and in the record of each data directory; the history is for
 * people. All parts share one lock, the monitor of the {@link RunQueue}, which says what it guards.
 */
public final class Daemon implements DaemonService, AutoCloseable {

    /** Announced to the service manager again and again while the history is checked. */
    private static final Duration START_EXTENSION = Duration.ofSeconds(60);

    private final String version;
    private final Instant startedAt;
    private final ServiceManager manager;
    private final LockFile lock;
    private final History history;
    private final EventBus events;
    private final Keeper keeper;
    private final Warnings warnings = new Warnings();
    private final RunQueue queue;
    private final Lifecycle lifecycle = new Lifecycle();
    private final CurrentConfiguration configuration;
    private final Throttling throttling;
    private final Workers workers;
    private final DirectoryReader directories;
    private final TargetAnswers targetAnswers;
    private final RunAnswers runAnswers;
    private final Orders orders;
    private final Cancellation cancellation;
    private final Reload reload;
    private final Resumption resumption;
    private final Adoption adoption;
    private final LostRuns lostRuns;
    private final Ticker ticker;

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
        this(configuration, source, version, machine, nanos, manager, TargetDirectory::facts);
    }

    /** @param look reads what the directory of a target holds, for the page and the API */
    Daemon(
            DaemonConfiguration configuration,
            ConfigurationSource source,
            String version,
            Clock machine,
            LongSupplier nanos,
            ServiceManager manager,
            Function<Target, DirectoryReader.Facts> look)
            throws CloneException {
        Clock clock = Clock.tick(machine, Duration.ofMillis(1)); // as the history keeps it
        this.version = version;
        this.manager = manager;
        this.queue = new RunQueue(nanos);
        this.startedAt = clock.instant();
        this.configuration = new CurrentConfiguration(configuration, startedAt);
        Path stateDirectory = configuration.settings().stateDirectory();
        RunFiles files = new RunFiles(StateDirectory.prepare(stateDirectory));
        this.lock = StateDirectory.lock(stateDirectory);
        this.history = new History(stateDirectory.resolve(History.NAME), clock, warnings::add);
        this.events = new EventBus(clock, history);
        PastRuns past = new PastRuns(history);
        RunSaver saver = new RunSaver(files, history, warnings);
        Intake intake = new Intake(queue, this.configuration, past, saver, events, version, clock, nanos);
        this.keeper = new Keeper(this, queue, past, new KeptTargets(stateDirectory), clock, events);
        this.throttling = new Throttling(queue, this.configuration, events, clock);
        Heartbeat heartbeat = new Heartbeat(queue, this.configuration, manager::alive);
        this.workers = new Workers(
                queue, this.configuration, lifecycle, throttling, saver, keeper, manager, heartbeat, clock, nanos);
        this.directories = new DirectoryReader(look, clock, nanos);
        this.targetAnswers = new TargetAnswers(queue, this.configuration, past, keeper, directories);
        this.runAnswers = new RunAnswers(queue, past, events);
        this.orders = new Orders(queue, this.configuration, lifecycle, runAnswers, past, intake, workers);
        this.cancellation = new Cancellation(queue, this.configuration, runAnswers, saver, keeper, directories);
        this.reload = new Reload(source, queue, this.configuration, throttling, workers, events, manager, clock, nanos);
        this.resumption = new Resumption(this.configuration, stateDirectory, files, past, intake, events, warnings);
        this.adoption = new Adoption(queue, this.configuration, lifecycle, directories, past, intake, workers, events);
        this.lostRuns = new LostRuns(queue, past, history, clock);
        this.ticker = new Ticker(
                this,
                queue,
                this.configuration,
                lifecycle,
                throttling,
                workers,
                keeper,
                history,
                manager,
                heartbeat,
                clock);
    }

    /** Continues the runs of an earlier process, and begins to work. */
    public void start() throws CloneException {
        history.start(() -> manager.extend(START_EXTENSION));
        events.continueNumbers();
        events.say("jclone " + version + " started, with "
                + configuration.targets().size() + " targets");
        warnings.all().forEach(events::say);
        synchronized (queue) {
            resumption.resume();
        }
        adoption.adopt();
        synchronized (queue) {
            lostRuns.close();
            lifecycle.enter(DaemonStatus.State.READY);
            workers.beginNext();
        }
        ticker.tick();
        manager.ready();
        ticker.start();
    }

    @Override
    public StartedRun start(RunOrder order) throws DaemonException {
        return orders.start(order);
    }

    @Override
    public StartedRun retry(String run, Optional<String> key, String by) throws DaemonException {
        return orders.retry(run, key, by);
    }

    @Override
    public RunStatus cancel(String run, CancelMode mode, String by) throws DaemonException {
        return cancellation.cancel(run, mode, by);
    }

    @Override
    public DaemonStatus status() {
        List<String> now = new ArrayList<>(warnings.all());
        history.problem().ifPresent(problem -> {
            if (!now.contains(problem)) {
                now.add(problem);
            }
        });
        synchronized (queue) {
            return new DaemonStatus(
                    lifecycle.state(),
                    version,
                    startedAt,
                    configuration.file(),
                    configuration.since(),
                    queue.places(),
                    queue.waiting().size(),
                    configuration.settings().maxParallelRuns(),
                    queue.running().stream().map(LiveRun::sinceProgress).max(Comparator.naturalOrder()),
                    now);
        }
    }

    @Override
    public List<TargetStatus> targets() {
        return targetAnswers.targets();
    }

    @Override
    public TargetStatus target(String name) throws DaemonException {
        return targetAnswers.target(name);
    }

    @Override
    public ProvisionPlan plan(String target) throws CloneException {
        return targetAnswers.plan(target);
    }

    @Override
    public DonorTable donors(String target) throws CloneException {
        return targetAnswers.donors(target);
    }

    @Override
    public List<RunStatus> active() {
        return runAnswers.active();
    }

    @Override
    public RunPage runs(RunQuery query) throws DaemonException {
        return runAnswers.runs(query);
    }

    @Override
    public RunDetail run(String id) throws DaemonException {
        return runAnswers.run(id);
    }

    @Override
    public List<RunEvent> events(String run, long after, int limit) throws DaemonException {
        return runAnswers.events(run, after, limit);
    }

    @Override
    public Subscription subscribe(Optional<String> run, Optional<Long> after, RunSubscriber subscriber)
            throws DaemonException {
        return runAnswers.subscribe(run, after, subscriber);
    }

    @Override
    public ThrottleStatus throttle() {
        return throttling.now();
    }

    @Override
    public ThrottleStatus setThrottle(ThrottleChange change, String by) throws DaemonException {
        return throttling.set(change, by);
    }

    @Override
    public ReloadReport reload(String by) {
        return reload.reload(by);
    }

    /** Stops all runs so that they continue with the next process, and releases the state directory. */
    @Override
    public void close() {
        manager.stopping();
        List<LiveRun> running;
        synchronized (queue) {
            if (lifecycle.state() == DaemonStatus.State.STOPPING) {
                return;
            }
            lifecycle.enter(DaemonStatus.State.STOPPING);
            running = queue.running();
        }
        ticker.stop();
        keeper.close();
        directories.close();
        running.forEach(LiveRun::interrupt);
        workers.awaitEnd();
        events.say("jclone stopped");
        events.close();
        history.close();
        lock.close();
    }
}
