package org.jclone.recipient.target;

import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jclone.protocol.innodb.descriptor.StateDescriptor;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.StorageException;
import org.jclone.recipient.apply.ChunkMap;
import org.jclone.recipient.apply.ChunkMap.Claim;
import org.jclone.recipient.explain.Failure;
import org.jclone.recipient.journal.DonorIdentity;
import org.jclone.recipient.journal.Journal;
import org.jclone.recipient.storage.DataDirectory;
import org.jclone.recipient.storage.Durable;

/**
 * Keeps the journal up to date: at intervals, and before the end of a state is acknowledged, it flushes the files and
 * then records what they hold.
 *
 * <p>Only flushed blocks are recorded, although others would survive the death of the process. The kernel drops pages
 * that it failed to write, and a file system mounted again after a disk error lacks them. An old page instead of a
 * newer one of PAGE COPY is valid, so no check would find it. Source: docs/protocol/02-innodb-clone-stream.md,
 * section 11.3.
 */
final class JournalKeeper implements Keeper {

    private static final long TICK_MILLIS = 500;
    private static final long FLUSH_BYTES = 4L << 30;

    /** Longest time between two flushes. */
    private static final long FLUSH_NANOS = TimeUnit.SECONDS.toNanos(20);

    /** Flushes take a fiftieth of the time, but happen at least every 20 s. */
    private static final int FLUSH_SHARE = 50;

    private static final int FLUSH_THREADS = 8;

    private static final long LONG_FLUSH_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final Journal journal;
    private final DataDirectory directory;
    private final TargetFiles files;
    private final LongSupplier receivedBytes;
    private final Consumer<CloneException> onFailure;
    private final LongSupplier nanoClock;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(JournalKeeper::daemon);
    private final ExecutorService flushers = Executors.newFixedThreadPool(FLUSH_THREADS, JournalKeeper::daemon);

    private ChunkMap chunks;
    private long flushedNanos;
    private long flushLasted;
    private long flushedBytes;
    private boolean begun;
    private volatile boolean closed;
    private Optional<CloneException> failure = Optional.empty();

    private interface Step {
        void run() throws CloneException;
    }

    /** @param onFailure called once, on the thread of the keeper, when the journal or a flush fails */
    JournalKeeper(
            Journal journal,
            DataDirectory directory,
            TargetFiles files,
            LongSupplier receivedBytes,
            Consumer<CloneException> onFailure,
            LongSupplier nanoClock) {
        this.journal = journal;
        this.directory = directory;
        this.files = files;
        this.receivedBytes = receivedBytes;
        this.onFailure = onFailure;
        this.nanoClock = nanoClock;
        flushedNanos = nanoClock.getAsLong();
    }

    private static Thread daemon(Runnable task) {
        Thread thread = new Thread(task, "clone-journal");
        thread.setDaemon(true);
        return thread;
    }

