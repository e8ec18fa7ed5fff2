package org.jclone.recipient.session;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jclone.protocol.innodb.descriptor.SnapshotState;
import org.jclone.recipient.api.CloneEvent;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.Compression;
import org.jclone.recipient.connection.DataConnection;
import org.jclone.recipient.session.CompressionTuner.Trial;
import org.jclone.recipient.target.SnapshotCopy;

/** Decides how many data connections take part, and lets workers join. Runs on the session's thread. */
final class Concurrency {

    /** What one connection receives of a file before the next one may take over, with pages of 16 KiB. */
    private static final long CHUNK_BYTES = 64 << 20;

    /** A clone of less begins with one connection: it is over within a moment. An empty server has about 100 MiB. */
    private static final long MUCH_BYTES = 256 << 20;

    private final CloneContext context;
    private final SnapshotCopy copy;
    private final StateBarrier barrier;
    private final Workers workers;
    private final Consumer<DataConnection> execute;
    private final Function<List<DataConnection>, Trial> compression;
    private final ConcurrencyTuner tuner;
    private final List<DataConnection> parked = new ArrayList<>();
    private final ParkedStall stall = new ParkedStall();

    /**
     * @param execute starts a worker
     * @param compression takes the working connections and returns whether another one should be opened to find out
     *     whether to compress
     */
    Concurrency(
            CloneContext context,
            SnapshotCopy copy,
            StateBarrier barrier,
            Workers workers,
            Consumer<DataConnection> execute,
            Function<List<DataConnection>, Trial> compression) {
        this.compression = compression;
        this.context = context;
        this.copy = copy;
        this.barrier = barrier;
        this.workers = workers;
        this.execute = execute;
        tuner = new ConcurrencyTuner(isTuned() ? tunable() : 1, context.machine());
    }

    /** One connection is left for finding out whether to compress. */
    private int tunable() {
        int most = context.request().transfer().maxConcurrency();
        boolean leavesOne = context.request().transfer().compression().mode() == Compression.Mode.AUTO;
        return leavesOne ? Math.max(1, most - 1) : most;
    }

    private boolean isTuned() {
        return context.request().transfer().autotuneConcurrency();
    }

    void begin() {
        if (!isTuned()) {
            workers.want(context.request().transfer().maxConcurrency() - 1);
        }
        context.progress().setConnections(1);
    }

    /** Opens the first workers of a tuned clone while the donor describes its files, if there is work for them. */
    void beginFileCopy() {
        if (isTuned() && context.progress().bytesLeft() >= MUCH_BYTES) {
            workers.want(tuner.first() - 1);
        }
    }

    /** Lets workers attach. All files are known, and the donor is in a state in which it accepts workers. */
    void allowWorkers() {
        workers.allowAttach();
        tuner.begin(context.nanoClock().getAsLong());
    }

    /** Starts the workers whose donor task is in the current state. Others wait for that state. */
    void joinWorkers() {
        for (DataConnection worker : workers.takeAttached(copy.state())) {
            barrier.join(worker);
            report(isTuned() ? "more may be faster" : "as configured");
            execute.accept(worker);
        }
        if (workers.isSettled()) {
            tuner.begin(context.nanoClock().getAsLong());
        }
    }

    void onRefused(Throwable cause) {
        workers.onRefused();
        tuner.stop();
        CloneException reason = context.errors().translate(cause, "while adding a connection");
        context.publisher()
                .event(new CloneEvent.Warning(
                        "the clone continues without a further connection: " + reason.getMessage(), reason.hint()));
    }

    /** Adjusts the number of connections. Call it many times a second. */
    void tune() {
        unparkIfStalled();
        unparkBeforeTheEnd();
        if (copy.state() != SnapshotState.FILE_COPY || !workers.isSettled()) {
            return;
        }
        boolean compares = tuneCompression();
        if (compares || tuner.isDone()) {
            return;
        }
        int connections = working();
        int advised = tuner.advise(new ConcurrencyTuner.Sample(
                context.nanoClock().getAsLong(),
                connections,
                context.progress().totalDataBytes(),
                context.progress().bytesLeft(),
                context.throttle().tightestBytesPerSecond()));
        if (advised > connections) {
            unpark(advised - connections);
            workers.want(advised - 1);
        } else if (advised < connections) {
            park(connections - advised);
        }
    }

    /** Returns whether connections are being compared, so that their number has to stay. */
    private boolean tuneCompression() {
        if (!isTuned() || context.request().transfer().maxConcurrency() == 1) {
            return false;
        }
        List<DataConnection> working = new ArrayList<>(barrier.participants());
        working.removeAll(parked);
        Trial trial = compression.apply(working);
        if (trial == Trial.WANTED) {
            workers.want(workers.wanted() + 1);
        }
        return trial != Trial.NONE;
    }

    private int working() {
        return barrier.participants().size() - parked.size();
    }

    private void report(String why) {
        context.progress().setConnections(working());
        context.publisher().event(new CloneEvent.ConnectionsChanged(working(), why));
    }

    /** Parks the last {@code count} workers: data arrives as fast with fewer connections, and cheaper. */
    private void park(int count) {
        List<DataConnection> working = new ArrayList<>(barrier.participants());
        working.removeAll(parked);
        List<DataConnection> last = working.subList(working.size() - count, working.size());
        last.forEach(DataConnection::park);
        parked.addAll(last);
        stall.begin(context.nanoClock().getAsLong(), context.progress().totalDataBytes(), tuner.bytesPerSecond());
        report("more were not faster");
    }

    /** Unparks up to {@code count} workers. */
    private void unpark(int count) {
        List<DataConnection> first = parked.subList(0, Math.min(count, parked.size()));
        if (!first.isEmpty()) {
            first.forEach(DataConnection::unpark);
            first.clear();
            tuner.begin(context.nanoClock().getAsLong());
            report("more may be faster by now");
        }
    }

    /** Unparks all workers when nothing else arrives. */
    private void unparkIfStalled() {
        if (!parked.isEmpty()
                && stall.isStalled(
                        context.nanoClock().getAsLong(),
                        context.progress().totalDataBytes(),
                        context.throttle().tightestBytesPerSecond())) {
            unpark();
        }
    }

    /** Lets parked workers finish their chunks while the others still have some, so that all end together. */
    private void unparkBeforeTheEnd() {
        if (!parked.isEmpty()
                && context.progress().bytesLeft()
                        < CHUNK_BYTES * barrier.participants().size()) {
            unpark();
            tuner.stop();
        }
    }

    /** Lets parked workers finish their chunks, because others reached the end of a state. */
    void unpark() {
        parked.forEach(DataConnection::unpark);
        parked.clear();
    }
}
