package org.jclone.daemon.history;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jclone.daemon.api.RunDetail;
import org.jclone.daemon.api.RunEvent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The history of the daemon. Writing never waits: one thread writes what others put into a queue. If the file cannot be
 * written, the history has a gap, a warning says so, and the file is opened again after a while.
 */
public final class History implements AutoCloseable {

    public static final String NAME = "history.sqlite";

    private static final Logger LOGGER = LoggerFactory.getLogger(History.class);

    private static final Duration REOPEN = Duration.ofSeconds(30);
    private static final int MOST_IN_A_TRANSACTION = 1000;
    private static final int QUEUE = 100_000;

    /** One change of the file. */
    private interface Change {
        void apply(HistoryWriter writer) throws SQLException;

        /** Called when the change is in the file, or lost. */
        default void over() {}
    }

    /** Changes nothing, and signals that all changes before it are over. */
    private record Mark(CountDownLatch passed) implements Change {

        @Override
        public void apply(HistoryWriter writer) {}

        @Override
        public void over() {
            passed.countDown();
        }
    }

    private final Path file;
    private final Clock clock;
    private final Consumer<String> warnings;
    private final BlockingQueue<Change> queue = new LinkedBlockingQueue<>(QUEUE);
    private final Thread thread = new Thread(this::write, "daemon-history");
    private volatile Optional<HistoryReader> reader = Optional.empty();
    private volatile Optional<String> problem = Optional.empty();
    private volatile boolean closed;

    /** Used by the thread alone. */
    private Connection connection;

    private Instant nextTry = Instant.EPOCH;

    /** @param warnings receives what the operator should know; called by any thread */
    public History(Path file, Clock clock, Consumer<String> warnings) {
        this.file = file;
        this.clock = clock;
        this.warnings = warnings;
        thread.setDaemon(true);
    }

    /**
     * Opens the file. Warns if it cannot be used.
     *
     * @param checking is called repeatedly during the check of the file, which takes long if it is large and the disk slow
     */
    public void start(Runnable checking) {
        open(checking);
        thread.start();
    }

    /** Returns why the history cannot be written; empty if it can. */
    public Optional<String> problem() {
        return problem;
    }

    private void open(Runnable checking) {
        try {
            connection = HistoryFile.open(file, clock, warnings, checking);
            reader = Optional.of(HistoryReader.open(file));
            problem = Optional.empty();
        } catch (HistoryException e) {
            lost(String.valueOf(e.getMessage()));
        } catch (RuntimeException | Error e) {
            lost(e.toString());
            throw e;
        }
    }

    private void lost(String reason) {
        HistoryFile.close(connection);
        connection = null;
        reader.ifPresent(HistoryReader::close);
        reader = Optional.empty();
        nextTry = clock.instant().plus(REOPEN);
        if (problem.isEmpty()) {
            warnings.accept("the history in " + file + " is not written: " + reason);
        }
        problem = Optional.of("the history in " + file + " is not written: " + reason);
    }

    public void append(RunEvent event) {
        enqueue(writer -> writer.append(event));
    }

    public void save(RunDetail detail) {
        enqueue(writer -> writer.save(detail));
    }

    /** Deletes what is older. */
    public void forget(Instant before) {
        enqueue(writer -> writer.forget(before));
    }

    private void enqueue(Change change) {
        if (!queue.offer(change) && problem.isEmpty()) {
            problem = Optional.of("the history in " + file + " is not written: the disk is too slow");
        }
    }

    /** Waits until all earlier changes are in the file or lost, at most for the given time. */
    @SuppressWarnings("ResultOfMethodCallIgnored")
    public void flush(Duration patience) {
        CountDownLatch done = new CountDownLatch(1);
        enqueue(new Mark(done));
        try {
            done.await(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Returns the reader; empty if the history cannot be used. */
    public Optional<HistoryReader> reader() {
        return reader;
    }

    private void write() {
        List<Change> batch = new ArrayList<>();
        while (!closed || !queue.isEmpty()) {
            try {
                Change first = queue.poll(1, TimeUnit.SECONDS);
                if (first != null) {
                    batch.add(first);
                    queue.drainTo(batch, MOST_IN_A_TRANSACTION);
                    write(batch);
                }
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException | Error e) { // the thread must not end, also without memory
                LOGGER.atError().setCause(e).log("a bug in jclone");
            } finally {
                batch.forEach(Change::over);
                batch.clear();
            }
        }
    }

    private void write(List<Change> batch) {
        if (connection == null && !clock.instant().isBefore(nextTry)) {
            open(() -> {});
        }
        if (connection == null) {
            return; // a gap, which the warning announced
        }
        try {
            connection.setAutoCommit(false);
            HistoryWriter writer = new HistoryWriter(connection);
            for (Change change : batch) {
                change.apply(writer);
            }
            connection.commit();
        } catch (SQLException e) {
            lost(HistoryFile.reason(e));
        } catch (RuntimeException | Error e) {
            lost(e.toString()); // the next batch must not commit a part of this one
            throw e;
        }
    }

    /** Writes what is left, and closes the file. */
    @Override
    public void close() {
        closed = true;
        try {
            thread.join(TimeUnit.SECONDS.toMillis(10));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        reader.ifPresent(HistoryReader::close);
        HistoryFile.close(connection);
    }
}
