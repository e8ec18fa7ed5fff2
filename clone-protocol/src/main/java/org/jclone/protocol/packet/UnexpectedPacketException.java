package org.jclone.protocol.packet;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.DecoderException;

/** A packet arrived that is not allowed in the current state. */
public final class UnexpectedPacketException extends DecoderException {

    private static final long serialVersionUID = 1L;

    private final String expected;
    private final String packet;

    /**
     * @param expected the expected packet, or the current state
     * @param packet the packet received
     */
    public UnexpectedPacketException(String expected, String packet) {
        super("unexpected packet: " + packet + " (expected: " + expected + ')');
        this.expected = expected;
        this.packet = packet;
    }

    /** Describes a payload of unknown kind by its length and first byte only: the rest may be secret. */
    public static UnexpectedPacketException of(String expected, ByteBuf payload) {
        String packet = payload.isReadable()
                ? String.format(
                        "%d bytes beginning with 0x%02x",
                        payload.readableBytes(), payload.getUnsignedByte(payload.readerIndex()))
                : "an empty payload";
        return new UnexpectedPacketException(expected, packet);
    }

    public String expected() {
        return expected;
    }

    public String packet() {
        return packet;
    }
}
