package org.jclone.recipient.apply;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.jclone.recipient.api.StorageException;
import org.jclone.recipient.storage.OpenFiles;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The threads that write to the device, one for each connection. A connection mostly fills one file after the other, and file
 * systems let only one direct write at a time extend a file: more threads would wait for each other.
 */
public final class WriterPool implements AutoCloseable {

    private static final Logger LOGGER = LoggerFactory.getLogger(WriterPool.class);
    private static final long CLOSE_PATIENCE_SECONDS = 60;

    private final SegmentWriter writer;
    private final List<ExecutorService> threads = new ArrayList<>();

    /** @param pageSize the donor's {@code innodb_page_size} */
    public WriterPool(OpenFiles openFiles, int pageSize) {
        writer = new SegmentWriter(openFiles, pageSize);
    }

    /** One connection's thread. */
    final class Writer {

        private final ExecutorService thread;
        private final Executor eventLoop;

        private Writer(ExecutorService thread, Executor eventLoop) {
            this.thread = thread;
            this.eventLoop = eventLoop;
        }

        /** Writes {@code buffer}, then calls {@code onWritten} on the event loop with null or with what went wrong. */
        void write(WriteBuffer buffer, BiConsumer<WriteBuffer, Throwable> onWritten) {
            thread.execute(() -> {
                Throwable failure = tryWrite(buffer);
                try {
                    eventLoop.execute(() -> onWritten.accept(buffer, failure));
                } catch (RejectedExecutionException e) {
                    LOGGER.atDebug().log("a write ended after its connection, whose clone has failed");
                }
            });
        }
    }

    /** @param eventLoop of the connection */
    synchronized Writer open(Executor eventLoop) {
        String name = "clone-writer-" + threads.size();
        ExecutorService thread = Executors.newSingleThreadExecutor(task -> {
            Thread daemon = new Thread(task, name);
            daemon.setDaemon(true);
            return daemon;
        });
        threads.add(thread);
        return new Writer(thread, eventLoop);
    }

    private Throwable tryWrite(WriteBuffer buffer) {
        try {
            writer.write(buffer);
            return null;
        } catch (StorageException | RuntimeException e) {
            return e;
        }
    }

    /** Waits for the writes under way; nothing may be submitted any more. */
    @Override
    public synchronized void close() {
        threads.forEach(ExecutorService::shutdown);
        try {
            for (ExecutorService thread : threads) {
                thread.awaitTermination(CLOSE_PATIENCE_SECONDS, TimeUnit.SECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
