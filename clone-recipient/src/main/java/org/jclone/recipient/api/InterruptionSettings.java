package org.jclone.recipient.api;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * When a connection counts as lost, and how a clone survives that and the death of its process.
 *
 * @param connectTimeout longest time for TCP connect, greeting, TLS and login of one connection; more than 0,
 *     default 10 s
 * @param readTimeout longest silence of the donor before a connection counts as lost; more than 0, default 30 s
 * @param reconnectTimeout how long to look for a way back when a connection broke, 0 to give up at once; without it as
 *     long as the donor keeps its snapshot
 * @param resume what to do with an unfinished clone in the target directory; by default it is refused
 * @param journal whether to keep the journal that makes the clone resumable after the death of this process;
 *     by default it is kept
 */
public record InterruptionSettings(
        Duration connectTimeout,
        Duration readTimeout,
        Optional<Duration> reconnectTimeout,
        ResumeMode resume,
        boolean journal) {

    public static final Duration DEFAULT_CONNECT_TIMEOUT = Duration.ofSeconds(10);

    /** A donor that works gives a sign of life every 5 s. */
    public static final Duration DEFAULT_READ_TIMEOUT = Duration.ofSeconds(30);

    public InterruptionSettings {
        requirePositive("connect timeout", connectTimeout);
        requirePositive("read timeout", readTimeout);
        reconnectTimeout.filter(Duration::isNegative).ifPresent(value -> {
            throw new IllegalArgumentException("reconnect timeout: " + value + " (expected: 0 or more)");
        });
        Objects.requireNonNull(resume, "resume");
    }

    private static void requirePositive(String name, Duration value) {
        if (value.isZero() || value.isNegative()) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: more than 0)");
        }
    }
}
