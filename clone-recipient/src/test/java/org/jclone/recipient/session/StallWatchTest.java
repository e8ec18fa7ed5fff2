package org.jclone.recipient.session;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jclone.recipient.connection.DonorTimeoutException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the watch makes of a donor that sends nothing but keep-alives. Silence is for {@code DataConnectionTest}. */
class StallWatchTest {

    private long nanos = -TimeUnit.HOURS.toNanos(1);
    private long received;
    private final StallWatch watch =
            new StallWatch(Duration.ofSeconds(30), Duration.ofMinutes(10), () -> received, () -> nanos);

    @BeforeEach
    void begin() {
        watch.check(List.of(), false);
    }

    private void check(long afterMinutes, boolean moved) {
        nanos += TimeUnit.MINUTES.toNanos(afterMinutes);
        watch.check(List.of(), moved);
    }

    @Test
    void givesUpAfterMoreThanHalfAnHourWithoutProgress() {
        check(35, false);
        nanos++;

        assertThatExceptionOfType(DonorTimeoutException.class)
                .isThrownBy(() -> check(0, false))
                .withMessageContaining("silent for 2100 s");
    }

    @Test
    void countsBlocksAsProgress() {
        check(34, false);
        received++;
        check(34, false);

        assertThatCode(() -> check(34, false)).doesNotThrowAnyException();
    }

    @Test
    void countsEventsAsProgress() {
        check(34, false);
        check(34, true);

        assertThatCode(() -> check(34, false)).doesNotThrowAnyException();
    }
}
