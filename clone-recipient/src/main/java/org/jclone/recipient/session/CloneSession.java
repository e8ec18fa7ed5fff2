package org.jclone.recipient.session;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
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
import org.jclone.recipient.api.StorageException;
import org.jclone.recipient.api.TargetConfiguration;
import org.jclone.recipient.compat.DonorParameters;
import org.jclone.recipient.compat.TargetFit;
import org.jclone.recipient.connection.Abortion;
import org.jclone.recipient.connection.ErrorTranslator;
import org.jclone.recipient.connection.Logins;
import org.jclone.recipient.connection.NetworkProbe;
import org.jclone.recipient.connection.Throttle;
import org.jclone.recipient.connection.Transport;
import org.jclone.recipient.explain.Explanations;
import org.jclone.recipient.journal.DonorIdentity;
import org.jclone.recipient.journal.JournalImage;
import org.jclone.recipient.progress.ProgressTracker;
import org.jclone.recipient.replace.OldData;
import org.jclone.recipient.status.EarlierProgress;
import org.jclone.recipient.storage.DataDirectory;
import org.jclone.recipient.target.JournalKeeper;
import org.jclone.recipient.target.SnapshotCopy;
import org.jclone.recipient.target.Target;
import org.jclone.recipient.target.UnfinishedClone;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One clone from the first connection to the last flush.
 *
 * <pre>
 *   {@link DonorSession}: snapshot ─► {@link Target}: mark ─► receive ─► leave ─► FILE SYNC ─► verify ─► publish
 *        └──── whatever fails: free the donor's snapshot, or let it wait; leave the mark; throw ────┘
 * </pre>
 *
 * <p>Runs on the caller's thread. {@link #abort}, {@link #setBandwidthLimits} and {@link #progress} are for any thread.
 */
public final class CloneSession implements AutoCloseable {

    private static final Logger LOGGER = LoggerFactory.getLogger(CloneSession.class);

    /** What another attempt may not meet again. */
    private static final Set<CloneErrorCode> INTERRUPTIONS = EnumSet.of(
            CloneErrorCode.CONNECTION_LOST,
            CloneErrorCode.CONNECT_FAILED,
            CloneErrorCode.STORAGE,
            CloneErrorCode.DISK_FULL);

    private final CloneRequest request;
    private final Optional<OldData> oldData;
    private final Clock clock;
    private final ProgressTracker progress;
    private final EventPublisher publisher;
    private final Throttle throttle;
    private final ErrorTranslator errors;
    private final Abortion abortion;
    private final Retries retries;
    private final CloneContext context;

    private final NetworkProbe probe;
    private Transport transport;
    private TargetFit fit;
    private DonorSession donor;
    private Target target;

    /** Whether an unfinished clone was removed to make place for this one. */
    private boolean emptied;

    /** Whether this is the clone of another process, whose journal is on disk. */
    private boolean resuming;

    /** Whether this process began the clone. */
    private boolean begunHere;

    private volatile boolean suspended;
    private volatile Optional<CloneException> aborted = Optional.empty();

    /** A clone that replaces nothing. */
    public CloneSession(CloneRequest request, CloneListener listener, Clock clock) {
        this(request, Optional.empty(), listener, clock);
    }

    /** @param oldData what the clone is to replace when it is whole */
    public CloneSession(CloneRequest request, Optional<OldData> oldData, CloneListener listener, Clock clock) {
        this.request = request;
        this.oldData = oldData;
        this.clock = clock;
        this.progress = new ProgressTracker(clock, System::nanoTime);
        this.publisher = new EventPublisher(listener, progress::snapshot);
        this.throttle = new Throttle(request.transfer().bandwidthLimits(), progress, System::nanoTime);
        this.errors = new ErrorTranslator(request.donor());
        this.abortion = new Abortion(errors);
        this.probe = new NetworkProbe(request, errors, publisher::event);
        this.retries = new Retries(request.interruptions().retry(), abortion, publisher);
        this.context = new CloneContext(request, oldData, errors, progress, throttle, publisher);
    }

