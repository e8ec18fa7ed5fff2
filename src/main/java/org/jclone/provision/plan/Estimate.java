package org.jclone.provision.plan;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * How long a run will take, from the beginning of the copy until the new server has caught up. Nobody knows how fast
 * the new server will apply; the estimate assumes twice as fast as the source writes, so that it catches up in the time
 * that copy and first start took.
 *
 * @param dataBytes what is to be copied; empty if the account may not see it
 * @param firstStart the time of the first start
 * @param firstStartMeasured whether that is the time of the last run; it is an assumption otherwise
 */
public record Estimate(OptionalLong dataBytes, CopyRate rate, Duration firstStart, boolean firstStartMeasured) {

    /** What is assumed for a first start if none was measured. */
    public static final Duration ASSUMED_FIRST_START = Duration.ofSeconds(30);

    /** {@return the time of the copy; empty if the size is not known} */
    public Optional<Duration> copy() {
        return dataBytes.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        Duration.ofMillis(Math.round(dataBytes.getAsLong() / (double) rate.bytesPerSecond() * 1000)));
    }

    /** {@return the time in which the source writes what the clone will lack} */
    public Optional<Duration> untilReplicating() {
        return copy().map(copy -> copy.plus(firstStart));
    }

    /** {@return the time of catching up, if that is as fast as the source writes} */
    public Optional<Duration> catchUp() {
        return untilReplicating();
    }

    /** {@return the time of the whole run} */
    public Optional<Duration> total() {
        return untilReplicating().map(time -> time.multipliedBy(2));
    }

    @Override
    public String toString() {
        if (copy().isEmpty()) {
            return "unknown: the size of the donor's data cannot be seen";
        }
        return Figures.time(total().orElseThrow()) + ": copy of " + Figures.bytes(dataBytes.getAsLong()) + " at " + rate
                + " " + Figures.time(copy().get()) + ", first start "
                + (firstStartMeasured ? "as in the last run " : "(assumed) ") + Figures.time(firstStart)
                + ", catch-up (assumed: as long as both) "
                + Figures.time(catchUp().orElseThrow());
    }
}
