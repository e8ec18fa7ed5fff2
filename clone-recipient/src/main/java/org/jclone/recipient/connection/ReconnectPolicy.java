package org.jclone.recipient.connection;

import java.time.Duration;
import java.util.Random;
import java.util.random.RandomGenerator;

/**
 * When to retry: at once, then after 250 ms, then each time twice as long, up to 5 s. Each wait is shortened by a random
 * part of up to a half, so that many recipients of one donor do not reconnect in step.
 */
public final class ReconnectPolicy {

    private static final Duration FIRST = Duration.ofMillis(250);
    private static final Duration LONGEST = Duration.ofSeconds(5);
    private static final int DOUBLINGS = 5;

    private final RandomGenerator random;

    public ReconnectPolicy() {
        this(new Random());
    }

    ReconnectPolicy(RandomGenerator random) {
        this.random = random;
    }

    /** @param attempt from 1 */
    public Duration waitBefore(int attempt) {
        if (attempt <= 1) {
            return Duration.ZERO;
        }
        long full = Math.min(LONGEST.toMillis(), FIRST.toMillis() << Math.min(DOUBLINGS, attempt - 2));
        return Duration.ofMillis(full - random.nextLong(full / 2 + 1));
    }
}