    /** Stops the clone; {@link #run()} then throws {@link CloneErrorCode#ABORTED}. */
    public void abort(String reason) {
        CloneException wish = stopped(reason, "begun");
        aborted = Optional.of(wish);
        abortion.demand(wish);
    }

    /**
     * Stops the clone as a loss of all connections would: another process can go on with it as long as the donor waits.
     */
    public void suspend(String reason) {
        suspended = true;
        abortion.demand(stopped(reason, "unfinished"));
    }

    private static CloneException stopped(String reason, String specialCase) {
        return new CloneException(
                CloneErrorCode.ABORTED, "stopped: " + reason, Explanations.hint("ABORTED", specialCase));
    }

    public void setBandwidthLimits(BandwidthLimits limits) {
        throttle.setLimits(limits);
    }

    /** Tells the listener. */
    public void event(CloneEvent event) {
        publisher.event(event);
    }

    public CloneProgress progress() {
        return progress.snapshot();
    }

    /** Runs the clone; to be called once. */
    public CloneResult run() throws CloneException {
        Optional<UnfinishedClone> unfinished = Optional.empty();
        publisher.start();
        try {
            unfinished = UnfinishedClone.find(request);
            fit = TargetFit.prepare(request);
            transport = new Transport(
                    request.donor(),
                    Logins.options(request, compression(unfinished)),
                    request.interruptions().connectTimeout(),
                    request.transfer().maxConcurrency());
            donor = new DonorSession(context, transport, abortion, fit, clock, probe.measured());
            return copy(unfinished, System.nanoTime());
        } catch (CloneException | RuntimeException e) {
            throw fail(errors.translate(e, "cloning"));
        } finally {
            if (transport != null) {
                transport.close();
            }
            if (target != null) {
                target.close();
            }
            unfinished.ifPresent(left -> left.journal().close());
            close();
        }
    }

    /** Ends what there is before the clone is run; {@link #run()} does it by itself. */
    @Override
    public void close() {
        publisher.close();
        request.login().password().close();
        request.tls().sslKeyPassword().close();
    }

    /** The network is not measured for a clone of which all is here: its donor may be gone. */
    private Compression.Mode compression(Optional<UnfinishedClone> unfinished) throws CloneException {
        return unfinished.filter(found -> found.isEnoughFor(request)).isPresent()
                ? Compression.Mode.OFF
                : retries.run(probe::decide);
    }

    private CloneResult copy(Optional<UnfinishedClone> unfinished, long beginNanos) throws CloneException {
        if (unfinished.isEmpty() || !resume(unfinished.get())) {
            beginAnew();
        }
        donor.leave();
        Stages stages = new Stages(context);
        stages.end();
        stages.begin(CloneStage.FILE_SYNC, 0);
        target.sync();
        stages.end();
        target.verify(clock.instant(), publisher::event);
        abortion.check();
        TargetConfiguration configuration = fit.write(donor.parameters(), target.relocated(), target.encryption());
        if (oldData.isPresent()) {
            oldData.get().check(); // as long as another run can finish this clone
        }
        target.publish(progress.stages(), clock.instant(), oldData.isPresent());
        LOGGER.atInfo().addKeyValue("path", request.directory()).log("the clone is whole");
        Duration elapsed = Duration.ofNanos(System.nanoTime() - beginNanos);
        return target.result(progress, elapsed, configuration, donor.otherEngines());
    }

    private DonorParameters beginAtDonor() throws CloneException {
        if (request.transfer().checkFirst()) {
            donor.check();
        }
        return donor.begin();
    }

