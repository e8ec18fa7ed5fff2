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
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.StorageException;
import org.jclone.recipient.apply.ChunkMap;
import org.jclone.recipient.apply.ChunkMap.Claim;
import org.jclone.recipient.explain.Explanations;
import org.jclone.recipient.journal.DonorIdentity;
import org.jclone.recipient.journal.Journal;
import org.jclone.recipient.storage.DataDirectory;
import org.jclone.recipient.storage.Durable;

/**
 * Keeps the journal up with the clone: every so often, and before the end of a state is acknowledged, it flushes what
 * is written, and notes it then.
 *
 * <p>What is not flushed is not noted, though it would outlive the process: the system forgets pages that it failed to
 * write, by a flush of ours or by itself, and when a file system is mounted anew after an error of the disk. An old
 * page of PAGE COPY would be valid, so that nobody would ever find it. Source: docs/protocol/02-innodb-clone-stream.md,
 * section 11.3.
 */
public final class JournalKeeper implements AutoCloseable {

    private static final long TICK_MILLIS = 500;
    private static final long FLUSH_BYTES = 4L << 30;

    /** Longest time between two flushes. */
    private static final long FLUSH_NANOS = TimeUnit.SECONDS.toNanos(20);

    /** Flushes take a fiftieth of the time, but come every 20 s at the latest. */
    private static final int FLUSH_SHARE = 50;

    private static final int FLUSH_THREADS = 8;

    private static final long LONG_FLUSH_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final Journal journal;
    private final DataDirectory directory;
    private final TargetFiles files;
    private final LongSupplier receivedBytes;
    private final Consumer<CloneException> onFailure;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(JournalKeeper::daemon);
    private final ExecutorService flushers = Executors.newFixedThreadPool(FLUSH_THREADS, JournalKeeper::daemon);

    private ChunkMap chunks;
    private long flushedNanos = System.nanoTime();
    private long flushLasted;
    private long flushedBytes;
    private boolean begun;
    private volatile boolean closed;
    private Optional<CloneException> failure = Optional.empty();

    private interface Step {
        void run() throws CloneException;
    }

    /** @param onFailure called once, on a thread of the keeper's own, when the journal or a flush fails */
    JournalKeeper(
            Journal journal,
            DataDirectory directory,
            TargetFiles files,
            LongSupplier receivedBytes,
            Consumer<CloneException> onFailure) {
        this.journal = journal;
        this.directory = directory;
        this.files = files;
        this.receivedBytes = receivedBytes;
        this.onFailure = onFailure;
    }

    private static Thread daemon(Runnable task) {
        Thread thread = new Thread(task, "clone-journal");
        thread.setDaemon(true);
        return thread;
    }

    /** From now on notes what {@code map} says; first of all who the donor is. */
    public synchronized void begin(ChunkMap map, Optional<DonorIdentity> identity) throws CloneException {
        chunks = map;
        if (identity.isPresent()) {
            once(() -> journal.donor(identity.get()));
        }
        begun = true;
        thread.scheduleWithFixedDelay(this::tick, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Whether the journal says enough for another process to go on. */
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

    /** A flush adds to the journal, however short it is. After a day or two of quick ones they become few. */
    private boolean isFlushDue() {
        long interval = journal.isLong() ? FLUSH_NANOS : Math.min(FLUSH_NANOS, FLUSH_SHARE * flushLasted);
        return System.nanoTime() - flushedNanos >= interval || receivedBytes.getAsLong() - flushedBytes > FLUSH_BYTES;
    }

    /**
     * What failed is not tried again: the second time the system would say that all is well, and what was taken to be
     * noted is gone.
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
            return Optional.of(new CloneException(
                    CloneErrorCode.INTERNAL,
                    "a bug in jclone while flushing for the journal: " + e,
                    Explanations.hint("INTERNAL"),
                    e));
        }
    }

    private static CloneException interrupted(Exception cause) {
        return new CloneException(
                CloneErrorCode.ABORTED,
                "interrupted in a flush for the journal",
                Explanations.hint("ABORTED", "interrupted"),
                cause);
    }

    private void flush(boolean stateEnded) throws CloneException {
        long begin = System.nanoTime();
        flushedBytes = receivedBytes.getAsLong();
        List<Claim> claims = chunks.drainChanges();
        Map<Integer, Long> raisedSizes = files.table().drainRaisedSizes();
        flushFiles();
        for (Map.Entry<Integer, Long> raised : raisedSizes.entrySet()) {
            journal.size(raised.getKey(), raised.getValue()); // before the claim of the page that told of it
        }
        journal.flushed(claims, stateEnded);
        flushedNanos = System.nanoTime();
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

    /** All files of FILE COPY are made. */
    public synchronized void metadataComplete() throws CloneException {
        once(() -> {
            flushDirectories();
            journal.metadataComplete();
        });
    }

    /** Everything of the state is written, and nobody writes: flushes it, so that its end may be acknowledged. */
    public synchronized void endState() throws CloneException {
        once(() -> flush(true));
    }

    /**
     * Files that DDL moved are about to get their final names. From this record another process concludes that each is
     * at its temporary name or its final one, and whole there; so names and contents are flushed before it.
     */
    public synchronized void finishing() throws CloneException {
        once(() -> {
            flushFiles();
            journal.finishing();
        });
    }

    /** Everything is here, and it is damaged: nobody need look again. */
    public synchronized void damaged() throws CloneException {
        once(journal::damaged);
    }

    /** The clone comes to a state, of which nothing may be taken before this returns. */
    public synchronized void move(StateDescriptor start, Runnable move) throws CloneException {
        once(() -> {
            flushDirectories();
            journal.state(start);
        });
        move.run();
    }

    /**
     * The clone rests: flushes and notes what there is, unless that has failed before, or is known to take long.
     * Whoever stops a clone would wait for it; what is not noted is fetched again.
     */
    public synchronized void rest() throws CloneException {
        if (failure.isEmpty() && flushLasted < LONG_FLUSH_NANOS) {
            once(() -> flush(false));
        }
    }

    @Override
    public void close() {
        closed = true; // a tick that begins does nothing any more, and one that we interrupt is no failure
        thread.shutdownNow();
        synchronized (this) {
            flushers.shutdownNow();
            journal.close();
        }
    }
}
