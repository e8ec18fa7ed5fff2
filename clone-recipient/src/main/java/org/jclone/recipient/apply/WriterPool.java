package org.jclone.recipient.apply;

import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import org.jclone.recipient.api.StorageException;
import org.jclone.recipient.storage.OpenFiles;

/**
 * The threads that write to the device, shared by all connections of a clone. A direct write keeps its thread until the
 * device has taken the bytes, so their number is the number of writes under way.
 */
public final class WriterPool implements AutoCloseable {

    private final ExecutorService threads;
    private final SegmentWriter writer;

    /**
     * @param pageSize the donor's {@code innodb_page_size}
     * @param writers threads at most; they start as they are needed
     */
    public WriterPool(OpenFiles openFiles, int pageSize, int writers) {
        AtomicInteger number = new AtomicInteger();
        threads = Executors.newFixedThreadPool(writers, task -> {
            Thread thread = new Thread(task, "clone-writer-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
        writer = new SegmentWriter(openFiles, pageSize);
    }

    /** Writes {@code buffer}, then calls {@code onWritten} on {@code eventLoop} with null or with what went wrong. */
    void write(WriteBuffer buffer, Executor eventLoop, BiConsumer<WriteBuffer, Throwable> onWritten) {
        threads.execute(() -> {
            Throwable failure = tryWrite(buffer);
            eventLoop.execute(() -> onWritten.accept(buffer, failure));
        });
    }

    private Throwable tryWrite(WriteBuffer buffer) {
        try {
            writer.write(buffer);
            return null;
        } catch (StorageException | RuntimeException e) {
            return e;
        }
    }

    /** Lets writes under way end; nothing may be submitted any more. */
    @Override
    public void close() {
        threads.shutdown();
    }
}
