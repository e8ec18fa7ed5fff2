package org.jclone.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UnitsTest {

    @ParameterizedTest
    @CsvSource({
        "0,0 B",
        "1023,1023 B",
        "1024,1.00 KiB",
        "1536,1.50 KiB",
        "10234,9.99 KiB",
        "10240,10.0 KiB",
        "102400,100 KiB",
        "1048576,1.00 MiB",
        "884998144,844 MiB",
        "4509715661,4.20 GiB",
        "9223372036854775807,8.00 EiB"
    })
    void bytesHaveThreeDigits(long bytes, String expected) {
        assertThat(Units.bytes(bytes)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "0,0.00 s",
        "412,0.41 s",
        "5120,5.12 s",
        "59994,60.0 s",
        "60000,1 min 00 s",
        "200000,3 min 20 s",
        "7500000,2 h 05 min"
    })
    void durationsAreShort(long millis, String expected) {
        assertThat(Units.duration(Duration.ofMillis(millis))).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"7,0:07", "765,12:45", "3750,1:02:30"})
    void timeLeftIsAClock(long seconds, String expected) {
        assertThat(Units.clock(Duration.ofSeconds(seconds))).isEqualTo(expected);
    }

    @Test
    void aRateOverNoTimeIsFinite() {
        assertThat(Units.rate(5, Duration.ZERO)).isEqualTo(5000);
        assertThat(Units.rate(10 << 20, Duration.ofSeconds(2))).isEqualTo(5 << 20);
    }
}
