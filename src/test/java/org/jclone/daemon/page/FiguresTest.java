package org.jclone.daemon.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class FiguresTest {

    @Test
    void hasThreeDigitsOfBytes() {
        assertThat(Figures.bytes(0)).isEqualTo("0 B");
        assertThat(Figures.bytes(1023)).isEqualTo("1023 B");
        assertThat(Figures.bytes(1024)).isEqualTo("1.00 KiB");
        assertThat(Figures.bytes(1_048_575)).isEqualTo("1024 KiB");
        assertThat(Figures.bytes(4_509_715_661L)).isEqualTo("4.20 GiB");
        assertThat(Figures.bytes(883_949_568)).isEqualTo("843 MiB");
        assertThat(Figures.bytes(12_897_484)).isEqualTo("12.3 MiB");
        assertThat(Figures.bytes(Long.MAX_VALUE)).isEqualTo("8.00 EiB");
        assertThat(Figures.rate(2048)).isEqualTo("2.00 KiB/s");
    }

    @Test
    void separatesThousands() {
        assertThat(Figures.count(7)).isEqualTo("7");
        assertThat(Figures.count(1234)).isEqualTo("1\u202f234");
        assertThat(Figures.count(1_234_567)).isEqualTo("1\u202f234\u202f567");
        assertThat(Figures.count(-123)).isEqualTo("-123");
    }

    @Test
    void roundsDurationsToWhatMatters() {
        assertThat(Figures.duration(Duration.ofMillis(7_900))).isEqualTo("7 s");
        assertThat(Figures.duration(Duration.ofSeconds(200))).isEqualTo("3 min 20 s");
        assertThat(Figures.duration(Duration.ofMinutes(125))).isEqualTo("2 h 05 min");
        assertThat(Figures.duration(Duration.ofHours(99))).isEqualTo("4 d 03 h");
        assertThat(Figures.duration(Duration.ofSeconds(-5))).isEqualTo("0 s"); // of two clocks
    }

    @Test
    void knowsPercentOfNothing() {
        assertThat(Figures.percent(1, 0)).isZero();
        assertThat(Figures.percent(1, 3)).isEqualTo(33);
        assertThat(Figures.percent(5, 3)).isEqualTo(100);
        assertThat(Figures.percent(Long.MAX_VALUE / 2 + 1, Long.MAX_VALUE)).isEqualTo(50);
    }

    @Test
    void saysTimesInUtc() {
        Instant time = Instant.parse("2026-11-30T12:34:56.789Z");
        assertThat(Figures.time(time).html()).isEqualTo("<time datetime=\"2026-11-30T12:34:56.789Z\">12:34:56</time>");
        assertThat(Figures.dateAndTime(time).html()).contains(">2026-11-30 12:34:56<");
    }
}
