package org.jclone.recipient.session;

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
import org.jclone.recipient.api.StorageException;
import org.jclone.recipient.apply.ChunkMap;
import org.jclone.recipient.apply.ChunkMap.Claim;
import org.jclone.recipient.journal.DonorIdentity;
import org.jclone.recipient.journal.Journal;
import org.jclone.recipient.storage.DataDirectory;
import org.jclone.recipient.storage.Durable;

/**
 * Keeps the journal up with the clone. Twice a second it notes which blocks are written, which holds as long as the machine
 * runs; every so often, and before the end of a state is acknowledged, it flushes them first, which holds for ever.
 *
 * <p>What is noted was written before, and what is noted as flushed was noted before the flush began. Source:
 * docs/protocol/02-innodb-clone-stream.md, section 11.3.
 */
final class JournalKeeper implements AutoCloseable {

    private static final long TICK_MILLIS = 500;
    private static final long FLUSH_MILLIS = 20_000;
    private static final long FLUSH_BYTES = 4L << 30;
    private static final int FLUSH_THREADS = 8;

    private final Journal journal;
    private final DataDirectory directory;
    private final TargetFiles files;
    private final LongSupplier receivedBytes;
    private final Consumer<StorageException> onFailure;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(JournalKeeper::daemon);
    private final ExecutorService flushers = Executors.newFixedThreadPool(FLUSH_THREADS, JournalKeeper::daemon);

    private ChunkMap chunks;
    private long flushedNanos = System.nanoTime();
    private long flushedBytes;
    private boolean failed;

    /** @param onFailure called once, on a thread of the keeper's own, when the journal or a flush fails */
    JournalKeeper(
            Journal journal,
            DataDirectory directory,
            TargetFiles files,
            LongSupplier receivedBytes,
            Consumer<StorageException> onFailure) {
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
    synchronized void begin(ChunkMap map, Optional<DonorIdentity> identity) throws StorageException {
        chunks = map;
        if (identity.isPresent()) {
            journal.donor(identity.get());
        }
        thread.scheduleWithFixedDelay(this::tick, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
    }

    private synchronized void tick() {
        if (failed) {
            return;
        }
        try {
            boolean late = System.nanoTime() - flushedNanos > TimeUnit.MILLISECONDS.toNanos(FLUSH_MILLIS)
                    || receivedBytes.getAsLong() - flushedBytes > FLUSH_BYTES;
            note();
            if (late) {
                flush(false);
            }
        } catch (StorageException e) {
            failed = true;
            onFailure.accept(e);
        }
    }

    private void note() throws StorageException {
        List<Claim> claims = chunks.drainChanges();
        for (Map.Entry<Integer, Long> raised : files.table().drainRaisedSizes().entrySet()) {
            journal.size(raised.getKey(), raised.getValue()); // before the claim of the page that told of it
        }
        journal.claims(claims);
    }

    private void flush(boolean stateEnded) throws StorageException {
        flushedNanos = System.nanoTime();
        flushedBytes = receivedBytes.getAsLong();
        try {
            flushFiles();
        } catch (StorageException e) {
            failed = true;
            voidClaims(e);
            throw e;
        }
        journal.flushed(stateEnded);
    }

    private void voidClaims(StorageException failedFlush) {
        try {
            journal.unsure();
        } catch (StorageException e) {
            failedFlush.addSuppressed(e);
        }
    }

    private void flushFiles() throws StorageException {
        List<Callable<Void>> flushes = new ArrayList<>();
        for (Path file : files.open().drainWritten()) {
            flushes.add(() -> {
                Durable.flushFile(file);
                return null;
            });
        }
        run(flushes);
        files.verification().flush();
        flushDirectories();
    }

    private void flushDirectories() throws StorageException {
        for (Path folder : directory.touchedDirectories()) {
            Durable.flushDirectory(folder);
        }
    }

    private void run(List<Callable<Void>> flushes) throws StorageException {
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
            throw new IllegalStateException("interrupted in a flush", e);
        }
    }

    /** All files of FILE COPY are made. */
    synchronized void metadataComplete() throws StorageException {
        flushDirectories();
        journal.metadataComplete();
    }

    /** Everything of the state is written, and nobody writes: flushes it, so that its end may be acknowledged. */
    synchronized void endState() throws StorageException {
        note();
        flush(true);
    }

    /** Files that DDL moved are about to get their final names. */
    synchronized void finishing() throws StorageException {
        journal.finishing();
    }

    /** The clone comes to a state, of which nothing may be taken before this returns. */
    synchronized void move(StateDescriptor start, Runnable move) throws StorageException {
        flushDirectories();
        journal.state(start);
        move.run();
    }

    /** The clone rests: notes what there is. */
    synchronized void rest() throws StorageException {
        if (!failed) {
            note();
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
        synchronized (this) {
            failed = true; // a tick that waits for us does nothing any more
        }
        flushers.shutdownNow();
        journal.close();
    }
}
