package org.jclone.daemon.throttle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ThrottleScheduleTest {

    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

    private static ThrottleSchedule schedule(String... rules) {
        return new ThrottleSchedule(
                Arrays.stream(rules).map(ThrottleRule::parse).toList(), BERLIN);
    }

    private static Instant berlin(String local) {
        return LocalDateTime.parse(local).atZone(BERLIN).toInstant();
    }

    /** 2026-11-30 is a Monday. */
    @ParameterizedTest
    @CsvSource({
        "2026-11-30T07:59:59, 200",
        "2026-11-30T08:00:00, 50",
        "2026-11-30T17:59:59, 50",
        "2026-11-30T18:00:00, 200",
        "2026-11-30T22:00:00, 0",
        "2026-12-01T05:59:59, 0",
        "2026-12-01T06:00:00, 200",
        "2026-12-05T12:00:00, 200",
        "2026-12-05T23:00:00, 0",
        "2026-12-07T12:00:00, 50",
    })
    void theFirstRuleThatHoldsCounts(String local, long limit) {
        ThrottleSchedule schedule = schedule("Mon-Fri 08:00-18:00=50", "22:00-06:00=unlimited", "00:00-24:00=200");

        assertThat(schedule.at(berlin(local)).map(ThrottleRule::dataMiBPerSecond))
                .contains(limit);
    }

    @Test
    void aRuleOverMidnightBelongsToTheDayOfItsBegin() {
        ThrottleSchedule schedule = schedule("Fri 22:00-06:00=10");

        assertThat(schedule.at(berlin("2026-12-04T23:00:00"))).isPresent();
        assertThat(schedule.at(berlin("2026-12-05T05:00:00"))).isPresent();
        assertThat(schedule.at(berlin("2026-12-04T05:00:00"))).isEmpty();
        assertThat(schedule.at(berlin("2026-12-05T23:00:00"))).isEmpty();
    }

    @Test
    void daysMayWrapAroundTheWeek() {
        ThrottleSchedule schedule = schedule("Sat-Mon,Wed 00:00-24:00=1");

        assertThat(schedule.at(berlin("2026-11-30T00:00:00"))).isPresent(); // Monday
        assertThat(schedule.at(berlin("2026-12-01T12:00:00"))).isEmpty();
        assertThat(schedule.at(berlin("2026-12-02T12:00:00"))).isPresent();
        assertThat(schedule.at(berlin("2026-12-05T23:59:00"))).isPresent();
    }

    @Test
    void tellsWhenTheNextRuleHolds() {
        ThrottleSchedule schedule = schedule("Mon-Fri 08:00-18:00=50");

        assertThat(schedule.nextChange(berlin("2026-11-30T12:00:00"))).contains(berlin("2026-11-30T18:00:00"));
        assertThat(schedule.nextChange(berlin("2026-12-04T18:00:00"))).contains(berlin("2026-12-07T08:00:00"));
        assertThat(schedule("00:00-24:00=5").nextChange(berlin("2026-11-30T12:00:00")))
                .isEmpty();
        assertThat(schedule().nextChange(berlin("2026-11-30T12:00:00"))).isEqualTo(Optional.empty());
    }

    /** On 2026-03-29 the clock goes from 02:00 to 03:00. */
    @Test
    void aRuleInTheSkippedHourDoesNotHold() {
        ThrottleSchedule schedule = schedule("02:15-02:45=7");
        Instant before = Instant.parse("2026-03-29T00:59:59Z");

        assertThat(schedule.at(before)).isEmpty();
        assertThat(schedule.at(Instant.parse("2026-03-29T01:00:00Z"))).isEmpty();
        assertThat(schedule.nextChange(before)).contains(berlin("2026-03-30T02:15:00"));
    }

    @Test
    void aRuleThatBeginsInTheSkippedHourHoldsAfterIt() {
        ThrottleSchedule schedule = schedule("02:30-04:00=7");
        Instant skipped = Instant.parse("2026-03-29T01:00:00Z");

        assertThat(schedule.nextChange(skipped.minusSeconds(60))).contains(skipped);
        assertThat(schedule.at(skipped)).isPresent();
        assertThat(schedule.nextChange(skipped)).contains(Instant.parse("2026-03-29T02:00:00Z"));
    }

    /** On 2026-10-25 the hour from 02:00 to 03:00 comes twice. */
    @Test
    void aRuleInTheRepeatedHourHoldsTwice() {
        ThrottleSchedule schedule = schedule("02:15-02:45=7");
        Instant first = Instant.parse("2026-10-25T00:15:00Z");
        Instant firstEnd = Instant.parse("2026-10-25T00:45:00Z");
        Instant second = Instant.parse("2026-10-25T01:15:00Z");

        assertThat(schedule.nextChange(first.minusSeconds(60))).contains(first);
        assertThat(schedule.nextChange(first)).contains(firstEnd);
        assertThat(schedule.nextChange(firstEnd)).contains(second);
        assertThat(schedule.at(second)).isPresent();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "08:00=50",
                "25:00-06:00=5",
                "08:00-18:60=5",
                "Mon-Fry 08:00-18:00=5",
                "Mon-Tue-Wed 08:00-18:00=5",
                "08:00-18:00=-1",
                "08:00-18:00=fast",
                "08:00-18:00=1048577",
                "Mon, 08:00-18:00=5"
            })
    void refusesWhatIsNoRule(String text) {
        assertThatThrownBy(() -> ThrottleRule.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected: ");
    }
}
