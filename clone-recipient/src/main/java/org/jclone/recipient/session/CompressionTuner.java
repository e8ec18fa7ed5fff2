package org.jclone.recipient.session;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jclone.protocol.compress.CompressionAlgorithm;
import org.jclone.recipient.api.CloneEvent;
import org.jclone.recipient.connection.DataConnection;
import org.jclone.recipient.connection.NetworkProbe.Measured;

/**
 * Decides for AUTO, while data flows, whether connections should be compressed. A connection cannot change, so where data
 * arrives slower than the other way promises, one further connection is opened the other way. The comparison of both
 * decides how all later connections are opened, including those after a break. Runs on the session's thread.
 */
final class CompressionTuner {

    private static final long WINDOW_NANOS = TimeUnit.SECONDS.toNanos(2);

    /** How much faster the other way must be, so that nothing flips where both are equal. */
    private static final double CLEARLY = 1.25;

    private static final double MIB = 1 << 20;

    /** The state of the comparison with a further connection. */
    enum Trial {
        NONE,
        WANTED,
        UNDER_WAY
    }

    /** What a connection has received, and how it is compressed. */
    record Count(boolean compressed, long dataBytes) {}

    /** The count of a connection when it was first seen in this window. */
    private record Start(long nanos, long dataBytes) {}

    private final Measured measured;
    private final EventPublisher publisher;

    private boolean compresses;
    private boolean tried;
    private boolean trying;
    private final Map<Object, Start> starts = new HashMap<>();
    private long windowBeginNanos;

    CompressionTuner(Measured measured, EventPublisher publisher) {
        this.measured = measured;
        this.publisher = publisher;
        compresses = measured.compresses();
    }

    /** Returns whether a comparison runs or is about to. */
    boolean isTrying() {
        return trying;
    }

    /** Returns how further connections are to be opened. */
    boolean compresses() {
        return compresses;
    }

    /** Ends a comparison whose connections are gone, without a result. It is not repeated. */
    void giveUp() {
        if (trying) {
            trying = false;
            compresses = !compresses;
        }
    }

    /**
     * Takes what the working connections have received. Call it many times a second.
     *
     * @return whether one further connection should be opened, the way that {@link #compresses} says
     */
    boolean observe(long nanos, Map<Object, Count> counts) {
        starts.keySet().retainAll(counts.keySet());
        counts.forEach((connection, count) -> starts.putIfAbsent(connection, new Start(nanos, count.dataBytes())));
        if (nanos - windowBeginNanos < WINDOW_NANOS) {
            return false;
        }
        double plain = mibPerSecond(nanos, counts, false);
        double compressed = mibPerSecond(nanos, counts, true);
        windowBeginNanos = nanos;
        starts.clear();
        if (plain > 0 && compressed > 0) {
            decide(plain, compressed);
            return false;
        }
        return tryOther(plain, compressed);
    }

    /** Returns the average speed of a connection of a kind; 0 if none was there for most of the window. */
    private double mibPerSecond(long nanos, Map<Object, Count> counts, boolean compressed) {
        return counts.entrySet().stream()
                .filter(entry -> entry.getValue().compressed() == compressed)
                .filter(entry -> nanos - starts.get(entry.getKey()).nanos() >= WINDOW_NANOS / 2)
                .mapToDouble(entry -> {
                    Start start = starts.get(entry.getKey());
                    long bytes = entry.getValue().dataBytes() - start.dataBytes();
                    return bytes / MIB * TimeUnit.SECONDS.toNanos(1) / (nanos - start.nanos());
                })
                .average()
                .orElse(0);
    }

    private void decide(double plain, double compressed) {
        boolean before = trying != compresses;
        boolean better = before ? plain < compressed * CLEARLY : compressed > plain * CLEARLY;
        if (trying || better != compresses) {
            trying = false;
            compresses = better;
            publisher.event(new CloneEvent.CompressionChosen(
                    better, measured.algorithm().algorithmName(), Math.round(plain), Math.round(compressed)));
        }
    }

    /** Starts a comparison if a CPU compresses faster than data arrives, or compressed data arrives slower than plain data did. */
    private boolean tryOther(double plain, double compressed) {
        boolean promises = compresses
                ? compressed > 0 && compressed * CLEARLY < measured.networkMiBPerSecond()
                : plain > 0 && plain * 2 < measured.algorithmMiBPerSecond();
        if (tried || !promises) {
            return false;
        }
        tried = true;
        trying = true;
        compresses = !compresses;
        return true;
    }

    /** Returns the count of a connection. */
    static Count count(DataConnection connection) {
        return new Count(
                connection.loggedIn().compression() != CompressionAlgorithm.UNCOMPRESSED, connection.dataBytes());
    }
}