    @Override
    public synchronized void begin(ChunkMap map, Optional<DonorIdentity> identity) throws CloneException {
        chunks = map;
        if (identity.isPresent()) {
            once(() -> journal.donor(identity.get()));
        }
        begun = true;
        thread.scheduleWithFixedDelay(this::tick, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
    }

    @Override
    public synchronized boolean isBegun() {
        return begun;
    }

    private synchronized void tick() {
        if (closed || failure.isPresent() || !isFlushDue()) {
            return;
        }
        try {
            once(() -> flush(false));
        } catch (CloneException e) {
            if (!closed) {
                onFailure.accept(e);
            }
        }
    }

    /** Each flush makes the journal longer, so a long journal gets few. */
    private boolean isFlushDue() {
        long interval = journal.isLong() ? FLUSH_NANOS : Math.min(FLUSH_NANOS, FLUSH_SHARE * flushLasted);
        return nanoClock.getAsLong() - flushedNanos >= interval
                || receivedBytes.getAsLong() - flushedBytes > FLUSH_BYTES;
    }

    /**
     * Runs a step unless an earlier one failed. A failed flush is not repeated: the second one would succeed although the
     * kernel dropped the pages, and the changes to record are gone.
     */
    private void once(Step step) throws CloneException {
        if (failure.isEmpty()) {
            failure = failureOf(step);
        }
        if (failure.isPresent()) {
            throw failure.get();
        }
    }

    private static Optional<CloneException> failureOf(Step step) {
        try {
            step.run();
            return Optional.empty();
        } catch (CloneException e) {
            return Optional.of(e.getCause() instanceof ClosedByInterruptException ? interrupted(e) : e);
        } catch (RuntimeException | Error e) {
            return Optional.of(
                    Failure.General.INTERNAL.exception("a bug in jclone while flushing for the journal: " + e, e));
        }
    }

    private static CloneException interrupted(Exception cause) {
        return Failure.Aborted.INTERRUPTED.exception("interrupted during a flush for the journal", cause);
    }

    private void flush(boolean stateEnded) throws CloneException {
        long begin = nanoClock.getAsLong();
        flushedBytes = receivedBytes.getAsLong();
        List<Claim> claims = chunks.drainChanges();
        Map<Integer, Long> raisedSizes = files.table().drainRaisedSizes();
        flushFiles();
        for (Map.Entry<Integer, Long> raised : raisedSizes.entrySet()) {
            journal.size(raised.getKey(), raised.getValue()); // before the claim of the page that holds it
        }
        journal.flushed(claims, stateEnded);
        flushedNanos = nanoClock.getAsLong();
        flushLasted = flushedNanos - begin;
    }

    private void flushFiles() throws CloneException {
        List<Callable<Void>> flushes = new ArrayList<>();
        for (Path file : files.open().drainWritten()) {
            flushes.add(() -> {
                files.open().flush(file);
                return null;
            });
        }
        run(flushes);
        files.open().requireNothingLost();
        files.verification().flush();
        flushDirectories();
    }

    private void flushDirectories() throws StorageException {
        for (Path folder : directory.touchedDirectories()) {
            Durable.flushDirectory(folder);
        }
    }

    private void run(List<Callable<Void>> flushes) throws CloneException {
        try {
            for (Future<Void> flushed : flushers.invokeAll(flushes)) {
                flushed.get();
            }
        } catch (ExecutionException e) {
            if (e.getCause() instanceof StorageException failure) {
                throw failure;
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw interrupted(e);
        }
    }

    @Override
    public synchronized void metadataComplete() throws CloneException {
        once(() -> {
            flushDirectories();
            journal.metadataComplete();
        });
    }

    @Override
    public synchronized void endState() throws CloneException {
        once(() -> flush(true));
    }

    /**
     * {@inheritDoc}
     *
     * <p>From this record another process concludes that each is complete under its temporary or its final name, so names
     * and contents are flushed first.
     */
    @Override
    public synchronized void finishing() throws CloneException {
        once(() -> {
            flushFiles();
            journal.finishing();
        });
    }

    @Override
    public synchronized void damaged() throws CloneException {
        once(journal::damaged);
    }

    @Override
    public synchronized void move(StateDescriptor start, Runnable move) throws CloneException {
        once(() -> {
            flushDirectories();
            journal.state(start);
        });
        move.run();
    }

    /**
     * {@inheritDoc}
     *
     * <p>A clone that is being stopped must not wait, so a flush that failed before, or is known to take long, is left
     * out. What is not recorded is fetched again.
     */
    @Override
    public synchronized void rest() throws CloneException {
        if (failure.isEmpty() && flushLasted < LONG_FLUSH_NANOS) {
            once(() -> flush(false));
        }
    }

    @Override
    public void close() {
        closed = true; // a tick that starts now does nothing, and one interrupted here has not failed
        thread.shutdownNow();
        synchronized (this) {
            flushers.shutdownNow();
            journal.close();
        }
    }
}
