package org.jclone.recipient;

import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jclone.recipient.api.BandwidthLimits;
import org.jclone.recipient.api.CloneControl;
import org.jclone.recipient.api.CloneEvent;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.CloneListener;
import org.jclone.recipient.api.CloneProgress;
import org.jclone.recipient.api.CloneRequest;
import org.jclone.recipient.api.CloneResult;
import org.jclone.recipient.api.Replacement;
import org.jclone.recipient.api.ResumeMode;
import org.jclone.recipient.explain.Failure;
import org.jclone.recipient.replace.DirectorySwap;
import org.jclone.recipient.replace.FileTrees;
import org.jclone.recipient.replace.OldData;
import org.jclone.recipient.session.CloneSession;
import org.jclone.recipient.storage.DataDirectory;
import org.jclone.recipient.storage.DirectoryLock;
import org.jclone.recipient.target.UnfinishedClone;

/**
 * Clones one donor into one directory. Each object runs one clone; a process can use any number of objects. Close an
 * object that is never run.
 *
 * <pre>{@code
 * CloneRequest request = CloneRequest.builder()
 *         .donor(DonorAddress.parse("db1.example.com:3306"))
 *         .login(LoginSettings.of("clone_user", Password.of(secret)))
 *         .tls(it -> it.withSslMode(SslMode.REQUIRED))
 *         .target(TargetSettings.of(Path.of("/var/lib/mysql")))
 *         .build();
 * CloneResult result = new CloneRecipient(request, CloneListener.NONE).run();
 * }</pre>
 */
public final class CloneRecipient implements CloneControl, AutoCloseable {

    private final CloneRequest request;
    private final DirectorySwap swap;
    private final CloneSession session;
    private final AtomicBoolean begun = new AtomicBoolean();

    /**
     * Prepares a clone; nothing is read, written or sent before {@link #run()}.
     *
     * @param request what to clone, from where, and where to
     * @param listener receives the events
     */
    public CloneRecipient(CloneRequest request, CloneListener listener) {
        this.request = request;
        Replacement replacement = request.target().replacement();
        Set<Path> others = request.target().innodb().outside(request.directory());
        swap = replacement == Replacement.STAGE
                ? DirectorySwap.leftToCaller(request.directory(), others)
                : new DirectorySwap(request.directory(), others, replacement == Replacement.SWAP_KEEP_OLD);
        session = replacement == Replacement.NONE
                ? new CloneSession(request, Optional.empty(), listener, Clock.systemUTC(), System::nanoTime)
                : new CloneSession(
                        request.below(DataDirectory.STAGING),
                        Optional.of(
                                new OldData(request.directory(), others, swap, replacement == Replacement.DROP_FIRST)),
                        listener,
                        Clock.systemUTC(),
                        System::nanoTime);
    }

    /**
     * Runs the clone and returns when it is complete and on disk.
     *
     * @return what was cloned
     * @throws IllegalStateException if it was already run or closed
     * @throws CloneException if it failed; a directory that was already written to is marked as unfinished, and {@code
     * mysqld} refuses it
     */
    public CloneResult run() throws CloneException {
        if (!begun.compareAndSet(false, true)) {
            throw new IllegalStateException("this CloneRecipient was already run or closed: create a new one");
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
     * Wipes the passwords of the request if the clone was never run; {@link #run()} wipes them itself. This does not
     * stop a running clone; call {@link #suspend} or {@link #abort} for that.
     */
    @Override
    public void close() {
        if (begun.compareAndSet(false, true)) {
            session.close();
        }
    }

    /** Fails if the thread is already interrupted: an interrupted thread cannot lock or flush files. */
    private static void requireNoInterrupt() throws CloneException {
        if (Thread.currentThread().isInterrupted()) {
            throw Failure.Aborted.INTERRUPTED.exception("interrupted before the clone began");
        }
    }

    /** Refuses a directory with foreign data before creating even a lock file in it. */
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
                    "completed the replacement of the old data in " + request.directory() + " by an earlier clone",
                    "The earlier run was interrupted during the replacement. A new clone starts now."));
        }
        swap.prepare();
        ResumeMode resume = request.interruptions().resume();
        if (resume == ResumeMode.NEVER || resume == ResumeMode.AUTO && !swap.isStagingResumable()) {
            discardElsewhere();
            swap.discardStaging();
        } else {
            swap.reopenStaging();
        }
        CloneResult result = session.run();
        if (request.target().replacement() != Replacement.STAGE) {
            swap.commit();
        }
        return result.movedTo(request.directory());
    }

    /**
     * Removes what an unfinished clone left in directories for undo, redo or system tablespace that this run does not
     * use.
     */
    private void discardElsewhere() {
        Set<Path> used = DataDirectory.of(request.target()).outside();
        for (Path staging : UnfinishedClone.places(swap.staging())) {
            Path place = staging.getParent();
            boolean isOurs = staging.endsWith(DataDirectory.STAGING)
                    && Files.isDirectory(staging, LinkOption.NOFOLLOW_LINKS)
                    && !used.contains(place);
            if (isOurs) {
                try {
                    DirectoryLock.holding(place, () -> {
                        FileTrees.remove(staging);
                        return staging;
                    });
                } catch (CloneException e) {
                    session.event(new CloneEvent.Warning(
                            "cannot remove what an earlier, unfinished clone left in " + staging + ": "
                                    + e.getMessage(),
                            "Remove it, unless another jclone works in " + place + "."));
                }
            }
        }
    }

    @Override
    public void abort(String reason) {
        session.abort(reason);
    }

    @Override
    public void suspend(String reason) {
        session.suspend(reason);
    }

    @Override
    public void setBandwidthLimits(BandwidthLimits limits) {
        session.setBandwidthLimits(limits);
    }

    /** {@return the current progress} Can be called from any thread. */
    public CloneProgress progress() {
        return session.progress();
    }
}
