package org.jclone.daemon.throttle;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class CautionTest {

    private static final DonorCare CARE = new DonorCare(10, Duration.ofMillis(50), Duration.ofSeconds(5), 80, 2);
    private static final Optional<String> BUSY = Optional.of("30 statements");

    private final Caution caution = new Caution(CARE);
    private long nanos;

    /** A look each 400 ms. */
    private Optional<Caution.Change> look(Optional<String> reason, long rate, long granted) {
        nanos += Duration.ofMillis(400).toNanos();
        return caution.look(reason, nanos, rate, granted);
    }

    /** Returns the limits while the donor is calm, one a second, until there is none; 0 at its end. */
    private List<Long> rise(long granted) {
        List<Long> limits = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            Optional<Caution.Change> change = look(Optional.empty(), 0, granted);
            if (change.isPresent()) {
                limits.add(change.get().cap().orElse(0));
                if (change.get().cap().isEmpty()) {
                    return limits;
                }
            }
        }
        throw new AssertionError("it rises for ever: " + limits);
    }

    @Test
    void leavesADonorAloneThatIsBusyTwiceInARow() {
        assertThat(look(BUSY, 100, 0)).isEmpty();
        assertThat(look(Optional.empty(), 100, 0)).isEmpty();
        assertThat(look(BUSY, 100, 0)).isEmpty();

        assertThat(look(BUSY, 100, 0))
                .contains(new Caution.Change(OptionalLong.of(2), Optional.of("the donor is busy: 30 statements")));
        assertThat(look(BUSY, 2, 0)).isEmpty();
    }

    @Test
    void risesQuicklyToHalfTheRateOfBeforeAndThenSlowly() {
        look(BUSY, 40, 0);
        look(BUSY, 40, 0);
        long before = nanos;

        assertThat(rise(30)).containsExactly(4L, 8L, 16L, 20L, 22L, 24L, 27L, 0L);

        Duration took = Duration.ofNanos(nanos - before);
        assertThat(took).isBetween(Caution.CALM.plusSeconds(7), Caution.CALM.plusSeconds(12));
    }

    @Test
    void risesFromTheBeginningIfTheDonorBecomesBusyAgain() {
        look(BUSY, 64, 0);
        look(BUSY, 64, 0);
        for (int i = 0; i < 20; i++) {
            look(Optional.empty(), 2, 0);
        }
        look(BUSY, 8, 0);
        assertThat(look(BUSY, 8, 0).orElseThrow().cap()).hasValue(2);

        assertThat(rise(10)).containsExactly(4L, 5L, 6L, 7L, 8L, 9L, 0L);
    }

    @Test
    void withoutALimitItEndsBeyondAnyRate() {
        look(BUSY, 1000, 0);
        look(BUSY, 1000, 0);

        assertThat(rise(0)).endsWith(0L).hasSizeLessThan(60);
    }

    @Test
    void namesWhatExceedsItsLimit() {
        DonorLoad load = new DonorLoad(
                OptionalLong.of(20), Duration.ofMillis(30), Optional.of(Duration.ofSeconds(3)), OptionalLong.of(70));
        assertThat(load.reason(CARE, 10)).isEmpty();
        assertThat(load.reason(CARE, 5)).contains("15 statements under way (limit 10)");
        assertThat(load.reason(new DonorCare(0, Duration.ofMillis(20), Duration.ZERO, 0, 1), 0))
                .contains("a statement without work takes 30 ms (limit 20)");
        assertThat(load.reason(new DonorCare(0, Duration.ZERO, Duration.ofSeconds(2), 0, 1), 0))
                .contains("3 s behind its source (limit 2)");
        assertThat(load.reason(new DonorCare(0, Duration.ZERO, Duration.ZERO, 60, 1), 0))
                .contains("the last checkpoint is 70 % of the redo log's capacity ago (limit 60)");
        assertThat(load.reason(DonorCare.NONE, 0)).isEmpty();
    }

    @Test
    void whatIsUnknownIsNoReason() {
        DonorLoad load =
                new DonorLoad(OptionalLong.empty(), Duration.ofMillis(1), Optional.empty(), OptionalLong.empty());
        assertThat(load.reason(CARE, 0)).isEmpty();
    }
}
