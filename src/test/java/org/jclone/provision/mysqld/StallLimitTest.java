package org.jclone.provision.mysqld;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class StallLimitTest {

    private final AtomicLong nanos = new AtomicLong();
    private final StallLimit limit = new StallLimit(Duration.ofSeconds(10), nanos::get);

    private boolean after(int seconds, Object look) {
        nanos.addAndGet(Duration.ofSeconds(seconds).toNanos());
        return limit.isExceededBy(look);
    }

    @Test
    void countsFromTheLastChange() {
        assertThat(after(9, "a")).isFalse();
        assertThat(after(9, "b")).isFalse();
        assertThat(after(10, "b")).isFalse();
        assertThat(after(1, "b")).isTrue();
        assertThat(after(100, "a")).isFalse();
    }
}
