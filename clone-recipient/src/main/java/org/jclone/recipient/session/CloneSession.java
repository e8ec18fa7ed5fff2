package org.jclone.recipient.session;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jclone.protocol.innodb.descriptor.SnapshotState;
import org.jclone.protocol.netty.LoggedIn;
import org.jclone.recipient.api.BandwidthLimits;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneEvent;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.CloneListener;
import org.jclone.recipient.api.CloneProgress;
import org.jclone.recipient.api.CloneRequest;
import org.jclone.recipient.api.CloneResult;
import org.jclone.recipient.api.CloneStage;
import org.jclone.recipient.api.DonorErrorException;
import org.jclone.recipient.api.Mismatch;
import org.jclone.recipient.api.ResumeMode;
import org.jclone.recipient.api.StorageException;
import org.jclone.recipient.api.TargetConfiguration;
import org.jclone.recipient.compat.DonorParameters;
import org.jclone.recipient.compat.TargetFit;
import org.jclone.recipient.journal.DonorIdentity;
import org.jclone.recipient.progress.ProgressTracker;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One clone from the first connection to the last flush.
 *
 * <pre>
 *  connect main, aux ─► COM_INIT ─► mark the directory ─► {@link CloneStream} ─► COM_EXIT ─► FILE SYNC ─► publish
 *                                                           │     ▲
 *                                        a connection breaks└─────┘{@link Reconnector}: COM_REINIT
 *          └───────────── whatever else fails: free the donor's snapshot, leave the mark, throw ─────────────┘
 * </pre>
 *
 * <p>Runs on the caller's thread. {@link #abort}, {@link #setBandwidthLimits} and {@link #progress} are for any thread.
 */
public final class CloneSession {

    private static final Logger LOGGER = LoggerFactory.getLogger(CloneSession.class);

    /** Connections that break before the donor copies anything cost nothing but a moment. */
    private static final int MAX_BEGINNINGS = 5;

    private final CloneRequest request;
    private final Clock clock;
    private final ProgressTracker progress;
    private final EventPublisher publisher;
    private final Throttle throttle;
    private final ErrorTranslator errors;
    private final Abortion abortion;
    private final CloneContext context;

    private Transport transport;
    private TargetFit fit;
    private DonorConnector connector;
    private Optional<DonorLink> link = Optional.empty();
    private Target target;
    private DonorParameters donor;
    private Optional<DonorIdentity> identity = Optional.empty();
    private CloneStream stream;
    private boolean snapshotAsked;
    private boolean snapshotLeft;
    private volatile boolean suspended;

    public CloneSession(CloneRequest request, CloneListener listener, Clock clock) {
        this.request = request;
        this.clock = clock;
        this.progress = new ProgressTracker(clock, System::nanoTime);
        this.publisher = new EventPublisher(listener, progress::snapshot);
        this.throttle = new Throttle(request.transfer().bandwidthLimits(), progress, System::nanoTime);
        this.errors = new ErrorTranslator(request.donor());
        this.abortion = new Abortion(errors);
        this.context = new CloneContext(request, errors, progress, throttle, publisher);
    }

    /** Stops the clone; {@link #run()} then throws {@link CloneErrorCode#ABORTED}. */
    public void abort(String reason) {
        suspended = false;
        abortion.demand(
                new CloneException(
                        CloneErrorCode.ABORTED,
                        "stopped: " + reason,
                        "If the directory was begun it is unfinished, and mysqld refuses it. Remove it before you clone again."));
    }

    /** Stops the clone as a loss of all connections would: another process can go on with it as long as the donor waits. */
    public void suspend(String reason) {
        suspended = true;
        abortion.demand(new CloneException(
                CloneErrorCode.ABORTED,
                "stopped: " + reason,
                "The directory is unfinished, and mysqld refuses it. jclone fetch --resume goes on with the clone, or remove"
                        + " the directory."));
    }

    public void setBandwidthLimits(BandwidthLimits limits) {
        throttle.setLimits(limits);
    }

    public CloneProgress progress() {
        return progress.snapshot();
    }

