package org.jclone.provision.donor;

import java.time.Clock;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jclone.recipient.CloneRecipient;
import org.jclone.recipient.api.BandwidthLimits;
import org.jclone.recipient.api.CloneControl;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.CloneListener;
import org.jclone.recipient.api.CloneRequest;
import org.jclone.recipient.api.CloneResult;
import org.jclone.recipient.api.CloneStage;
import org.jclone.recipient.api.CloneStatus;
import org.jclone.recipient.api.DonorAddress;
import org.jclone.recipient.api.ResumeMode;
import org.jclone.recipient.api.StageProgress;
import org.jclone.recipient.explain.Failure;
import org.jclone.recipient.status.StatusReader;

/**
 * Clones the best of several donors, and the next one if that fails. All attempts use one directory: an attempt resumes
 * the clone of the same donor, and removes that of another donor. Each object runs once.
 */
public final class CloneFromAny implements CloneControl {

    private final Function<DonorAddress, CloneRequest> requests;
    private final DonorAccess access;
    private final DonorSearch search;
    private final Rounds.Settings settings;
    private final Supplier<CloneListener> clones;
    private final DonorListener donors;
    private final Clock clock;
    private final Duration watchInterval;

    private final CompletableFuture<Void> stop = new CompletableFuture<>();
    private final AtomicReference<CloneRecipient> running = new AtomicReference<>();
    private final Set<DonorAddress> attempted = new HashSet<>();
    private Optional<DonorAddress> earlier = Optional.empty();
    private Optional<BandwidthLimits> limits = Optional.empty();

    /**
     * @param requests makes the request for a clone of one donor; all have the same target. The caller wipes the
     *     passwords
     * @param clones makes a listener for each attempt
     */
    public CloneFromAny(
            Function<DonorAddress, CloneRequest> requests,
            DonorAccess access,
            DonorSearch search,
            Rounds.Settings settings,
            Supplier<CloneListener> clones,
            DonorListener donors,
            Clock clock) {
        this(requests, access, search, settings, clones, donors, clock, DonorWatch.INTERVAL);
    }

    CloneFromAny(
            Function<DonorAddress, CloneRequest> requests,
            DonorAccess access,
            DonorSearch search,
            Rounds.Settings settings,
            Supplier<CloneListener> clones,
            DonorListener donors,
            Clock clock,
            Duration watchInterval) {
        this.clock = clock;
        this.watchInterval = watchInterval;
        this.requests = requests;
        this.access = access;
        this.search = search;
        this.settings = settings;
        this.clones = clones;
        this.donors = donors;
    }

    /** Prepares an attempt. */
    @FunctionalInterface
    public interface Preparation {

        /** @throws CloneException to end everything, if {@link FailureClass} says so */
        void before(DonorAddress donor) throws CloneException;
    }

    /** Same as {@link #run(CloneRequest, Preparation)} without a preparation. */
    public CloneResult run(CloneRequest target) throws CloneException {
        return run(target, donor -> {});
    }

    /**
     * Runs attempts until one succeeds, the first with the donor of an unfinished clone, if there is one in the
     * directory.
     *
     * @param target a request with the target of all
     * @param preparation is called before each attempt
     * @throws DonorsExhaustedException with each donor's last error
     * @throws CloneException what makes further attempts useless
     */
    public CloneResult run(CloneRequest target, Preparation preparation) throws CloneException {
        earlier = target.interruptions().resume() == ResumeMode.NEVER ? Optional.empty() : donorOfUnfinished(target);
        return new Rounds(search::run, settings, earlier, donors, this::pause)
                .run((donor, begun) -> attempt(donor, begun, preparation));
    }

    private Optional<DonorAddress> donorOfUnfinished(CloneRequest target) throws CloneException {
        Optional<CloneStatus> status = new StatusReader(clock).read(target.directory());
        try {
            return status.filter(found -> found.state() != CloneStatus.State.COMPLETED)
                    .map(CloneStatus::source)
                    .filter(source -> !source.isEmpty())
                    .map(DonorAddress::parse);
        } catch (IllegalArgumentException e) {
            return Optional.empty(); // a socket, or a file that somebody edited
        }
    }

    private CloneResult attempt(RatedDonor donor, boolean begun, Preparation preparation) throws CloneException {
        requireNotStopped();
        preparation.before(donor.address());
        requireNotStopped();
        CloneRequest request = requests.apply(donor.address()).withOwnPasswords();
        if (begun && request.interruptions().resume() != ResumeMode.REQUIRED) {
            request = replacing(request);
        }
        attempted.add(donor.address());
        AtomicReference<CloneException> lost = new AtomicReference<>();
        try (CloneRecipient recipient = new CloneRecipient(request, clones.get());
                DonorWatch watch = new DonorWatch(
                        access.server(donor.address()), watchInterval, () -> received(recipient), reason -> {
                            if (needsDonor(recipient)) {
                                lost.set(reason);
                                recipient.abort(reason.getMessage());
                            }
                        })) {
            begin(recipient);
            requireNotStopped(); // which may have been too early for this recipient
            watch.start();
            return recipient.run();
        } catch (CloneException e) {
            boolean byWatch = e.code() == CloneErrorCode.ABORTED && lost.get() != null && !stop.isDone();
            throw byWatch ? lost.get() : e;
        } finally {
            running.set(null);
        }
    }

    private synchronized void begin(CloneRecipient recipient) {
        running.set(recipient);
        limits.ifPresent(recipient::setBandwidthLimits);
    }

    /**
     * Resumes or removes the remains of an attempt of this run. Keeps those of an earlier run until their donor has
     * failed in this run, too.
     */
    private CloneRequest replacing(CloneRequest request) {
        boolean ours = earlier.isEmpty() || attempted.contains(earlier.get());
        return new CloneRequest(
                request.donor(),
                request.login(),
                request.tls(),
                request.transfer(),
                request.interruptions().withResume(ResumeMode.AUTO).withReplacesOther(ours),
                request.target());
    }

    private static long received(CloneRecipient recipient) {
        return recipient.progress().stages().stream()
                .mapToLong(StageProgress::networkBytes)
                .sum();
    }

    /** After REDO COPY all data has arrived. */
    private static boolean needsDonor(CloneRecipient recipient) {
        return recipient.progress().stage(CloneStage.FILE_SYNC).state() == StageProgress.State.NOT_STARTED;
    }

    @Override
    public void suspend(String reason) {
        stop.complete(null);
        Optional.ofNullable(running.get()).ifPresent(recipient -> recipient.suspend(reason));
    }

    @Override
    public void abort(String reason) {
        stop.complete(null);
        Optional.ofNullable(running.get()).ifPresent(recipient -> recipient.abort(reason));
    }

    @Override
    public synchronized void setBandwidthLimits(BandwidthLimits changed) {
        limits = Optional.of(changed);
        Optional.ofNullable(running.get()).ifPresent(recipient -> recipient.setBandwidthLimits(changed));
    }

    private void requireNotStopped() throws CloneException {
        if (stop.isDone()) {
            throw Failure.Aborted.NOTHING.exception("stopped before a donor was cloned");
        }
    }

    private void pause(Duration time) throws CloneException {
        try {
            stop.get(time.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            return;
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Failure.Aborted.INTERRUPTED.exception("interrupted while waiting for a donor", e);
        }
        requireNotStopped();
    }
}
