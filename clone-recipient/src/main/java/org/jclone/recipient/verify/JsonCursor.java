package org.jclone.recipient.verify;

import java.io.IOException;
import java.io.Reader;
import java.util.HashMap;
import java.util.Map;

/**
 * Reads a manifest's JSON (RFC 8259) front to back, one object at a time, so that memory use does not depend on the
 * number of files. Values are strings, whole numbers, null, objects of such values, and one array of objects.
 */
final class JsonCursor {

    private static final int MAX_STRING = 1 << 14;
    private static final int MAX_MEMBERS = 64;

    private final Reader in;
    private int next;
    private long offset = -1;

    /** @param in buffered, or in memory */
    JsonCursor(Reader in) throws IOException {
        this.in = in;
        advance();
    }

    void expect(char token) throws IOException {
        if (!accept(token)) {
            throw malformed("expected: " + token);
        }
    }

    boolean accept(char token) throws IOException {
        while (next == ' ' || next == '\n' || next == '\r' || next == '\t') {
            advance();
        }
        if (next != token) {
            return false;
        }
        advance();
        return true;
    }

    /** Reads an object whose values are scalars, by name: strings unchanged, numbers as digits. Omits null values. */
    Map<String, String> flatObject() throws IOException {
        Map<String, String> members = new HashMap<>();
        expect('{');
        if (accept('}')) {
            return members;
        }
        do {
            String name = string();
            expect(':');
            String value = scalar();
            if (value != null) {
                members.put(name, value);
            }
            if (members.size() > MAX_MEMBERS) {
                throw malformed("expected: at most " + MAX_MEMBERS + " members");
            }
        } while (accept(','));
        expect('}');
        return members;
    }

    private String scalar() throws IOException {
        if (accept('"')) {
            return restOfString();
        }
        StringBuilder word = new StringBuilder();
        while (next >= '0' && next <= '9' || next >= 'a' && next <= 'z' || next == '-') {
            word.append((char) next);
            advance();
            if (word.length() > 20) {
                throw malformed("expected: a number of at most 20 digits");
            }
        }
        if (word.toString().equals("null")) {
            return null;
        }
        if (!word.toString().matches("-?[0-9]+")) {
            throw malformed("expected: a string, a whole number or null");
        }
        return word.toString();
    }

    String string() throws IOException {
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

    IOException malformed(String expected) {
        return new IOException("not a manifest, at character " + offset + " (" + expected + ')');
    }
}
