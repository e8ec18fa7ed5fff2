package org.jclone.protocol.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.nio.charset.StandardCharsets;

/** Writes the types of the classic protocol that {@link ByteBuf} lacks, and checks ranges for message constructors. */
public final class FieldWriter {

    private static final long U32_MAX = 0xffff_ffffL;

    private FieldWriter() {}

    /** Writes {@code int<lenenc>} in its shortest form. */
    public static void writeLenencInt(ByteBuf out, long value) {
        if (value < 0) {
            throw new IllegalArgumentException("length-encoded integer: " + value + " (expected: >= 0)");
        } else if (value < 251) {
            out.writeByte((int) value);
        } else if (value < 1 << 16) {
            out.writeByte(0xfc).writeShortLE((int) value);
        } else if (value < 1 << 24) {
            out.writeByte(0xfd).writeMediumLE((int) value);
        } else {
            out.writeByte(0xfe).writeLongLE(value);
        }
    }

    /** Writes {@code string<lenenc>} in UTF-8. */
    public static void writeLenencString(ByteBuf out, String text) {
        writeLenencInt(out, utf8Length(text));
        writeUtf8(out, text);
    }

    public static void writeLenencBytes(ByteBuf out, Bytes bytes) {
        writeLenencInt(out, bytes.length());
        bytes.writeTo(out);
    }

    /** Writes {@code string<NUL>} in UTF-8. */
    public static void writeNulString(ByteBuf out, String text) {
        writeUtf8(out, text);
        out.writeByte(0);
    }

    public static void writeUtf8(ByteBuf out, String text) {
        ByteBufUtil.writeUtf8(out, text);
    }

    public static int utf8Length(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    public static int requireU8(String field, int value) {
        return (int) requireRange(field, value, 0xff);
    }

    public static int requireU16(String field, int value) {
        return (int) requireRange(field, value, 0xffff);
    }

    public static long requireU32(String field, long value) {
        return requireRange(field, value, U32_MAX);
    }

    public static long requireU63(String field, long value) {
        return requireRange(field, value, Long.MAX_VALUE);
    }

    /** @throws IllegalArgumentException if {@code text} cannot be sent as {@code string<NUL>} */
    public static String requireNoNul(String field, String text) {
        if (text.indexOf('\0') >= 0) {
            throw new IllegalArgumentException(field + ": contains NUL");
        }
        return text;
    }

    private static long requireRange(String field, long value, long max) {
        if (value < 0 || value > max) {
            throw new IllegalArgumentException(field + ": " + value + " (expected: 0 to " + max + ')');
        }
        return value;
    }
}
