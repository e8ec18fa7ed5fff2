package org.jclone.recipient.session;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jclone.protocol.innodb.descriptor.StateDescriptor;
import org.jclone.recipient.api.BandwidthLimits;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneEvent;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.CloneListener;
import org.jclone.recipient.api.CloneProgress;
import org.jclone.recipient.api.CloneRequest;
import org.jclone.recipient.api.CloneResult;
import org.jclone.recipient.api.CloneStage;
import org.jclone.recipient.api.Compression;
import org.jclone.recipient.api.Mismatch;
import org.jclone.recipient.api.ResumeMode;
import org.jclone.recipient.api.TargetConfiguration;
import org.jclone.recipient.compat.DonorParameters;
import org.jclone.recipient.compat.TargetFit;
import org.jclone.recipient.connection.Abortion;
import org.jclone.recipient.connection.ErrorTranslator;
import org.jclone.recipient.connection.Logins;
import org.jclone.recipient.connection.NetworkProbe;
import org.jclone.recipient.connection.OtherServerException;
import org.jclone.recipient.connection.Throttle;
import org.jclone.recipient.connection.Transport;
import org.jclone.recipient.journal.DonorIdentity;
import org.jclone.recipient.journal.JournalImage;
import org.jclone.recipient.progress.ProgressTracker;
import org.jclone.recipient.replace.OldData;
import org.jclone.recipient.status.EarlierProgress;
import org.jclone.recipient.storage.DataDirectory;
import org.jclone.recipient.target.SnapshotCopy;
import org.jclone.recipient.target.Target;
import org.jclone.recipient.target.TargetContext;
import org.jclone.recipient.target.UnfinishedClone;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs one clone, from the first connection to the last flush.
 *
 * <pre>
 *   {@link DonorSession}: snapshot ─► {@link Target}: mark ─► receive ─► leave ─► FILE SYNC ─► verify ─► publish
 *        └──── any failure: {@link FailedClone} leaves snapshot and directory in order; throw ────────┘
 * </pre>
 *
 * <p>Runs on the caller's thread. {@link #abort}, {@link #setBandwidthLimits} and {@link #progress} are for any thread.
 */
public final class CloneSession implements AutoCloseable {

    private static final Logger LOGGER = LoggerFactory.getLogger(CloneSession.class);

    /** The journal of a clone that receives data is written at least this often. */
    private static final Duration JOURNAL_LAG = Duration.ofMinutes(1);

    private final CloneRequest request;
    private final Optional<OldData> oldData;
    private final CloneContext context;
    private final Clock clock;
    private final ProgressTracker progress;
    private final EventPublisher publisher;
    private final ErrorTranslator errors;
    private final Abortion abortion;
    private final StopRequests stops;
    private final Retries retries;

    private final NetworkProbe probe;
    private Transport transport;
    private TargetFit fit;
    private DonorLine.Opener lines;
    private DonorSession donor;
    private Target target;

    /** Whether this run removed an unfinished clone from the directory. */
    private boolean emptied;

    private FailedClone.Origin origin = FailedClone.Origin.NONE;

    /**
     * @param oldData the data that the finished clone replaces, if any
     * @param clock gives the times that an operator reads
     * @param nanoClock gives the times from which durations are computed
     */
    public CloneSession(
            CloneRequest request,
            Optional<OldData> oldData,
            CloneListener listener,
            Clock clock,
            LongSupplier nanoClock) {
        this.request = request;
        this.oldData = oldData;
        this.clock = clock;
        this.progress = new ProgressTracker(clock, nanoClock);
        this.publisher = new EventPublisher(listener, progress::snapshot);
        this.errors = new ErrorTranslator(request.donor());
        this.abortion = new Abortion(errors);
        this.stops = new StopRequests(abortion);
        this.context = new CloneContext(
                request,
                oldData,
                errors,
                abortion,
                progress,
                new Throttle(request.transfer().bandwidthLimits(), progress, nanoClock),
                publisher,
                clock,
                nanoClock,
                Machine.local());
        this.probe = new NetworkProbe(request, errors, abortion, publisher::event, nanoClock);
        this.retries = new Retries(request.interruptions().retry(), abortion, publisher);
    }

    /** Stops the clone; {@link #run()} then throws {@link CloneErrorCode#ABORTED}. */
    public void abort(String reason) {
        stops.abort(reason);
    }

    /**
     * Stops the clone as a loss of all connections would. Another process can resume it as long as the donor waits.
     */
    public void suspend(String reason) {
        stops.suspend(reason);
    }

    public void setBandwidthLimits(BandwidthLimits limits) {
        context.throttle().setLimits(limits);
    }

    /** Passes an event to the listener. */
    public void event(CloneEvent event) {
        publisher.event(event);
    }

    public CloneProgress progress() {
        return progress.snapshot();
    }

    /** Runs the clone. Call it once. */
    public CloneResult run() throws CloneException {
        Optional<UnfinishedClone> unfinished = Optional.empty();
        publisher.start();
        try {
            unfinished = UnfinishedClone.find(request);
            fit = TargetFit.prepare(request);
            transport = new Transport(
                    request.donor(),
                    Logins.options(request, compression(unfinished)),
                    request.login().connectTimeout(),
                    request.transfer().maxConcurrency());
            lines = new DonorConnector(context, transport, probe.measured());
            donor = new DonorSession(context, lines, fit);
            return copy(unfinished, context.nanoClock().getAsLong());
        } catch (CloneException | RuntimeException e) {
            throw failed().leave(errors.translate(e, "while cloning"));
        } finally {
            closeConnections();
            if (target != null) {
                target.close();
            }
            unfinished.ifPresent(left -> left.journal().close());
            close();
        }
    }

