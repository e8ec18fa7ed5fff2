package org.jclone.provision.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jclone.provision.plan.WriteRate.Look;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EstimateTest {

    private static final long SECOND = 1_000_000_000;

    private static Look look(long seconds, long transactions, Map<String, Long> logs) {
        return new Look(seconds * SECOND, OptionalLong.of(transactions), Optional.of(logs));
    }

    @ParameterizedTest
    @CsvSource({
        "0, -1, 0, 52428800, ASSUMED",
        "0, 1000, 0, 1000, MEASURED",
        "2, 1000, 0, 2097152, GIVEN",
        "0, -1, 10, 10485760, LIMIT",
        "0, -1, 60, 52428800, ASSUMED",
        "20, 1000, 10, 10485760, LIMIT",
        "0, 1000, 10, 1000, MEASURED",
        "0, 0, 0, 52428800, ASSUMED",
    })
    void theRateIsTheBestKnownWithinTheLimit(
            long given, long measured, long limit, long expected, CopyRate.Origin origin) {
        OptionalLong last = measured < 0 ? OptionalLong.empty() : OptionalLong.of(measured);
        assertThat(CopyRate.of(given, last, limit)).isEqualTo(new CopyRate(expected, origin));
    }

    @Test
    void eachAssumptionIsNamed() {
        Estimate estimate =
                new Estimate(OptionalLong.of(500L << 20), CopyRate.ASSUMED, Estimate.ASSUMED_FIRST_START, false);
        assertThat(estimate.total()).contains(Duration.ofSeconds(80));
        assertThat(estimate)
                .hasToString("80 s: copy of 500 MiB at 50 MiB/s (assumed; --expected-rate or a first run gives a better"
                        + " figure) 10 s, first start (assumed) 30 s, catch-up (assumed: as long as both) 40 s");
    }

    @Test
    void withoutASizeThereIsNoEstimate() {
        Estimate estimate = new Estimate(OptionalLong.empty(), CopyRate.ASSUMED, Duration.ZERO, false);
        assertThat(estimate.total()).isEmpty();
        assertThat(estimate).hasToString("unknown: the size of the donor's data cannot be seen");
    }

    @Test
    void theWriteRateCountsWhatAllLogsGrewBy() {
        WriteRate rate = WriteRate.between(
                look(10, 100, Map.of("b.1", 500L, "b.2", 1000L)), look(14, 120, Map.of("b.2", 1500L, "b.3", 300L)));
        assertThat(rate).isEqualTo(new WriteRate(Duration.ofSeconds(4), OptionalLong.of(20), OptionalLong.of(800)));
        assertThat(rate.transactionsIn(Duration.ofSeconds(10))).hasValue(50);
        assertThat(rate.describe(1000))
                .isEqualTo("1000 transactions, about 39.1 KiB of binary log and 3.33 min of the source's writes");
    }

    @Test
    void whatCannotBeCountedIsUnknown() {
        Look reset = look(2, 5, Map.of("b.1", 100L));
        assertThat(WriteRate.between(look(0, 100, Map.of("b.1", 500L)), reset).transactions())
                .isEmpty();
        WriteRate none = WriteRate.between(
                new Look(0, OptionalLong.empty(), Optional.empty()),
                new Look(0, OptionalLong.empty(), Optional.empty()));
        assertThat(none.describe(3)).isEqualTo("3 transactions");
        assertThat(none).hasToString("unknown transactions/s, unknown bytes/s of binary log, measured over 0.00 s");
    }

    @Test
    void anIdleSourceGivesNoAverage() {
        WriteRate idle = WriteRate.between(look(0, 5, Map.of()), look(2, 5, Map.of()));
        assertThat(idle.describe(3)).isEqualTo("3 transactions");
        assertThat(idle.transactionsIn(Duration.ofDays(1))).hasValue(0);
    }
}
