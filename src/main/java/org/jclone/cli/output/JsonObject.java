package org.jclone.cli.output;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jclone.protocol.text.Printable;

/** Writes one JSON object (RFC 8259) on one line, with its members in insertion order. */
public final class JsonObject {

    private final StringBuilder text = new StringBuilder("{");

    public JsonObject put(String name, String value) {
        name(name);
        string(value);
        return this;
    }

    public JsonObject put(String name, long value) {
        name(name).append(value);
        return this;
    }

    /** Adds a duration in seconds, with milliseconds as decimals. */
    public JsonObject putMillisAsSeconds(String name, long millis) {
        String fraction = String.valueOf(Math.abs(millis % 1000));
        name(name)
                .append(millis / 1000)
                .append('.')
                .append("0".repeat(3 - fraction.length()))
                .append(fraction);
        return this;
    }

    public JsonObject put(String name, boolean value) {
        name(name).append(value);
        return this;
    }

    /** Adds null if the value is unknown. */
    public JsonObject putIfKnown(String name, Optional<Boolean> value) {
        name(name).append(value.map(Object::toString).orElse("null"));
        return this;
    }

    public JsonObject put(String name, JsonObject value) {
        name(name).append(value);
        return this;
    }

    /** Adds null if there is no value. */
    public JsonObject put(String name, Optional<String> value) {
        name(name);
        value.ifPresentOrElse(this::string, () -> text.append("null"));
        return this;
    }

    public JsonObject put(String name, List<JsonObject> values) {
        name(name).append('[');
        for (int i = 0; i < values.size(); i++) {
            text.append(i == 0 ? "" : ",").append(values.get(i));
        }
        text.append(']');
        return this;
    }

    public JsonObject putStrings(String name, List<String> values) {
        name(name).append('[');
        for (int i = 0; i < values.size(); i++) {
            text.append(i == 0 ? "" : ",");
            string(values.get(i));
        }
        text.append(']');
        return this;
    }

    /** Adds an object with one member per entry, in the map's order. */
    public JsonObject put(String name, Map<String, String> members) {
        JsonObject object = new JsonObject();
        members.forEach(object::put);
        name(name).append(object);
        return this;
    }

    @Override
    public String toString() {
        return text + "}";
    }

    private StringBuilder name(String name) {
        if (text.length() > 1) {
            text.append(',');
        }
        string(name);
        return text.append(':');
    }

    private void string(String value) {
        text.append('"');
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            switch (c) {
                case '"' -> text.append("\\\"");
                case '\\' -> text.append("\\\\");
                case '\n' -> text.append("\\n");
                case '\r' -> text.append("\\r");
                case '\t' -> text.append("\\t");
                default -> {
                    if (isEscaped(value, i)) {
                        Printable.appendEscape(text, c);
                    } else {
                        text.append(c);
                    }
                }
            }
        }
        text.append('"');
    }

    /**
     * Escapes control characters, since a terminal may show the text, and unpaired surrogates, which UTF-8 cannot
     * encode.
     */
    private static boolean isEscaped(String value, int i) {
        boolean secondHalf = i > 0 && Character.isSurrogatePair(value.charAt(i - 1), value.charAt(i));
        return !Printable.isSafe(value.codePointAt(secondHalf ? i - 1 : i));
    }
}
