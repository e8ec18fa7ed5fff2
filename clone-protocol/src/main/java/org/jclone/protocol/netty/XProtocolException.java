package org.jclone.protocol.netty;

import io.netty.handler.codec.DecoderException;

/**
 * The server sent a greeting of the X protocol: the port is that of mysqlx, 33060 by default.
 *
 * <pre>
 * offset  size  type  field    meaning
 *      0     4  u32   length   bytes that follow; 5
 *      4     1  u8    type     11: NOTICE
 *      5     4  bytes payload  Protobuf: type 5, SERVER_HELLO
 * </pre>
 *
 * <p>Byte order: little-endian. As a classic packet these bytes have length 5 and sequence id 0, and the payload
 * begins with 11. Source: observed with a 9.7 server.
 */
public final class XProtocolException extends DecoderException {

    private static final long serialVersionUID = 1L;

    /** The first byte of the payload, where a classic greeting has its protocol version, 10. */
    static final int NOTICE = 11;

    XProtocolException() {
        super("the server sent a greeting of the X protocol");
    }
}
