package org.jclone.recipient.api;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * When a connection counts as lost, and how a clone survives lost connections and the death of its process.
 *
 * @param readTimeout longest silence of the donor before a connection counts as lost; more than 0, default 30 s
 * @param transitionTimeout longest silence of the donor between two states of its snapshot, where it sends no sign of
 *     life while it waits for transactions in its binary log; more than 0, default 6 min
 * @param reconnectTimeout how long to try to reconnect after a connection is lost, 0 to give up at once; by default as long as the donor keeps its snapshot
 * @param resume what to do with an unfinished clone in the target directory; by default it is refused
 * @param replacesOther with {@link ResumeMode#AUTO}, whether to remove the unfinished clone of another server at once, although
 *     that one may still have the snapshot; by default it is kept until that server must have dropped the snapshot
 * @param journal whether to keep the journal that makes the clone resumable after the death of this process;
 *     by default it is kept
 * @param retry whether to start again after a failure before data flows; by default not
 */
public record InterruptionSettings(
        Duration readTimeout,
        Duration transitionTimeout,
        Optional<Duration> reconnectTimeout,
        ResumeMode resume,
        boolean replacesOther,
        boolean journal,
        RetryPolicy retry) {

    /** A working donor sends a sign of life every 5 s. */
    public static final Duration DEFAULT_READ_TIMEOUT = Duration.ofSeconds(30);

    /** A donor waits up to 5 min for transactions that are prepared in its binary log. */
    public static final Duration DEFAULT_TRANSITION_TIMEOUT = Duration.ofMinutes(6);

    /** The defaults. */
    public static final InterruptionSettings DEFAULT = new InterruptionSettings(
            DEFAULT_READ_TIMEOUT,
            DEFAULT_TRANSITION_TIMEOUT,
            Optional.empty(),
            ResumeMode.NEVER,
            false,
            true,
            RetryPolicy.NONE);

    public InterruptionSettings {
        requirePositive("read timeout", readTimeout);
        requirePositive("transition timeout", transitionTimeout);
        reconnectTimeout.filter(Duration::isNegative).ifPresent(value -> {
            throw new IllegalArgumentException("reconnect timeout: " + value + " (expected: 0 or more)");
        });
        Objects.requireNonNull(resume, "resume");
        Objects.requireNonNull(retry, "retry");
    }

    /** {@return the longest silence to accept while the donor is, or may be, between two states} */
    public Duration longestSilence() {
        return transitionTimeout.compareTo(readTimeout) > 0 ? transitionTimeout : readTimeout;
    }

    /**
     * {@return the same settings with another {@code readTimeout}}
     *
     * @param value the new one
     */
    public InterruptionSettings withReadTimeout(Duration value) {
        return RecordCopy.with(this, "readTimeout", value);
    }

    /**
     * {@return the same settings with another {@code transitionTimeout}}
     *
     * @param value the new one
     */
    public InterruptionSettings withTransitionTimeout(Duration value) {
        return RecordCopy.with(this, "transitionTimeout", value);
    }

    /**
     * {@return the same settings with another {@code reconnectTimeout}}
     *
     * @param value the new one
     */
    public InterruptionSettings withReconnectTimeout(Duration value) {
        return RecordCopy.with(this, "reconnectTimeout", Optional.of(value));
    }

    /**
     * {@return the same settings with another {@code resume}}
     *
     * @param value the new one
     */
    public InterruptionSettings withResume(ResumeMode value) {
        return RecordCopy.with(this, "resume", value);
    }

    /**
     * {@return the same settings with another {@code replacesOther}}
     *
     * @param value the new one
     */
    public InterruptionSettings withReplacesOther(boolean value) {
        return RecordCopy.with(this, "replacesOther", value);
    }

    /**
     * {@return the same settings with another {@code journal}}
     *
     * @param value the new one
     */
    public InterruptionSettings withJournal(boolean value) {
        return RecordCopy.with(this, "journal", value);
    }

    /**
     * {@return the same settings with another {@code retry}}
     *
     * @param value the new one
     */
    public InterruptionSettings withRetry(RetryPolicy value) {
        return RecordCopy.with(this, "retry", value);
    }

    static void requirePositive(String name, Duration value) {
        if (value.isZero() || value.isNegative()) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: more than 0)");
        }
    }
}