    private void beginAnew() throws CloneException {
        Instant begin = clock.instant();
        DonorParameters parameters = retries.run(this::beginAtDonor);
        fit.check(parameters).mismatches().forEach(this::warn);
        target = Target.create(request, emptied, parameters, donor.isTls(), begin, publisher::event);
        begunHere = true;
        progress.begin(CloneStage.DROP_DATA, 0);
        target.showProgress(progress::snapshot, publisher::lastTrouble);
        SnapshotCopy copy = donor.copy();
        target.beginJournal(begin, progress::totalDataBytes, abortion::demand);
        Optional<DonorIdentity> identity = donor.identify();
        if (target.keeper().isPresent()) {
            target.keeper().get().begin(copy.chunks(), identity);
        }
        donor.receive(copy, target);
    }

    /** Goes on with a clone of another process; false if it is gone, and the request wants a new one then. */
    private boolean resume(UnfinishedClone unfinished) throws CloneException {
        try {
            unfinished.check(request);
            resuming = true;
            SnapshotCopy copy = donor.takeUp(unfinished, retries);
            fit.check(donor.parameters()); // those that do not fit were named when it was begun
            target = Target.resume(request, unfinished, donor.isTls(), publisher::event);
            target.resumeJournal(unfinished.journal(), progress::totalDataBytes, abortion::demand);
            target.keeper().orElseThrow().begin(copy.chunks(), Optional.empty());
            progress.restore(EarlierProgress.read(request.directory()));
            target.showProgress(progress::snapshot, publisher::lastTrouble);
            JournalImage image = unfinished.image();
            long estimated =
                    image.stateStart().map(StateDescriptor::estimatedBytes).orElse(0L);
            CloneStream.stageOf(copy.state())
                    .filter(stage -> !copy.isEnded())
                    .ifPresent(stage -> new Stages(context).resume(stage, estimated, image.writtenBytes()));
            donor.receive(copy, target);
            return true;
        } catch (CloneException e) {
            boolean gone = e.code() == CloneErrorCode.SNAPSHOT_GONE && target == null;
            if (!gone || request.interruptions().resume() != ResumeMode.AUTO) {
                throw e;
            }
            publisher.event(new CloneEvent.Warning(e.getMessage(), "It is removed, and a new clone begun."));
            unfinished.remove(request);
            tellWhatStays();
            donor.forget();
            resuming = false;
            emptied = true;
            return false;
        }
    }

    private void tellWhatStays() throws CloneException {
        DataDirectory.of(request.target())
                .contents()
                .ifPresent(contents -> publisher.event(new CloneEvent.Warning(
                        request.directory() + " " + contents, "What no clone makes stays there.")));
    }

    private void warn(Mismatch mismatch) {
        publisher.event(new CloneEvent.Warning("donor and target differ: " + mismatch, mismatch.advice()));
    }

    /** @return what to tell of it */
    private CloneException fail(CloneException failure) {
        progress.fail();
        if (isBeforeData()) {
            return undo(failure);
        }
        boolean rests = isResumableAfter(failure);
        if (rests) {
            rest();
        }
        if (rests && aborted.isEmpty()) {
            publisher.event(new CloneEvent.Warning(
                    "the clone is unfinished, and the donor keeps its snapshot until about " + donor.resumableUntil(),
                    donor.wayOut()));
        } else if (isWhole() && failure.code() == CloneErrorCode.DAMAGED) {
            noteDamage();
        } else if (isWhole()) {
            publisher.event(new CloneEvent.Warning(
                    "everything was copied, but the clone is not finished",
                    "The same command with --resume finishes it; the donor's snapshot is not needed any more."));
        } else if (donor != null) {
            donor.release();
        }
        CloneException told = failure.code() == CloneErrorCode.ABORTED ? told(failure) : failure;
        if (target != null) {
            target.fail(progress.stages(), clock.instant(), told);
            adviseToBeginAnew(told);
        }
        LOGGER.atDebug().addKeyValue("code", told.code()).setCause(told).log("clone failed");
        return told;
    }

    /**
     * Whether this run began the clone, and no data has come. Then there is nothing to resume: making the snapshot anew
     * costs no more than coming back to it. A clone that is suspended is kept if it can be.
     */
    private boolean isBeforeData() {
        return begunHere && progress.totalDataBytes() == 0 && !donor.isEverythingHere() && !(suspended && isKept());
    }

