package org.jclone.donor.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LikePatternTest {

    @ParameterizedTest
    @CsvSource({
        "%, innodb_page_size, true",
        "'', a, false",
        "'', '', true",
        "INNODB\\_page%, innodb_page_size, true",
        "innodb\\_page, innodbXpage, false",
        "innodb_page, innodbXpage, true",
        "%_size, innodb_page_size, true",
        "%page%, innodb_page_size, true",
        "%page%page%, innodb_page_size, false",
        "a%b%c, aXbbXcXc, true",
        "a%b%c, aXbbXcXd, false",
        "_, '', false",
        "100\\%, 100%, true",
    })
    void matchesAsLikeDoes(String pattern, String text, boolean matches) {
        assertThat(LikePattern.of(pattern).matches(text)).isEqualTo(matches);
    }

    @Test
    void matchesManyWildcardsQuickly() {
        LikePattern pattern = LikePattern.of("%_".repeat(2000) + "%x");

        assertTimeoutPreemptively(
                Duration.ofSeconds(5),
                () -> assertThat(pattern.matches("a".repeat(4000))).isFalse());
    }
}
