package org.jclone.protocol.innodb.descriptor;

import static org.jclone.protocol.wire.FieldWriter.requireU32;

import io.netty.buffer.ByteBuf;
import java.util.Objects;
import org.jclone.protocol.wire.FieldReader;
import org.jclone.protocol.wire.MalformedPacketException;

/**
 * The first bytes of each InnoDB descriptor.
 *
 * <p>Byte order: big-endian.
 *
 * <pre>
 * offset  size  type  field    meaning
 *      0     4  u32   version  {@link #VERSION} in every known release
 *      4     4  u32   length   of the whole descriptor, including this header
 *      8     4  u32   type     {@link DescriptorType#wireCode()}
 * </pre>
 *
 * <p>The version has never changed, even when layouts did. Only the length distinguishes layouts. A descriptor may be
 * longer than the known layout; the additional bytes are ignored. Each side sends the lower of both sides' versions,
 * so any other version is an error.
 *
 * <p>Source: docs/protocol/02-innodb-clone-stream.md section 1.1.
 */
public record DescriptorHeader(long version, long length, DescriptorType type) {

    public static final int LENGTH = 12;
    public static final int VERSION = 100;

    private static final int LENGTH_OFFSET = 4;
    private static final int TYPE_OFFSET = 8;

    public DescriptorHeader {
        requireU32("version", version);
        requireU32("length", length);
        Objects.requireNonNull(type, "type");
    }

    /** Reads the type of the descriptor at the reader index, without moving the index. */
    static DescriptorType peekType(ByteBuf in) {
        if (in.readableBytes() < LENGTH) {
            throw new MalformedPacketException(
                    "DescriptorHeader", "header", 0, "needs " + LENGTH + " bytes, " + in.readableBytes() + " left");
        }
        long code = in.getUnsignedInt(in.readerIndex() + TYPE_OFFSET);
        return DescriptorType.byWireCode(code)
                .orElseThrow(() -> new MalformedPacketException(
                        "DescriptorHeader", "type", TYPE_OFFSET, code + " (expected: 1 to 5)"));
    }

    /** Reads the header of a descriptor that fills its buffer and has at least {@code minLength} bytes. */
    static DescriptorHeader read(FieldReader fields, String message, DescriptorType type, int minLength) {
        DescriptorHeader header = readPadded(fields, message, type, minLength);
        long available = (long) LENGTH + fields.remaining();
        if (header.length != available) {
            throw new MalformedPacketException(
                    message, "length", LENGTH_OFFSET, header.length + " (expected: " + available + ", all received)");
        }
        return header;
    }

    /** Reads the header of a descriptor that other bytes may follow in its buffer. */
    static DescriptorHeader readPadded(FieldReader fields, String message, DescriptorType type, int minLength) {
        long version = fields.u32("version");
        if (version != VERSION) {
            throw new MalformedPacketException(message, "version", 0, version + " (expected: " + VERSION + ')');
        }
        long length = fields.u32("length");
        long code = fields.u32("type");
        if (code != type.wireCode()) {
            throw new MalformedPacketException(
                    message, "type", TYPE_OFFSET, code + " (expected: " + type.wireCode() + ')');
        }
        long available = (long) LENGTH + fields.remaining();
        if (length < minLength || length > available) {
            throw new MalformedPacketException(
                    message,
                    "length",
                    LENGTH_OFFSET,
                    length + " (expected: >= " + minLength + " and <= " + available + " available bytes)");
        }
        return new DescriptorHeader(version, length, type);
    }

    void writeTo(ByteBuf out) {
        out.writeInt((int) version);
        out.writeInt((int) length);
        out.writeInt(type.wireCode());
    }
}
