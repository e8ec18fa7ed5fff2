package org.jclone.protocol.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SqlTextTest {

    @Test
    void aLiteralEndsWhereItsTextEnds() {
        assertThat(SqlText.literal("it's \\ a\0b\nc\rd\u001a")).isEqualTo("'it''s \\\\ a\\0b\\nc\\rd\\Z'");
    }

    @Test
    void aNameEndsWhereItsTextEnds() {
        assertThat(SqlText.name("a`b")).isEqualTo("`a``b`");
    }
}