    private void closeConnections() {
        if (transport != null) {
            transport.close();
        }
    }

    private FailedClone failed() {
        return new FailedClone(
                context,
                stops,
                origin,
                Optional.ofNullable(donor),
                Optional.ofNullable(target),
                this::closeConnections);
    }

    /** Releases what exists before {@link #run()}, which does this itself. */
    @Override
    public void close() {
        publisher.close();
        request.login().password().close();
        request.tls().sslKeyPassword().close();
    }

    /** Does not measure the network for a complete clone, whose donor may be gone. */
    private Compression.Mode compression(Optional<UnfinishedClone> unfinished) throws CloneException {
        return unfinished.filter(found -> found.isEnoughFor(request)).isPresent()
                ? Compression.Mode.OFF
                : retries.run(probe::decide);
    }

    private CloneResult copy(Optional<UnfinishedClone> unfinished, long beginNanos) throws CloneException {
        if (unfinished.isEmpty() || !resume(unfinished.get())) {
            begin();
        }
        donor.leave();
        context.endStage();
        context.beginStage(CloneStage.FILE_SYNC, 0);
        target.sync(abortion::check);
        target.verify(abortion::check);
        context.endStage(); // not before the check: reading encrypted pages back may take as long as the copy
        abortion.check();
        TargetConfiguration configuration = fit.write(donor.parameters(), target.relocated(), target.encryption());
        if (oldData.isPresent()) {
            oldData.get().check(); // while another run can still finish this clone
        }
        target.publish(oldData.isPresent());
        LOGGER.atInfo().addKeyValue("path", request.directory()).log("the clone is complete");
        Duration elapsed = Duration.ofNanos(context.nanoClock().getAsLong() - beginNanos);
        return target.result(elapsed, configuration, donor.otherEngines());
    }

    private DonorParameters beginAtDonor() throws CloneException {
        if (request.transfer().checkFirst()) {
            Preflight.run(context, lines);
        }
        return donor.begin();
    }

    private void begin() throws CloneException {
        Instant begin = clock.instant();
        DonorParameters parameters = retries.run(this::beginAtDonor);
        fit.check(parameters).mismatches().forEach(this::warn);
        SnapshotCopy copy = donor.copy();
        target = Target.create(targetContext(), emptied, parameters, copy, donor.isTls(), begin);
        origin = FailedClone.Origin.THIS_RUN;
        progress.begin(CloneStage.DROP_DATA, 0);
        target.showProgress(publisher::lastTrouble);
        target.beginJournal();
        Optional<DonorIdentity> identity = donor.identify();
        target.keepJournal(identity);
        donor.receive(copy, target);
    }

    private TargetContext targetContext() {
        return new TargetContext(request, progress, clock, context.nanoClock(), publisher::event, abortion::demand);
    }

    /**
     * Resumes a clone of another process.
     *
     * @return false if its snapshot is gone and the request allows a new clone
     */
    private boolean resume(UnfinishedClone unfinished) throws CloneException {
        try {
            unfinished.check(request);
            origin = FailedClone.Origin.ANOTHER_PROCESS;
            SnapshotCopy copy = donor.takeUp(unfinished, retries);
            fit.check(donor.parameters()); // mismatches were reported when the clone began
            target = Target.resume(targetContext(), unfinished, copy, donor.isTls());
            target.resumeJournal(unfinished.journal());
            target.keepJournal(Optional.empty());
            progress.restore(
                    EarlierProgress.read(request.directory()),
                    copy.isEnded() ? CloneStream.stageOf(copy.state()) : Optional.empty());
            target.showProgress(publisher::lastTrouble);
            JournalImage image = unfinished.image();
            long estimated =
                    image.stateStart().map(StateDescriptor::estimatedBytes).orElse(0L);
            CloneStream.stageOf(copy.state())
                    .filter(stage -> !copy.isEnded())
                    .ifPresent(stage -> context.resumeStage(stage, estimated, image.writtenBytes()));
            donor.receive(copy, target);
            return true;
        } catch (CloneException e) {
            boolean gone = target == null && isGone(e, unfinished);
            if (!gone || request.interruptions().resume() != ResumeMode.AUTO) {
                throw e;
            }
            publisher.event(new CloneEvent.Warning(e.getMessage(), "It is removed, and a new clone starts."));
            unfinished.remove(request);
            warnOfForeignFiles();
            origin = FailedClone.Origin.NONE;
            emptied = true;
            return false;
        }
    }

    /**
     * Returns whether the donor cannot have the snapshot any more. If another server answers at its address, the donor
     * may still have it, until its time is over, unless the request does not care.
     */
    private boolean isGone(CloneException failure, UnfinishedClone unfinished) {
        if (failure instanceof OtherServerException) {
            if (request.interruptions().replacesOther()) {
                return true;
            }
            Duration window = Reconnector.windowOf(unfinished.donor()).plus(JOURNAL_LAG);
            return clock.instant().isAfter(unfinished.lastWritten().plus(window));
        }
        return failure.code() == CloneErrorCode.SNAPSHOT_GONE;
    }

    private void warnOfForeignFiles() throws CloneException {
        DataDirectory.of(request.target())
                .contents()
                .ifPresent(contents -> publisher.event(new CloneEvent.Warning(
                        request.directory() + " " + contents, "Files that no clone creates stay there.")));
    }

    private void warn(Mismatch mismatch) {
        publisher.event(new CloneEvent.Warning("donor and target differ: " + mismatch, mismatch.advice()));
    }
}
