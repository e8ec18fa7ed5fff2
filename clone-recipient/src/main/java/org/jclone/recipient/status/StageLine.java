package org.jclone.recipient.status;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.jclone.recipient.api.StageProgress;

/**
 * A line of {@code #view_progress}, which stands for one stage: seven numbers, the times in microseconds since
 * 1970-01-01 UTC.
 *
 * <pre>
 * state connections begin end estimated-bytes data-bytes network-bytes
 * </pre>
 *
 * @param state as {@link StageProgress.State#fileCode()}
 */
record StageLine(
        long state,
        int connections,
        Optional<Instant> begin,
        Optional<Instant> end,
        long estimatedBytes,
        long dataBytes,
        long networkBytes) {

    /** A stage that has not begun. */
    static final String NOTHING = "0 0 0 0 0 0 0";

    private static final int FIELDS = 7;

    /** A running stage is recorded as failed, so that a crash is visible as a failure. */
    static StageLine of(StageProgress stage) {
        boolean running = stage.state() == StageProgress.State.IN_PROGRESS;
        StageProgress.State state = running ? StageProgress.State.FAILED : stage.state();
        return new StageLine(
                state.fileCode(),
                stage.connections(),
                stage.begin(),
                stage.end(),
                stage.estimatedBytes(),
                stage.dataBytes(),
                stage.networkBytes());
    }

    /** Reads a line as far as it has numbers; the others are 0. */
    static StageLine parse(String line) {
        String[] words = line.split(" ", -1);
        long[] numbers = new long[FIELDS];
        for (int i = 0; i < Math.min(words.length, FIELDS); i++) {
            numbers[i] = number(words[i]);
        }
        return new StageLine(
                numbers[0],
                (int) Math.min(Integer.MAX_VALUE, numbers[1]),
                time(numbers[2]),
                time(numbers[3]),
                numbers[4],
                numbers[5],
                numbers[6]);
    }

    @Override
    public String toString() {
        return state + " " + connections + ' ' + micros(begin) + ' ' + micros(end) + ' ' + estimatedBytes + ' '
                + dataBytes + ' ' + networkBytes;
    }

    /** Returns microseconds since 1970-01-01 UTC; 0 if there is no time. */
    static long micros(Optional<Instant> time) {
        return time.map(t -> ChronoUnit.MICROS.between(Instant.EPOCH, t)).orElse(0L);
    }

    static Optional<Instant> time(long micros) {
        return micros == 0 ? Optional.empty() : Optional.of(Instant.EPOCH.plus(micros, ChronoUnit.MICROS));
    }

    /** Parses a count, size or time; 0 if {@code text} is not a number or is negative. */
    static long number(String text) {
        try {
            return Math.max(0, Long.parseLong(text));
        } catch (NumberFormatException e) {
            return 0;
        }
    }
}
