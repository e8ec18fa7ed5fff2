package org.jclone.recipient.api;

import java.time.Duration;
import java.util.List;

/**
 * How often to start again if the donor is busy or unreachable before any data flows. Permanent errors, such as a wrong password, are never retried.
 *
 * @param retries after the first attempt; 0 or more, default 0
 * @param waits how long to wait before each retry; the last value applies to all further retries
 */
public record RetryPolicy(int retries, List<Duration> waits) {

    /** No retries. */
    public static final RetryPolicy NONE =
            new RetryPolicy(0, List.of(Duration.ofSeconds(5), Duration.ofSeconds(10), Duration.ofSeconds(30)));

    public RetryPolicy {
        waits = List.copyOf(waits);
        if (retries < 0) {
            throw new IllegalArgumentException("retries: " + retries + " (expected: 0 or more)");
        }
        if (waits.isEmpty() || waits.stream().anyMatch(Duration::isNegative)) {
            throw new IllegalArgumentException("waits before retries: " + waits + " (expected: one or more, none < 0)");
        }
    }

    /**
     * {@return how long to wait before a retry}
     *
     * @param retry from 1
     */
    public Duration waitBefore(int retry) {
        return waits.get(Math.min(retry, waits.size()) - 1);
    }
}
