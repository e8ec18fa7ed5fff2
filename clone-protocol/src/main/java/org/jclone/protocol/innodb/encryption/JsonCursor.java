package org.jclone.protocol.innodb.encryption;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** The subset of JSON that a keyring uses, parsed from bytes. Skips white space before each token. */
final class JsonCursor {

    private static final int MAX_STRING_BYTES = 1 << 12;
    private static final int MAX_CHAR_BYTES = 4;

    private final byte[] content;
    private int at;

    JsonCursor(byte[] content) {
        this.content = content;
    }

    boolean startsWith(String text) {
        byte[] expected = text.getBytes(StandardCharsets.US_ASCII);
        return content.length >= expected.length
                && ByteBuffer.wrap(content, 0, expected.length).equals(ByteBuffer.wrap(expected));
    }

    /** Returns the offset of the next token. */
    int offset() {
        while (at < content.length && " \t\r\n".indexOf(content[at]) >= 0) {
            at++;
        }
        return at;
    }

    boolean accept(char token) {
        if (offset() == content.length || content[at] != token) {
            return false;
        }
        at++;
        return true;
    }

    void expect(char token) throws KeyringFormatException {
        if (!accept(token)) {
            throw new KeyringFormatException(at, found() + " (expected: " + token + ')');
        }
    }

    void end() throws KeyringFormatException {
        if (offset() < content.length) {
            throw new KeyringFormatException(at, found() + " (expected: the end)");
        }
    }

    String string() throws KeyringFormatException {
        expect('"');
        ByteBuffer text = ByteBuffer.allocate(Math.min(content.length - at, MAX_STRING_BYTES) + MAX_CHAR_BYTES);
        int start = at;
        while (at < content.length && content[at] != '"') {
            byte next = content[at++];
            if (next >= 0 && next < ' ' || text.remaining() < MAX_CHAR_BYTES) {
                throw new KeyringFormatException(start, "a string that is too long or contains control characters");
            }
            if (next == '\\') {
                text.put(escape());
            } else {
                text.put(next);
            }
        }
        expect('"');
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(text.flip()).toString();
        } catch (CharacterCodingException e) {
            throw new KeyringFormatException(start, "a string that is not valid UTF-8");
        }
    }

    private byte[] escape() throws KeyringFormatException {
        byte kind = at < content.length ? content[at++] : 0;
        char character = switch (kind) {
            case '"', '\\', '/' -> (char) kind;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> unicode();
            default -> throw new KeyringFormatException(at, "an invalid escape sequence");
        };
        return String.valueOf(character).getBytes(StandardCharsets.UTF_8);
    }

    private char unicode() throws KeyringFormatException {
        int value = 0;
        for (int i = 0; i < 4; i++) {
            value = value << 4 | digit();
        }
        if (Character.isSurrogate((char) value)) {
            throw new KeyringFormatException(at, "an escaped surrogate, which no key name contains");
        }
        return (char) value;
    }

    byte[] hexString(int maxLength) throws KeyringFormatException {
        expect('"');
        int start = at;
        int end = start;
        while (end < content.length && content[end] != '"') {
            end++;
        }
        if ((end - start) % 2 != 0 || (end - start) / 2 > maxLength) {
            throw new KeyringFormatException(
                    start, (end - start) + " digits (expected: an even number up to " + 2 * maxLength + ')');
        }
        byte[] value = new byte[(end - start) / 2];
        try {
            for (int i = 0; i < value.length; i++) {
                value[i] = (byte) (digit() << 4 | digit());
            }
            expect('"');
            return value;
        } catch (KeyringFormatException e) {
            Secrets.wipe(value);
            throw e;
        }
    }

    private int digit() throws KeyringFormatException {
        int value = at < content.length ? Character.digit(content[at], 16) : -1;
        if (value < 0) {
            throw new KeyringFormatException(at, "no hex digit");
        }
        at++;
        return value;
    }

    /** Describes the next character, but shows nothing that may be part of a key. */
    private String found() {
        if (at >= content.length) {
            return "the end";
        }
        char c = (char) content[at];
        return "{}[]:,\"".indexOf(c) >= 0 ? String.valueOf(c) : "another character";
    }
}
