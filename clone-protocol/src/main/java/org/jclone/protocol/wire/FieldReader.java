package org.jclone.protocol.wire;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * Reads the fields of one message in order. Each failure is a {@link MalformedPacketException} that names the message,
 * the field and its offset. Lengths are checked against the available bytes before anything is allocated.
 */
public final class FieldReader {

    private final ByteBuf in;
    private final String message;
    private final ByteOrder order;
    private final int start;

    private FieldReader(ByteBuf in, String message, ByteOrder order) {
        this.in = in;
        this.message = message;
        this.order = order;
        this.start = in.readerIndex();
    }

    /** Creates a reader for InnoDB descriptors. */
    public static FieldReader bigEndian(ByteBuf in, String message) {
        return new FieldReader(in, message, ByteOrder.BIG_ENDIAN);
    }

    /** Creates a reader for the classic protocol and the envelope of the clone protocol. */
    public static FieldReader littleEndian(ByteBuf in, String message) {
        return new FieldReader(in, message, ByteOrder.LITTLE_ENDIAN);
    }

    /** Reads {@code int<1>}, unsigned. */
    public int u8(String field) {
        require(field, 1);
        return in.readUnsignedByte();
    }

    /** Reads the {@code int<1>} that distinguishes kinds of packets when the caller already knows the kind. */
    public void header(int expected) {
        int at = in.readerIndex();
        int header = u8("header");
        if (header != expected) {
            throw new MalformedPacketException(
                    message, "header", at - start, String.format("0x%02x (expected: 0x%02x)", header, expected));
        }
    }

    /** Reads {@code int<2>}, unsigned. */
    public int u16(String field) {
        require(field, 2);
        return order == ByteOrder.BIG_ENDIAN ? in.readUnsignedShort() : in.readUnsignedShortLE();
    }

    /** Reads {@code int<3>}, unsigned. */
    public int u24(String field) {
        require(field, 3);
        return order == ByteOrder.BIG_ENDIAN ? in.readUnsignedMedium() : in.readUnsignedMediumLE();
    }

    /** Reads {@code int<4>}, unsigned. */
    public long u32(String field) {
        require(field, 4);
        return order == ByteOrder.BIG_ENDIAN ? in.readUnsignedInt() : in.readUnsignedIntLE();
    }

    /**
     * Reads {@code int<8>} and rejects the upper half of its range: no length, offset, LSN or id of MySQL reaches
     * 2^63.
     */
    public long u63(String field) {
        require(field, 8);
        int at = in.readerIndex();
        long value = order == ByteOrder.BIG_ENDIAN ? in.readLong() : in.readLongLE();
        if (value < 0) {
            throw new MalformedPacketException(
                    message, field, at - start, Long.toUnsignedString(value) + " (expected: < 2^63)");
        }
        return value;
    }

    /** Reads {@code int<lenenc>}: one byte below 251, else 0xFC, 0xFD or 0xFE and two, three or eight bytes. */
    public long lenencInt(String field) {
        int at = in.readerIndex();
        int first = u8(field);
        return switch (first) {
            case 0xfc -> u16(field);
            case 0xfd -> u24(field);
            case 0xfe -> u63(field);
            case 0xfb, 0xff ->
                throw new MalformedPacketException(
                        message,
                        field,
                        at - start,
                        "length-encoded integer begins with 0x" + Integer.toHexString(first));
            default -> first;
        };
    }

    /** Reads {@code length} bytes. */
    public Bytes bytes(String field, long length) {
        return Bytes.read(in, checkedLength(field, length));
    }

    /** Reads the bytes up to the end of the message, possibly none. */
    public Bytes remainingBytes() {
        return Bytes.read(in, in.readableBytes());
    }

    /**
     * Reads {@code string<EOF>} as bytes: the rest of the message, which may be empty but must not exceed the maximum
     * length.
     */
    public Bytes remainingBytes(String field, int maxLength) {
        requireAtMost(field, in.readableBytes(), maxLength);
        return remainingBytes();
    }

    /** Reads a length-encoded integer and that many bytes. */
    public Bytes lenencBytes(String field) {
        return bytes(field, lenencInt(field));
    }

    /** Reads {@code string<fix>}: {@code length} bytes of strict UTF-8. */
    public String utf8(String field, long length) {
        int at = in.readerIndex();
        int checked = checkedLength(field, length);
        try {
            String text = strictUtf8(in.nioBuffer(at, checked));
            in.skipBytes(checked);
            return text;
        } catch (CharacterCodingException e) {
            throw new MalformedPacketException(message, field, at - start, "not valid UTF-8");
        }
    }

    /** Reads {@code string<lenenc>}, strict UTF-8. */
    public String lenencString(String field) {
        return utf8(field, lenencInt(field));
    }

    /** Reads {@code string<NUL>}, strict UTF-8, and consumes the terminator. */
    public String nulString(String field) {
        int length = in.bytesBefore((byte) 0);
        if (length < 0) {
            throw malformed(field, "no terminating NUL in the remaining " + in.readableBytes() + " bytes");
        }
        String text = utf8(field, length);
        in.skipBytes(1);
        return text;
    }

    /** Reads {@code string<NUL>} with at most {@code maxLength} bytes before the terminator. */
    public String nulString(String field, int maxLength) {
        int length = in.bytesBefore((byte) 0);
        requireAtMost(field, length, maxLength);
        return nulString(field);
    }

    /**
     * Reads {@code string<EOF>} as text for people, such as an error message. Replaces bytes that are not UTF-8,
     * because a message in an unexpected character set is better than none.
     */
    public String eofText() {
        String text = in.toString(StandardCharsets.UTF_8);
        in.skipBytes(in.readableBytes());
        return text;
    }

    /** Does the same for at most {@code maxLength} bytes. */
    public String eofText(String field, int maxLength) {
        requireAtMost(field, in.readableBytes(), maxLength);
        return eofText();
    }

    public void skip(String field, int length) {
        require(field, length);
        in.skipBytes(length);
    }

    public int remaining() {
        return in.readableBytes();
    }

    /** Returns the number of bytes of the message read so far. */
    public int offset() {
        return in.readerIndex() - start;
    }

    /** @throws MalformedPacketException if any bytes are left */
    public void end() {
        if (in.isReadable()) {
            throw malformed("end", in.readableBytes() + " trailing bytes");
        }
    }

    /** Creates a failure at the current offset, for the caller to throw. */
    public MalformedPacketException malformed(String field, String reason) {
        return new MalformedPacketException(message, field, offset(), reason);
    }

    private int checkedLength(String field, long length) {
        if (length < 0 || length > in.readableBytes()) {
            throw malformed(field, "length " + length + " (expected: <= " + in.readableBytes() + " remaining bytes)");
        }
        return (int) length;
    }

    private void require(String field, int length) {
        if (in.readableBytes() < length) {
            throw malformed(field, "needs " + length + " bytes, " + in.readableBytes() + " left");
        }
    }

    private void requireAtMost(String field, int length, int maxLength) {
        if (length > maxLength) {
            throw malformed(field, "length " + length + " (expected: <= " + maxLength + ')');
        }
    }

    private static String strictUtf8(ByteBuffer bytes) throws CharacterCodingException {
        return StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT)
                .decode(bytes)
                .toString();
    }
}
