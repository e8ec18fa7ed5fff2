package org.jclone.provision.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GuardTest {

    private static final Instant NOW = Instant.parse("2026-01-02T12:00:00Z");

    /** An estimate of that many seconds in all: half of them copy, none for the first start. */
    private static Estimate estimate(long seconds) {
        long mebibyte = 1 << 20;
        OptionalLong bytes = seconds < 0 ? OptionalLong.empty() : OptionalLong.of(seconds * mebibyte / 2);
        return new Estimate(bytes, new CopyRate(mebibyte, CopyRate.Origin.MEASURED), Duration.ZERO, true);
    }

    private static WriteRate rate(long transactionsIn2Seconds) {
        OptionalLong transactions =
                transactionsIn2Seconds < 0 ? OptionalLong.empty() : OptionalLong.of(transactionsIn2Seconds);
        return new WriteRate(Duration.ofSeconds(2), transactions, OptionalLong.of(4096));
    }

    @ParameterizedTest
    @CsvSource({
        "1000, 20, 100, REFUSED", // 10 a second for 100 seconds
        "1001, 20, 100, OK",
        "1, 0, 100, OK",
        "1, 1, 0, OK",
        "1000, -1, 100, UNKNOWN",
        "1000, 20, -1, UNKNOWN",
        "9223372036854775807, 20, 100, NOT_NEEDED",
        "9223372036854775807, -1, -1, NOT_NEEDED",
        "9223372036854775806, 1000000000, 1000000, OK",
    })
    void aThresholdIsAboveWhatIsWrittenDuringAClone(
            long threshold, long transactions, long seconds, Guard.Outcome outcome) {
        assertThat(Guard.threshold(threshold, rate(transactions), estimate(seconds))
                        .outcome())
                .isEqualTo(outcome);
    }

    @Test
    void theThresholdIsRefusedWithFigures() {
        assertThat(Guard.threshold(1000, rate(20), estimate(100)).text())
                .isEqualTo("the source commits about 1000 transactions during a clone of 100 s (10 transactions/s,"
                        + " 2 KiB/s of binary log, measured over 2 s), and the threshold is 1000:"
                        + " after each clone the next run would clone again");
    }

    @ParameterizedTest
    @CsvSource({
        "101, true, 100, OK",
        "100, true, 100, REFUSED",
        "1, true, 100, REFUSED",
        "1, false, 100, OK",
        "0, true, 100, OK",
        "0, true, -1, OK",
        "2592000, true, -1, UNKNOWN",
    })
    void theSourceKeepsItsLogsUntilTheNewServerHasReadThem(
            long expire, boolean autoPurge, long seconds, Guard.Outcome outcome) {
        assertThat(Guard.retention(new Retention(expire, autoPurge), estimate(seconds))
                        .outcome())
                .isEqualTo(outcome);
    }

    @Test
    void theRetentionIsRefusedWithFigures() {
        assertThat(Guard.retention(new Retention(60, true), estimate(600)).text())
                .isEqualTo("the source keeps its binary logs for 60 s (binlog_expire_logs_seconds=60), and clone,"
                        + " first start and catch-up take about 10 min");
    }

    /** @param hoursAgo of the clones so far, separated by blanks */
    @ParameterizedTest
    @CsvSource({
        "0, '1 2 3', OK",
        "3, '1 2', OK",
        "3, '1 2 3', REFUSED",
        "3, '1 2 24', OK",
        "3, '1 2 23', REFUSED",
        "1, '', OK",
        "1, '5', REFUSED",
    })
    void aTargetIsClonedOnlySoOften(int limit, String hoursAgo, Guard.Outcome outcome) {
        List<Instant> begun = Arrays.stream(hoursAgo.split(" "))
                .filter(word -> !word.isEmpty())
                .map(word -> NOW.minus(Duration.ofHours(Long.parseLong(word))))
                .toList();
        assertThat(Guard.clonesPerDay(limit, begun, NOW).outcome()).isEqualTo(outcome);
    }

    @Test
    void theNextCloneIsPossibleWhenEnoughAreADayOld() {
        List<Instant> begun = List.of(NOW.minusSeconds(60), NOW.minusSeconds(7200), NOW.minusSeconds(3600));
        assertThat(Guard.clonesPerDay(2, begun, NOW).text())
                .isEqualTo("3 clones of this target begun in the last 24 hours, and the limit is 2;"
                        + " the next is possible at 2026-01-03T11:00:00Z");
    }
}
