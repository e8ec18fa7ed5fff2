package org.jclone.protocol.packet;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.DecoderException;

/** A packet came at a moment that allows no such packet. */
public final class UnexpectedPacketException extends DecoderException {

    private static final long serialVersionUID = 1L;

    private final String expected;
    private final String packet;

    /**
     * @param expected what was awaited, or the state that awaited it
     * @param packet what came instead
     */
    public UnexpectedPacketException(String expected, String packet) {
        super("unexpected packet: " + packet + " (expected: " + expected + ')');
        this.expected = expected;
        this.packet = packet;
    }

    /** For a payload of unknown kind, of which only the length and the first byte are told: the rest may be secret. */
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
