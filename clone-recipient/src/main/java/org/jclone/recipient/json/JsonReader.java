package org.jclone.recipient.json;

import java.io.IOException;
import java.io.Reader;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;

/**
 * Reads JSON (RFC 8259) front to back, one object at a time, so that memory use does not depend on the length of the
 * text.
 */
public final class JsonReader {

    private static final int MAX_STRING = 1 << 14;
    private static final int MAX_MEMBERS = 64;
    private static final int MAX_NUMBER = 32;
    private static final Pattern WORD = Pattern.compile("-?[0-9]+(\\.[0-9]+)?([eE][+-]?[0-9]+)?|true|false|null");

    private final Reader in;
    private int next;
    private long offset = -1;

    /** @param in buffered, or in memory */
    public JsonReader(Reader in) throws IOException {
        this.in = in;
        advance();
    }

    public void expect(char token) throws IOException {
        if (!accept(token)) {
            throw malformed("expected: " + token);
        }
    }

    public boolean accept(char token) throws IOException {
        skipBlanks();
        if (next != token) {
            return false;
        }
        advance();
        return true;
    }

    /** Returns whether only blanks follow. */
    public boolean isAtEnd() throws IOException {
        skipBlanks();
        return next < 0;
    }

    private void skipBlanks() throws IOException {
        while (next == ' ' || next == '\n' || next == '\r' || next == '\t') {
            advance();
        }
    }

    /** Reads an object: strings unchanged, numbers, true and false as written. Skips null, objects and arrays. */
    public Map<String, String> object() throws IOException {
        Map<String, String> members = new HashMap<>();
        object(members::put);
        return members;
    }

    /** Reads an object, and passes its members on one by one: those before a fault count. */
    public void object(BiConsumer<String, String> member) throws IOException {
        expect('{');
        if (accept('}')) {
            return;
        }
        int count = 0;
        do {
            String name = string();
            expect(':');
            value().ifPresent(value -> member.accept(name, value));
            if (++count > MAX_MEMBERS) {
                throw malformed("expected: at most " + MAX_MEMBERS + " members");
            }
        } while (accept(','));
        expect('}');
    }

    private Optional<String> value() throws IOException {
        if (accept('"')) {
            return Optional.of(restOfString());
        }
        if (next == '{' || next == '[') {
            skipNested();
            return Optional.empty();
        }
        StringBuilder word = new StringBuilder();
        while (next >= '0' && next <= '9' || next >= 'a' && next <= 'z' || next == 'E' || "+-.".indexOf(next) >= 0) {
            word.append((char) next);
            advance();
            if (word.length() > MAX_NUMBER) {
                throw malformed("expected: a number of at most " + MAX_NUMBER + " characters");
            }
        }
        if (!WORD.matcher(word).matches()) {
            throw malformed("expected: a value");
        }
        return Optional.of(word.toString()).filter(text -> !text.equals("null"));
    }

    private void skipNested() throws IOException {
        int depth = 0;
        do {
            if (next < 0) {
                throw malformed("expected: the end of an object or array");
            }
            if (accept('"')) {
                restOfString();
                continue;
            }
            if (next == '{' || next == '[') {
                depth++;
            } else if (next == '}' || next == ']') {
                depth--;
            }
            advance();
        } while (depth > 0);
    }

    public String string() throws IOException {
        expect('"');
        return restOfString();
    }

    private String restOfString() throws IOException {
        StringBuilder text = new StringBuilder();
        while (next != '"') {
            if (next < ' ') {
                throw malformed("expected: a character of a string");
            }
            char character = (char) next;
            advance();
            text.append(character == '\\' ? escaped() : character);
            if (text.length() > MAX_STRING) {
                throw malformed("expected: a string of at most " + MAX_STRING + " characters");
            }
        }
        advance();
        return text.toString();
    }

    private char escaped() throws IOException {
        int kind = next;
        advance();
        return switch (kind) {
            case '"', '\\', '/' -> (char) kind;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> unicode();
            default -> throw malformed("expected: an escape that JSON has");
        };
    }

    private char unicode() throws IOException {
        int value = 0;
        for (int i = 0; i < 4; i++) {
            int digit = Character.digit(next, 16);
            if (digit < 0) {
                throw malformed("expected: a hex digit");
            }
            value = value << 4 | digit;
            advance();
        }
        return (char) value;
    }

    private void advance() throws IOException {
        next = in.read();
        offset++;
    }

    public IOException malformed(String expected) {
        return new IOException("unexpected JSON at character " + offset + " (" + expected + ')');
    }
}
