package org.jclone.recipient;

import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jclone.recipient.api.BandwidthLimits;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneEvent;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.CloneListener;
import org.jclone.recipient.api.CloneProgress;
import org.jclone.recipient.api.CloneRequest;
import org.jclone.recipient.api.CloneResult;
import org.jclone.recipient.api.InterruptionSettings;
import org.jclone.recipient.api.Replacement;
import org.jclone.recipient.api.ResumeMode;
import org.jclone.recipient.explain.Explanations;
import org.jclone.recipient.replace.DirectorySwap;
import org.jclone.recipient.replace.OldData;
import org.jclone.recipient.session.CloneSession;
import org.jclone.recipient.storage.DataDirectory;
import org.jclone.recipient.storage.DirectoryLock;

/**
 * Clones one donor into one directory. An object serves one clone; any number of objects work in one process. One that
 * is never run is to be closed.
 *
 * <pre>{@code
 * CloneRequest request = CloneRequest.builder()
 *         .donor(DonorAddress.parse("db1.example.com:3306"))
 *         .user("clone_user").password(Password.of(secret))
 *         .directory(Path.of("/var/lib/mysql"))
 *         .sslMode(SslMode.REQUIRED)
 *         .build();
 * CloneResult result = new CloneRecipient(request, CloneListener.NONE).run();
 * }</pre>
 */
public final class CloneRecipient implements AutoCloseable {

    private final CloneRequest request;
    private final DirectorySwap swap;
    private final CloneSession session;
    private final AtomicBoolean begun = new AtomicBoolean();

    public CloneRecipient(CloneRequest request, CloneListener listener) {
        this.request = request;
        Replacement replacement = request.target().replacement();
        Set<Path> others = request.target().innodb().outside(request.directory());
        swap = new DirectorySwap(request.directory(), others, replacement == Replacement.SWAP_KEEP_OLD);
        session = replacement == Replacement.NONE
                ? new CloneSession(request, listener, Clock.systemUTC())
                : new CloneSession(
                        request.below(DirectorySwap.NEW),
                        Optional.of(
                                new OldData(request.directory(), others, swap, replacement == Replacement.DROP_FIRST)),
                        listener,
                        Clock.systemUTC());
    }

    /**
     * Runs the clone and returns when it is whole and on disk.
     *
     * @throws IllegalStateException if it was run or closed before
     * @throws CloneException if it failed; a directory that was begun then is marked as unfinished, and {@code mysqld}
     *     refuses it
     */
    public CloneResult run() throws CloneException {
        if (!begun.compareAndSet(false, true)) {
            throw new IllegalStateException("this CloneRecipient was run or closed before: make another one");
        }
        try (session) {
            requireNoInterrupt();
            requirePlace();
            return holdingLocks(
                    new ArrayDeque<>(DataDirectory.of(request.target()).outside()),
                    () -> request.target().replacement() == Replacement.NONE ? session.run() : replace());
        }
    }

    /** Locks the data directory and then each of the others. */
    private CloneResult holdingLocks(Deque<Path> others, DirectoryLock.Work<CloneResult> work) throws CloneException {
        if (others.isEmpty()) {
            return DirectoryLock.holding(request.directory(), work);
        }
        Path last = others.removeLast();
        return holdingLocks(others, () -> DirectoryLock.holding(last, work));
    }

    /**
     * Wipes the passwords of the request if the clone was never run; {@link #run()} does so by itself. A clone that
     * runs goes on: {@link #suspend} and {@link #abort} end it.
     */
    @Override
    public void close() {
        if (begun.compareAndSet(false, true)) {
            session.close();
        }
    }

    /** A thread that is interrupted can lock and flush nothing; an interrupt that came early counts as one now. */
    private static void requireNoInterrupt() throws CloneException {
        if (Thread.currentThread().isInterrupted()) {
            throw new CloneException(
                    CloneErrorCode.ABORTED,
                    "interrupted before the clone began",
                    Explanations.hint("ABORTED", "interrupted"));
        }
    }

    /** Refuses other people's data without as much as a lock in it. */
    private void requirePlace() throws CloneException {
        DataDirectory directory = DataDirectory.of(request.target());
        directory.checkPlace();
        boolean wantsNothingThere = request.target().replacement() == Replacement.NONE
                && request.interruptions().resume() == ResumeMode.NEVER;
        if (wantsNothingThere && !directory.isTaken()) {
            directory.check();
        }
    }

    private CloneResult replace() throws CloneException {
        if (DirectorySwap.isUnderWay(request.directory())) {
            swap.finish();
            session.event(new CloneEvent.Warning(
                    "an earlier clone, which was whole, has taken its place in " + request.directory() + " now",
                    "The run that made it was interrupted while it replaced the old data. A new clone begins."));
        }
        swap.prepare();
        ResumeMode resume = request.interruptions().resume();
        if (resume == ResumeMode.NEVER || resume == ResumeMode.AUTO && !swap.isStagingResumable()) {
            swap.discardStaging();
        } else {
            swap.reopenStaging();
        }
        CloneResult result = session.run();
        swap.commit();
        return result.movedTo(request.directory());
    }

    /** Stops the clone and frees the donor's snapshot; {@link #run()} then throws. From any thread, at any time. */
    public void abort(String reason) {
        session.abort(reason);
    }

    /**
     * Stops the clone and lets the donor wait, so that a request with another {@link InterruptionSettings#resume()} can
     * go on with it; {@link #run()} then throws. A call of {@link #abort} after it frees the donor all the same. From
     * any thread.
     */
    public void suspend(String reason) {
        session.suspend(reason);
    }

    /** Changes the limits of the running clone. From any thread. */
    public void setBandwidthLimits(BandwidthLimits limits) {
        session.setBandwidthLimits(limits);
    }

    /** From any thread. */
    public CloneProgress progress() {
        return session.progress();
    }
}
