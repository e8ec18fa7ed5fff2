package org.jclone.recipient.session;

/**
 * Tells whether all that a clone still lacks is the rest of the chunks of its parked connections: nearly nothing
 * arrives in a window in which much should. A state ends when every chunk is sent. The rest of a chunk may fit into the
 * buffers of a TCP connection, but not into those of a Unix socket.
 *
 * <p>The window follows the speed. Over a slow line, or under a narrow limit, nearly nothing arrives in any fraction of
 * a second.
 */
final class ParkedStall {

    private static final long FEW_BYTES = 1 << 20;

    /** What a window must be long enough for. Under a limit, a connection receives a block of 1 MiB and then waits. */
    private static final double EXPECTED_BYTES = 8 << 20;

    private static final double SHORTEST_WINDOW_NANOS = 0.3e9;
    private static final double LONGEST_WINDOW_NANOS = 10e9;

    private long beganNanos;
    private long bytesBefore;
    private double bytesPerSecond;

    /**
     * Begins when connections are parked.
     *
     * @param speed in bytes per second, measured before
     */
    void begin(long nowNanos, long bytes, double speed) {
        beganNanos = nowNanos;
        bytesBefore = bytes;
        bytesPerSecond = speed;
    }

    /**
     * Returns whether a window has passed in which nearly nothing arrived. Call it many times a second.
     *
     * @param bytes received so far
     * @param limitBytesPerSecond the tighter of the bandwidth limits, 0 = none
     */
    boolean isStalled(long nowNanos, long bytes, long limitBytesPerSecond) {
        long elapsed = nowNanos - beganNanos;
        if (elapsed < windowNanos(limitBytesPerSecond)) {
            return false;
        }
        long received = bytes - bytesBefore;
        begin(nowNanos, bytes, received * 1e9 / elapsed);
        return received < FEW_BYTES;
    }

    private double windowNanos(long limitBytesPerSecond) {
        double speed =
                limitBytesPerSecond > 0 ? Math.min(bytesPerSecond, (double) limitBytesPerSecond) : bytesPerSecond;
        return Math.min(Math.max(EXPECTED_BYTES * 1e9 / speed, SHORTEST_WINDOW_NANOS), LONGEST_WINDOW_NANOS);
    }
}