    /** Runs the clone; to be called once. */
    public CloneResult run() throws CloneException {
        try {
            Optional<UnfinishedClone> unfinished = UnfinishedClone.find(request);
            fit = TargetFit.prepare(request);
            transport = new Transport(
                    request.donor(),
                    Logins.options(request, new NetworkProbe(request, errors, publisher::event).decide()),
                    request.interruptions().connectTimeout(),
                    request.transfer().maxConcurrency());
            connector = new DonorConnector(context, transport, abortion);
            return copy(unfinished, System.nanoTime());
        } catch (CloneException | RuntimeException e) {
            CloneException failure = errors.translate(e, "cloning");
            fail(failure);
            throw failure;
        } finally {
            if (transport != null) {
                transport.close();
            }
            if (target != null) {
                target.close();
            }
            publisher.close();
            request.login().password().close();
            request.tls().sslKeyPassword().close();
        }
    }

    private CloneResult copy(Optional<UnfinishedClone> unfinished, long beginNanos) throws CloneException {
        if (unfinished.isEmpty() || !resume(unfinished.get())) {
            beginAnew();
        }
        if (link.isPresent()) {
            snapshotLeft = true;
            new LeaveTaking(request.interruptions().readTimeout()).leave(link.get(), stream);
        }
        Stages stages = new Stages(context, target);
        stages.end();
        stages.begin(CloneStage.FILE_SYNC, 0);
        target.sync();
        stages.end();
        target.verify(clock.instant(), publisher::event);
        abortion.check();
        TargetConfiguration configuration = fit.write(donor, target.relocated(), target.encryption());
        target.publish(progress.stages(), clock.instant());
        return target.result(progress, Duration.ofNanos(System.nanoTime() - beginNanos), configuration);
    }

    private void beginAnew() throws CloneException {
        Instant begin = clock.instant();
        donor = begin();
        fit.check(donor).mismatches().forEach(this::warn);
        target = Target.create(request, donor, link.orElseThrow().main().isTls(), begin, publisher::event);
        progress.begin(CloneStage.DROP_DATA, 0);
        SnapshotCopy copy = new SnapshotCopy(connector.ddl(donor.version()), donor);
        target.beginJournal(begin, progress::totalDataBytes, this::onJournalFailure);
        if (target.keeper().isPresent()) {
            identity = DonorIdentities.askPatiently(connector);
            target.keeper().get().begin(copy.chunks(), identity);
        }
        receive(copy);
    }

    /** Goes on with a clone of another process; false if it is gone, and the request wants a new one then. */
    private boolean resume(UnfinishedClone unfinished) throws CloneException {
        try {
            unfinished.check(request);
            donor = unfinished.donor();
            identity = unfinished.image().identity();
            SnapshotCopy copy = new SnapshotCopy(connector.ddl(donor.version()), donor);
            copy.restore(unfinished.image());
            if (!copy.isWhole()) {
                Reconnector reconnector = new Reconnector(context, connector, abortion, clock, donor, identity);
                link = Optional.of(reconnector.resume(copy));
                snapshotAsked = true;
            }
            askDonor();
            fit.check(donor); // those that do not fit were named when it was begun
            target = Target.resume(
                    request, unfinished, link.isPresent() && link.get().main().isTls(), publisher::event);
            target.resumeJournal(unfinished.journal(), progress::totalDataBytes, this::onJournalFailure);
            target.keeper().orElseThrow().begin(copy.chunks(), Optional.empty());
            CloneStream.stageOf(copy.state())
                    .filter(stage -> !copy.isEnded())
                    .ifPresent(stage -> new Stages(context, target).begin(stage, 0));
            receive(copy);
            return true;
        } catch (CloneException e) {
            boolean gone = e.code() == CloneErrorCode.SNAPSHOT_GONE && target == null;
            if (!gone || request.interruptions().resume() != ResumeMode.AUTO) {
                unfinished.journal().close();
                throw e;
            }
            publisher.event(new CloneEvent.Warning(e.getMessage(), "It is removed, and a new clone begun."));
            unfinished.remove(request);
            link = Optional.empty();
            snapshotAsked = false;
            return false;
        }
    }

    private void onJournalFailure(StorageException failure) {
        abortion.demand(failure);
    }

    private void warn(Mismatch mismatch) {
        publisher.event(new CloneEvent.Warning("donor and target differ: " + mismatch, mismatch.advice()));
    }

