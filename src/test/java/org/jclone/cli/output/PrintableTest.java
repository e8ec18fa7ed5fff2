package org.jclone.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PrintableTest {

    @Test
    void ordinaryTextIsLeftAlone() {
        String text = "Tabelle »Größe« 漢字 😀";
        assertThat(Printable.of(text)).isSameAs(text);
    }

    @Test
    void controlCharactersBecomeVisible() {
        assertThat(Printable.of("a\033[2Jb\r\nc\0d\u009be\u202ef"))
                .isEqualTo("a\\u001b[2Jb\\u000d\\u000ac\\u0000d\\u009be\\u202ef");
    }

    @Test
    void lineEndsAndTabsMayStay() {
        assertThat(Printable.lines("a\n\tb\r\033")).isEqualTo("a\n\tb\\u000d\\u001b");
    }
}
