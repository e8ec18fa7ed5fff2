package org.jclone.protocol.compress;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.ByteBuffer;
import org.jclone.protocol.wire.MalformedPacketException;

/**
 * Decompresses packets to the stream of ordinary packets.
 *
 * <pre>
 *   HEADER ──7 bytes, uncompressedLength = 0──► STORED ─────all passed on────► HEADER
 *     └──────7 bytes, else────────────────────► COMPRESSED ──whole body──────► HEADER
 * </pre>
 *
 * <p>A body may contain a key in plain text, which compression does not hide. Each body is therefore overwritten after
 * use.
 *
 * <p>A sequence id is the next one of its exchange, or 0 where an ordinary packet begins: each response of a clone is
 * a new exchange. Source: docs/protocol/01-wire-protocol.md sections 1.8 and 2.3.
 */
public final class CompressedPacketReader {

    private final PacketCompression compression;
    private final CompressedSequence sequence;
    private final int maxUncompressedBytes;
    private final PacketBoundaries boundaries = new PacketBoundaries();

    private ByteBuf partial; // part of a header or of a compressed body
    private CompressedPacketHeader header;
    private int storedRemaining;
    private long bodyBytes;

    /** @param maxUncompressedBytes the maximum decompressed length of a body, which bounds the allocation */
    public CompressedPacketReader(
            PacketCompression compression, CompressedSequence sequence, int maxUncompressedBytes) {
        this.compression = compression;
        this.sequence = sequence;
        this.maxUncompressedBytes = maxUncompressedBytes;
    }

    /**
     * Reads more of {@code in}, not necessarily to its end.
     *
     * @return a section of the stream, which the caller releases; or null if all of {@code in} is read and more input
     *     is needed
     */
    public ByteBuf read(ByteBuf in, ByteBufAllocator allocator) {
        while (in.isReadable()) {
            if (header == null) {
                readHeader(in, allocator);
            } else {
                ByteBuf stretch = header.isStored() ? readStored(in) : readCompressed(in, allocator);
                if (stretch != null) {
                    return stretch;
                }
            }
        }
        return null;
    }

    private void readHeader(ByteBuf in, ByteBufAllocator allocator) {
        ByteBuf whole = whole(in, CompressedPacketHeader.LENGTH, allocator);
        if (whole == null) {
            return;
        }
        try {
            header = CompressedPacketHeader.CODEC.decode(whole);
        } finally {
            whole.release();
        }
        check(header);
        sequence.passed(header.sequenceId());
        storedRemaining = header.bodyLength();
        bodyBytes += header.bodyLength();
    }

    private void check(CompressedPacketHeader read) {
        int expected = sequence.next();
        if (read.sequenceId() != expected && !(read.sequenceId() == 0 && boundaries.isAtBoundary())) {
            throw malformed("sequenceId", 3, read.sequenceId() + " (expected: " + expected + ')');
        }
        if (read.uncompressedLength() > maxUncompressedBytes) {
            throw malformed(
                    "uncompressedLength",
                    4,
                    read.uncompressedLength() + " (expected: <= " + maxUncompressedBytes + ')');
        }
        if (!read.isStored() && read.bodyLength() > maxUncompressedBytes) {
            throw malformed("bodyLength", 0, read.bodyLength() + " (expected: <= " + maxUncompressedBytes + ')');
        }
    }

    private ByteBuf readStored(ByteBuf in) {
        ByteBuf stretch = in.readRetainedSlice(Math.min(storedRemaining, in.readableBytes()));
        storedRemaining -= stretch.readableBytes();
        if (storedRemaining == 0) {
            header = null;
        }
        boundaries.advance(stretch);
        return stretch;
    }

    private ByteBuf readCompressed(ByteBuf in, ByteBufAllocator allocator) {
        ByteBuf body = whole(in, header.bodyLength(), allocator);
        if (body == null) {
            return null;
        }
        int length = header.uncompressedLength();
        header = null;
        ByteBuf stretch = allocator.directBuffer(length);
        ByteBuffer source = DirectBytes.of(body);
        try {
            compression.decompress(source, stretch.internalNioBuffer(0, length));
            stretch.writerIndex(length);
            boundaries.advance(stretch);
            return stretch;
        } catch (RuntimeException e) {
            wipe(stretch);
            throw e;
        } finally {
            DirectBytes.wipe(source);
            wipe(body);
        }
    }

    /** Returns the next {@code length} bytes in one piece, or null after storing the bytes that are available. */
    private ByteBuf whole(ByteBuf in, int length, ByteBufAllocator allocator) {
        if (partial == null && in.readableBytes() >= length) {
            return in.readRetainedSlice(length);
        }
        if (partial == null) {
            partial = allocator.directBuffer(length, length);
        }
        int count = Math.min(in.readableBytes(), partial.maxWritableBytes());
        partial.writeBytes(in, count);
        in.setZero(in.readerIndex() - count, count);
        if (partial.readableBytes() < length) {
            return null;
        }
        ByteBuf whole = partial;
        partial = null;
        return whole;
    }

    /**
     * Returns the total length of all bodies begun so far, which the donor's and the recipient's statistics call
     * network bytes.
     */
    public long bodyBytes() {
        return bodyBytes;
    }

    /** Frees the stored part of an incomplete body. */
    public void release() {
        if (partial != null) {
            wipe(partial);
            partial = null;
        }
    }

    private static void wipe(ByteBuf bytes) {
        bytes.setZero(0, bytes.capacity());
        bytes.release();
    }

    private static MalformedPacketException malformed(String field, int offset, String reason) {
        return new MalformedPacketException("CompressedPacketHeader", field, offset, reason);
    }
}