    /** Connects and asks for a snapshot; what breaks meanwhile is begun again, since nothing is lost. */
    private DonorParameters begin() throws CloneException {
        ReconnectPolicy policy = new ReconnectPolicy();
        for (int attempt = 1; ; attempt++) {
            abortion.sleep(policy.waitBefore(attempt).toMillis(), "connecting");
            try {
                DonorLink connected = connector.connect();
                link = Optional.of(connected);
                LoggedIn login = connected.main().loggedIn();
                publisher.event(new CloneEvent.Connected(
                        request.donor(), login.greeting().serverVersion(), DonorConnector.transport(login)));
                askDonor();
                snapshotAsked = true;
                return connector.init(connected);
            } catch (CloneException e) {
                boolean ourLast = attempt > 1 && e.code() == CloneErrorCode.DONOR_BUSY;
                if (attempt == MAX_BEGINNINGS || !(ourLast || e.code() == CloneErrorCode.CONNECTION_LOST)) {
                    throw e;
                }
                link.ifPresent(DonorLink::abandon);
                link = Optional.empty();
            }
        }
    }

    private void askDonor() throws CloneException {
        if (fit.wantsSql()) {
            try (DonorSql sql = connector.openSql()) {
                fit.askDonor(sql);
            } catch (CloneException e) {
                boolean dispensable = !fit.needsSql() && e instanceof DonorErrorException;
                if (!dispensable) {
                    throw e;
                }
                publisher.event(new CloneEvent.Warning(
                        "the donor's settings could not be asked for: " + e.getMessage(),
                        "The settings for the server on the clone lack what the donor would have told."));
            }
        }
    }

    /** Receives everything, over as many connections one after the other as it takes. */
    private void receive(SnapshotCopy copy) throws CloneException {
        Reconnector reconnector = new Reconnector(context, connector, abortion, clock, donor, identity);
        while (!copy.isWhole() || link.isPresent()) {
            stream = new CloneStream(context, connector, link.orElseThrow(), target, copy);
            abortion.whenDemanded(stream::onAbort);
            target.onDamage(stream::onAbort);
            try {
                stream.run();
                return;
            } catch (CloneException | RuntimeException e) {
                CloneException lost = errors.translate(e, CloneStream.nameOf(copy.state()));
                if (!Reconnector.isNetworkFailure(lost)) {
                    throw lost;
                }
                LOGGER.atDebug().setCause(lost).log("connection lost");
                stream.abandon();
                link = Optional.empty();
                if (!copy.isWhole()) {
                    link = Optional.of(reconnect(reconnector, copy, lost));
                }
            }
        }
    }

    private DonorLink reconnect(Reconnector reconnector, SnapshotCopy copy, CloneException lost) throws CloneException {
        try {
            return reconnector.reconnect(copy, lost);
        } catch (CloneException e) {
            if (e.code() != CloneErrorCode.SNAPSHOT_GONE || copy.state() != SnapshotState.INIT) {
                throw e;
            }
            DonorParameters again = begin(); // the donor had not begun to copy, and so it dropped the snapshot
            donor.requireSameServer(again);
            copy.begin(again);
            return link.orElseThrow();
        }
    }

    private void fail(CloneException failure) {
        progress.fail();
        if (isResumableAfter(failure)) {
            rest();
        } else if (snapshotAsked && !snapshotLeft) {
            link.ifPresent(connected -> new SnapshotRelease(transport).release(connected));
        }
        if (target != null) {
            target.fail(progress.stages(), clock.instant(), failure);
        }
        LOGGER.atDebug().addKeyValue("code", failure.code()).setCause(failure).log("clone failed");
    }

    private boolean isResumableAfter(CloneException failure) {
        if (target == null || target.keeper().isEmpty() || identity.isEmpty() || snapshotLeft) {
            return false;
        }
        return switch (failure.code()) {
            case CONNECTION_LOST, CONNECT_FAILED, STORAGE, DISK_FULL -> true;
            case ABORTED -> suspended;
            default -> false;
        };
    }

    /** Leaves everything so that another process can go on: the donor takes us for cut off, and waits. */
    private void rest() {
        if (stream != null && link.isPresent()) {
            stream.abandon();
        }
        try {
            target.keeper().orElseThrow().rest();
        } catch (StorageException e) {
            LOGGER.atWarn().addKeyValue("reason", e.getMessage()).log("cannot write the journal");
        }
        Instant deadline = clock.instant().plus(Reconnector.windowOf(donor));
        publisher.event(new CloneEvent.Warning(
                "the clone is unfinished, and the donor keeps its snapshot until about " + deadline,
                "The same command with --resume goes on with it until then."));
    }
}
