package org.jclone.protocol.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PrintableTest {

    @Test
    void returnsPrintableTextItself() {
        String text = "table `sch\u00e4ma`.\"t\" \u2026 \ud83d\ude00";
        assertThat(Printable.of(text)).isSameAs(text);
    }

    @Test
    void escapesControlCharacters() {
        assertThat(Printable.of("a\033[2Jb\r\nc\0d\u009be\u202ef"))
                .isEqualTo("a\\u001b[2Jb\\u000d\\u000ac\\u0000d\\u009be\\u202ef");
    }

    @Test
    void escapesInvisibleCharactersAndUnpairedSurrogates() {
        assertThat(Printable.of("a\u200bb\ufeffc\ud83dd\ue000")).isEqualTo("a\\u200bb\\ufeffc\\ud83dd\\ue000");
        assertThat(Printable.of("tag \udb40\udc41")).isEqualTo("tag \\udb40\\udc41");
    }

    @Test
    void keepsLinesOfOurOwnText() {
        assertThat(Printable.lines("a\n\tb\r\033")).isEqualTo("a\n\tb\\u000d\\u001b");
    }
}
