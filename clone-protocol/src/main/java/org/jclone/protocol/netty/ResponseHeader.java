package org.jclone.protocol.netty;

import io.netty.buffer.ByteBuf;
import org.jclone.protocol.packet.PacketHeader;
import org.jclone.protocol.wire.MalformedPacketException;

/**
 * The header of the packet being received, and the check of its sequence id. Each message starts at its first sequence
 * id again. Only the further packets of data of 16 MiB and more increment the id; the last of them may be empty.
 * Source: docs/protocol/01-wire-protocol.md, sections 1.1 and 2.3.
 */
final class ResponseHeader {

    private int bytes;
    private int partial;
    private int payloadLength;
    private int sequenceId;
    private boolean continues;

    /**
     * Reads one byte.
     *
     * @param firstSequenceId sequence id with which a new message starts
     * @return whether the header is complete
     */
    boolean read(ByteBuf in, int firstSequenceId) {
        partial |= in.readUnsignedByte() << 8 * bytes;
        if (++bytes < PacketHeader.LENGTH) {
            return false;
        }
        int expected = continues ? sequenceId + 1 & 0xff : firstSequenceId;
        payloadLength = partial & PacketHeader.MAX_PAYLOAD_LENGTH;
        sequenceId = partial >>> 24;
        bytes = 0;
        partial = 0;
        if (sequenceId != expected) {
            throw malformed("sequenceId", 3, sequenceId + " (expected: " + expected + ')');
        }
        if (payloadLength == 0 && !continues) {
            throw malformed("payloadLength", 0, "an empty packet");
        }
        continues = !isLast();
        return true;
    }

    /** Returns the number of bytes after the header. */
    int payloadLength() {
        return payloadLength;
    }

    /** Returns whether the packet ends its message. */
    boolean isLast() {
        return payloadLength < PacketHeader.MAX_PAYLOAD_LENGTH;
    }

    /** Returns whether the next packet continues the message of this one. */
    boolean continues() {
        return continues;
    }

    /** Ends the message with this packet, regardless of its length. */
    void endOfMessage() {
        continues = false;
    }

    private static MalformedPacketException malformed(String field, int offset, String reason) {
        return new MalformedPacketException("CloneResponse", field, offset, reason);
    }
}
