package org.jclone.daemon.throttle;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a donor reported about its load.
 *
 * @param threads statements under way, with those of the copy and that of the watcher
 * @param latency time of a statement without work, with the network
 * @param lag how far it is behind its source; zero for one without a source; empty if unknown
 * @param redoPercent age of the last checkpoint, in percent of the redo log's capacity; empty before MySQL 8.0.30
 */
record DonorLoad(OptionalLong threads, Duration latency, Optional<Duration> lag, OptionalLong redoPercent) {

    /**
     * Returns why the donor is busy; empty if it is not.
     *
     * @param own how many of them are those of the copy and of the watcher
     */
    Optional<String> reason(DonorCare care, long own) {
        if (care.maxThreads() > 0 && threads.isPresent() && threads.getAsLong() - own > care.maxThreads()) {
            return Optional.of((threads.getAsLong() - own) + " statements under way (limit " + care.maxThreads() + ')');
        }
        if (!care.maxLatency().isZero() && latency.compareTo(care.maxLatency()) > 0) {
            return Optional.of("a statement without work takes " + latency.toMillis() + " ms (limit "
                    + care.maxLatency().toMillis() + ')');
        }
        if (!care.maxLag().isZero()
                && lag.filter(now -> now.compareTo(care.maxLag()) > 0).isPresent()) {
            return Optional.of(lag.get().toSeconds() + " s behind its source (limit "
                    + care.maxLag().toSeconds() + ')');
        }
        if (care.maxRedoPercent() > 0 && redoPercent.isPresent() && redoPercent.getAsLong() > care.maxRedoPercent()) {
            return Optional.of("the last checkpoint is " + redoPercent.getAsLong()
                    + " % of the redo log's capacity ago (limit " + care.maxRedoPercent() + ')');
        }
        return Optional.empty();
    }
}
