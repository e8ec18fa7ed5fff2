package org.jclone.recipient.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.io.StringReader;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonReaderTest {

    private static Map<String, String> read(String text) throws IOException {
        return new JsonReader(new StringReader(text)).object();
    }

    @Test
    void readsScalars() throws IOException {
        assertThat(read("{ \"s\" : \"a\\\"\\\\\\n\\u00e4\", \"n\":-12, \"d\": 1.5e+3, \"t\": true, \"none\": null}"))
                .containsOnly(
                        Map.entry("s", "a\"\\\nä"),
                        Map.entry("n", "-12"),
                        Map.entry("d", "1.5e+3"),
                        Map.entry("t", "true"));
        assertThat(read("{}")).isEmpty();
    }

    @Test
    void readsWhatALineWrites() throws IOException {
        String text = "\u0001\t\"\\ä 漢 \ud83d\ude00";
        assertThat(read(new JsonLine().put(text, text).put("n", Long.MIN_VALUE).toString()))
                .containsOnly(Map.entry(text, text), Map.entry("n", "-9223372036854775808"));
    }

    @Test
    void skipsNestedValues() throws IOException {
        assertThat(read("{\"a\": {\"b\": [1, {\"c\": \"]}\"}]}, \"d\": [], \"e\": \"x\"}"))
                .containsOnly(Map.entry("e", "x"));
    }

    @Test
    void keepsTheMembersBeforeAFault() {
        Map<String, String> members = new LinkedHashMap<>();
        assertThatIOException()
                .isThrownBy(() -> new JsonReader(new StringReader("{\"a\": 1, \"b\": \"cut")).object(members::put));
        assertThat(members).containsOnly(Map.entry("a", "1"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[]",
                "{\"a\"}",
                "{\"a\":}",
                "{\"a\": 1",
                "{\"a\": 1,}",
                "{\"a\": 1 \"b\": 2}",
                "{\"a\": nul}",
                "{\"a\": 1.}",
                "{\"a\": \"\\x\"}",
                "{\"a\": \"\\u12g4\"}",
                "{\"a\": \"\n\"}",
                "{\"a\": [1, {\"b\": 2}",
                "{\"a\": 111111111111111111111111111111111}",
            })
    void refusesAnythingElse(String text) {
        assertThatIOException().isThrownBy(() -> read(text)).withMessageContaining("at character");
    }

    @Test
    void refusesMoreThanItHasRoomFor() {
        StringBuilder many = new StringBuilder("{\"a\": 0");
        for (int i = 0; i < 64; i++) {
            many.append(", \"a").append(i).append("\": 0");
        }
        assertThatIOException()
                .isThrownBy(() -> read(many.append('}').toString()))
                .withMessageContaining("64 members");
        assertThatIOException()
                .isThrownBy(() -> read("{\"a\": \"" + "x".repeat(1 << 15) + "\"}"))
                .withMessageContaining("16384 characters");
    }
}
