package org.jclone.protocol.wire;

import io.netty.handler.codec.DecoderException;

/** The peer's bytes violate the layout of a message. Carries the message, the field, and the offset in the message. */
public final class MalformedPacketException extends DecoderException {

    private static final long serialVersionUID = 1L;

    private final String message;
    private final String field;
    private final int offset;

    /**
     * @param message name of the message or structure being read, such as {@code HandshakeV10}
     * @param field name of the invalid field
     * @param offset byte offset of that field in the message
     * @param reason what was found and what was expected
     */
    public MalformedPacketException(String message, String field, int offset, String reason) {
        super(message + '.' + field + " at offset " + offset + ": " + reason);
        this.message = message;
        this.field = field;
        this.offset = offset;
    }

    public String messageName() {
        return message;
    }

    public String field() {
        return field;
    }

    public int offset() {
        return offset;
    }
}