    /** Frees the donor's snapshot and removes what was created, so that the same command may be given again. */
    private CloneException undo(CloneException failure) {
        donor.release();
        transport.close(); // nothing writes from here on
        boolean nothingLeft = target.tryToDiscard();
        CloneException told = failure;
        if (nothingLeft && failure.code() == CloneErrorCode.ABORTED) {
            String reason = aborted.orElse(failure).getMessage();
            told = new CloneException(failure.code(), reason, Explanations.hint("ABORTED", "nothing"), failure);
        } else if (nothingLeft
                && failure.code() == CloneErrorCode.DISK_FULL
                && failure instanceof StorageException full) {
            told = new StorageException(
                    full.code(),
                    full.getMessage(),
                    Explanations.hint("DISK_FULL", "estimate"),
                    full.path(),
                    full.offset(),
                    full);
        } else if (!nothingLeft) {
            target.fail(progress.stages(), clock.instant(), failure);
            tellThatItIsOfNoUse(); // the snapshot is released, whatever the journal says
        }
        LOGGER.atDebug().addKeyValue("code", told.code()).setCause(told).log("clone failed before data came");
        return told;
    }

    /** A wish to stop that came after the first one may have changed what can be done next. */
    private CloneException told(CloneException stop) {
        CloneException told = aborted.orElse(stop);
        if (isWhole()) {
            return new CloneException(stop.code(), told.getMessage(), Explanations.hint("ABORTED", "unfinished"), told);
        }
        if (suspended && aborted.isEmpty() && !isKept()) {
            return new CloneException(stop.code(), stop.getMessage(), Explanations.hint("ABORTED", "begun"), stop);
        }
        return told;
    }

    /** Whether another process finds what it needs to go on. */
    private boolean isKept() {
        return isWhole() || hasJournal() && donor.isResumable();
    }

    private void adviseToBeginAnew(CloneException failure) {
        if (failure instanceof StorageException && !isKept() && target.isUnfinished()) {
            tellThatItIsOfNoUse();
        }
    }

    private void tellThatItIsOfNoUse() {
        publisher.event(new CloneEvent.Warning(
                "what was copied to " + request.directory() + " is of no use, and the donor keeps no snapshot",
                request.interruptions().journal()
                        ? "The same command with --resume=auto removes it and begins anew."
                        : "Remove the directory before you clone again."));
    }

    private boolean isResumableAfter(CloneException failure) {
        if (!hasJournal() || !donor.isResumable() || aborted.isPresent()) {
            return false;
        }
        return isUntouched()
                || INTERRUPTIONS.contains(failure.code())
                || failure.code() == CloneErrorCode.ABORTED && suspended;
    }

    private boolean hasJournal() {
        return hasKeeper() || isUntouched();
    }

    private boolean hasKeeper() {
        return target != null && target.keeper().filter(JournalKeeper::isBegun).isPresent();
    }

    /** Whether the clone and its journal are still as another process left them, and the donor is ready to go on. */
    private boolean isUntouched() {
        return resuming && !hasKeeper() && (donor.holdsSnapshot() || donor.isEverythingHere());
    }

    /** Whether another process can finish the clone without the donor. */
    private boolean isWhole() {
        return hasJournal() && donor.isEverythingHere();
    }

    private void noteDamage() {
        if (!hasKeeper()) {
            return;
        }
        try {
            target.keeper().orElseThrow().damaged();
        } catch (CloneException e) {
            LOGGER.atInfo().addKeyValue("reason", e.getMessage()).log("cannot write the journal");
        }
    }

    /** Leaves everything so that another process can go on: the donor takes us for cut off, and waits. */
    private void rest() {
        donor.rest();
        if (!hasKeeper()) {
            return;
        }
        try {
            target.keeper().orElseThrow().rest();
        } catch (CloneException e) {
            LOGGER.atInfo().addKeyValue("reason", e.getMessage()).log("cannot write the journal");
        }
    }
}
