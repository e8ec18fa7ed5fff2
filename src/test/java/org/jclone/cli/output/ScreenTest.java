package org.jclone.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ScreenTest {

    private static final String ERASE = "\r\033[J";

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final Screen screen = new Screen(new PrintStream(bytes, true, StandardCharsets.UTF_8));

    @Test
    void printsPlainLinesWithoutAStatus() {
        screen.println("one");
        screen.printLines("two\nthree");
        assertThat(printed()).isEqualTo("one\ntwo\nthree\n");
    }

    @Test
    void keepsALineOnOneLine() {
        screen.println("one\ntwo");
        assertThat(printed()).isEqualTo("one\\u000atwo\n");
    }

    @Test
    void redrawsTheStatusInPlace() {
        screen.setStatus("10 %");
        screen.setStatus("20 %");
        screen.setStatus("20 %");
        screen.setStatus("");
        assertThat(printed()).isEqualTo(drawn("10 %") + ERASE + drawn("20 %") + ERASE);
    }

    @Test
    void printsLinesAboveTheStatus() {
        screen.setStatus("10 %");
        screen.println("log");
        assertThat(printed()).isEqualTo(drawn("10 %") + ERASE + "log\n" + drawn("10 %"));
    }

    @Test
    void textCannotMoveTheCursor() {
        screen.println("file \033[2Jx");
        screen.setStatus("a\nb");
        assertThat(printed()).isEqualTo("file \\u001b[2Jx\n" + drawn("a\\u000ab"));
    }

    private static String drawn(String status) {
        return "\033[?7l" + status + "\033[?7h";
    }

    private String printed() {
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
