package org.jclone.recipient.progress;

/** Measures bytes per second over about the last second. Not thread-safe. */
final class RateMeter {

    private static final int SAMPLES = 8;
    private static final long WINDOW_NANOS = 1_000_000_000L;
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private final long[] times = new long[SAMPLES];
    private final long[] totals = new long[SAMPLES];
    private int count;

    /** Adds a sample and returns the rate; a sample within an eighth of the window after the previous one is not stored. */
    long update(long nowNanos, long total) {
        boolean tooSoon = count > 0 && nowNanos - times[(count - 1) % SAMPLES] < WINDOW_NANOS / SAMPLES;
        if (!tooSoon) {
            times[count % SAMPLES] = nowNanos;
            totals[count % SAMPLES] = total;
            count++;
        }
        int oldest = Math.max(0, count - SAMPLES);
        while (oldest < count - 1 && nowNanos - times[oldest % SAMPLES] > 2 * WINDOW_NANOS) {
            oldest++;
        }
        long elapsed = nowNanos - times[oldest % SAMPLES];
        long bytes = total - totals[oldest % SAMPLES];
        return elapsed <= 0 ? 0 : (long) ((double) bytes * NANOS_PER_SECOND / elapsed);
    }
}
