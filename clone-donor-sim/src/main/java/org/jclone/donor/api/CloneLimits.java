package org.jclone.donor.api;

import java.time.Duration;

/**
 * Limits and timeouts of a donor.
 *
 * <p>Source: docs/protocol/01-wire-protocol.md appendix B.
 *
 * @param maxClones maximum number of concurrent clones; a MySQL server serves one
 * @param maxTasks maximum number of connections that send data for one clone, including the main one
 * @param keepAliveInterval interval between keep-alives while a task waits
 * @param patience how long a task waits for an acknowledgement, another task, or the end of a state
 * @param resumeWindow how long an interrupted clone is kept for its recipient after a network failure; zero disables
 *     resume
 * @param resumePatience how long COM_REINIT waits for the old connections of its clone to end
 * @param maxBytesPerSecond bandwidth limit of all clones together; 0 for no limit
 */
public record CloneLimits(
        int maxClones,
        int maxTasks,
        Duration keepAliveInterval,
        Duration patience,
        Duration resumeWindow,
        Duration resumePatience,
        long maxBytesPerSecond) {

    /** The limits of a MySQL server. */
    public static final CloneLimits MYSQL = new CloneLimits(
            1, 128, Duration.ofSeconds(5), Duration.ofMinutes(30), Duration.ofMinutes(5), Duration.ofSeconds(30), 0);

    public CloneLimits {
        if (maxClones < 1 || maxTasks < 1) {
            throw new IllegalArgumentException("clones: " + maxClones + ", tasks: " + maxTasks + " (expected: >= 1)");
        }
        if (keepAliveInterval.toMillis() < 1 || patience.toMillis() < 1) {
            throw new IllegalArgumentException(
                    "keep-alive interval: " + keepAliveInterval + ", patience: " + patience + " (expected: >= 1 ms)");
        }
        if (resumeWindow.isNegative() || resumePatience.isNegative()) {
            throw new IllegalArgumentException(
                    "resume window: " + resumeWindow + ", patience: " + resumePatience + " (expected: >= 0)");
        }
        if (maxBytesPerSecond < 0) {
            throw new IllegalArgumentException("bytes per second: " + maxBytesPerSecond + " (expected: >= 0)");
        }
    }

    /**
     * {@return the same settings with another {@code maxClones}}
     *
     * @param value the new one
     */
    public CloneLimits withMaxClones(int value) {
        return new CloneLimits(
                value, maxTasks, keepAliveInterval, patience, resumeWindow, resumePatience, maxBytesPerSecond);
    }

    /**
     * {@return the same settings with another {@code keepAliveInterval}}
     *
     * @param value the new one
     */
    public CloneLimits withKeepAliveInterval(Duration value) {
        return new CloneLimits(maxClones, maxTasks, value, patience, resumeWindow, resumePatience, maxBytesPerSecond);
    }

    /**
     * {@return the same settings with another {@code patience}}
     *
     * @param value the new one
     */
    public CloneLimits withPatience(Duration value) {
        return new CloneLimits(
                maxClones, maxTasks, keepAliveInterval, value, resumeWindow, resumePatience, maxBytesPerSecond);
    }

    /**
     * {@return the same settings with another {@code resumeWindow}}
     *
     * @param value the new one
     */
    public CloneLimits withResumeWindow(Duration value) {
        return new CloneLimits(
                maxClones, maxTasks, keepAliveInterval, patience, value, resumePatience, maxBytesPerSecond);
    }

    /**
     * {@return the same settings with another {@code resumePatience}}
     *
     * @param value the new one
     */
    public CloneLimits withResumePatience(Duration value) {
        return new CloneLimits(
                maxClones, maxTasks, keepAliveInterval, patience, resumeWindow, value, maxBytesPerSecond);
    }

    /**
     * {@return the same settings with another {@code maxBytesPerSecond}}
     *
     * @param value the new one
     */
    public CloneLimits withMaxBytesPerSecond(long value) {
        return new CloneLimits(maxClones, maxTasks, keepAliveInterval, patience, resumeWindow, resumePatience, value);
    }
}
