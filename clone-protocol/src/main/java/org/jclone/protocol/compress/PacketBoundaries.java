package org.jclone.protocol.compress;

import io.netty.buffer.ByteBuf;
import org.jclone.protocol.packet.PacketHeader;

/** Follows the headers of the ordinary packets in a stream to find where each packet ends. */
final class PacketBoundaries {

    private int headerBytes;
    private int header;
    private int payloadRemaining;

    /** Returns whether the next byte of the stream is the first of a packet. */
    boolean isAtBoundary() {
        return headerBytes == 0 && payloadRemaining == 0;
    }

    /** Advances past all readable bytes, without changing the buffer. */
    void advance(ByteBuf bytes) {
        int at = bytes.readerIndex();
        while (at < bytes.writerIndex()) {
            if (payloadRemaining > 0) {
                int skipped = Math.min(payloadRemaining, bytes.writerIndex() - at);
                payloadRemaining -= skipped;
                at += skipped;
            } else {
                header |= bytes.getUnsignedByte(at++) << 8 * headerBytes;
                if (++headerBytes == PacketHeader.LENGTH) {
                    payloadRemaining = header & PacketHeader.MAX_PAYLOAD_LENGTH;
                    headerBytes = 0;
                    header = 0;
                }
            }
        }
    }
}
