package org.jclone.protocol.compress;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.ByteBuffer;
import org.jclone.protocol.packet.PacketHeader;

/**
 * Wraps ordinary packets in compressed packets. Sections that are short or do not shrink are stored uncompressed.
 *
 * <p>If the input begins with an ordinary packet of sequence id 0, the sequence ids of the compressed packets restart
 * at 0; otherwise they continue. Source: docs/protocol/01-wire-protocol.md sections 1.8 and 2.3.
 */
public final class CompressedPacketWriter {

    /** Shorter sections are never compressed. */
    static final int MIN_COMPRESSED_BYTES = 50;

    private final PacketCompression compression;
    private final CompressedSequence sequence;
    private final PacketBoundaries boundaries = new PacketBoundaries();

    public CompressedPacketWriter(PacketCompression compression, CompressedSequence sequence) {
        this.compression = compression;
        this.sequence = sequence;
    }

    /**
     * Reads all of {@code packets}. The caller still owns the buffer.
     *
     * @param packets ordinary packets with their headers; a packet may be continued by the next call
     * @return compressed packets, which the caller releases
     */
    public ByteBuf write(ByteBuf packets, ByteBufAllocator allocator) {
        if (beginsAnExchange(packets)) {
            sequence.begin();
        }
        boundaries.advance(packets);
        ByteBuf out = allocator.directBuffer(CompressedPacketHeader.LENGTH + packets.readableBytes());
        try {
            while (packets.isReadable()) {
                int length = Math.min(packets.readableBytes(), CompressedPacketHeader.MAX_LENGTH);
                writeOne(packets.readSlice(length), out);
            }
            return out;
        } catch (RuntimeException e) {
            out.release();
            throw e;
        }
    }

    private boolean beginsAnExchange(ByteBuf packets) {
        return boundaries.isAtBoundary()
                && packets.readableBytes() >= PacketHeader.LENGTH
                && packets.getByte(packets.readerIndex() + PacketHeader.LENGTH - 1) == 0;
    }

    private void writeOne(ByteBuf stretch, ByteBuf out) {
        int sequenceId = sequence.next();
        sequence.passed(sequenceId);
        int start = out.writerIndex();
        int length = stretch.readableBytes();
        out.ensureWritable(CompressedPacketHeader.LENGTH + length);
        out.writerIndex(start + CompressedPacketHeader.LENGTH);
        int bodyLength = compress(stretch, out);
        boolean stored = bodyLength == 0;
        if (stored) {
            out.writeBytes(stretch, stretch.readerIndex(), length);
        }
        CompressedPacketHeader header =
                new CompressedPacketHeader(stored ? length : bodyLength, sequenceId, stored ? 0 : length);
        CompressedPacketHeader.CODEC.encode(
                header, out.slice(start, CompressedPacketHeader.LENGTH).writerIndex(0));
    }

    /** Returns the length of the compressed body, or 0 if the section is not compressed. */
    private int compress(ByteBuf stretch, ByteBuf out) {
        int length = stretch.readableBytes();
        if (length < MIN_COMPRESSED_BYTES) {
            return 0;
        }
        ByteBuffer body = out.nioBuffer(out.writerIndex(), length - 1); // must shrink
        int start = body.position();
        if (!compression.compress(DirectBytes.of(stretch), body)) {
            return 0;
        }
        int bodyLength = body.position() - start;
        out.writerIndex(out.writerIndex() + bodyLength);
        return bodyLength;
    }
}
