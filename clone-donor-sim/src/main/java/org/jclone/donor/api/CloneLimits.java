package org.jclone.donor.api;

import java.time.Duration;

/**
 * How many a donor serves and how patient it is.
 *
 * <p>Source: docs/protocol/01-wire-protocol.md appendix B.
 *
 * @param maxClones clones at the same time; a MySQL server serves one
 * @param maxTasks connections that send data for one clone, the main one included
 * @param keepAliveInterval between two signs of life while a task waits
 * @param patience how long a task waits for an acknowledgement, another task, or the end of a state
 */
public record CloneLimits(int maxClones, int maxTasks, Duration keepAliveInterval, Duration patience) {

    /** Those of a MySQL server. */
    public static final CloneLimits MYSQL = new CloneLimits(1, 128, Duration.ofSeconds(5), Duration.ofMinutes(30));

    public CloneLimits {
        if (maxClones < 1 || maxTasks < 1) {
            throw new IllegalArgumentException("clones: " + maxClones + ", tasks: " + maxTasks + " (expected: >= 1)");
        }
        if (keepAliveInterval.toMillis() < 1 || patience.toMillis() < 1) {
            throw new IllegalArgumentException(
                    "keep-alive interval: " + keepAliveInterval + ", patience: " + patience + " (expected: >= 1 ms)");
        }
    }

    public CloneLimits withMaxClones(int value) {
        return new CloneLimits(value, maxTasks, keepAliveInterval, patience);
    }

    public CloneLimits withKeepAliveInterval(Duration value) {
        return new CloneLimits(maxClones, maxTasks, value, patience);
    }

    public CloneLimits withPatience(Duration value) {
        return new CloneLimits(maxClones, maxTasks, keepAliveInterval, value);
    }
}
