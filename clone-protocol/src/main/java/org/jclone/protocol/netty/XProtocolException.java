package org.jclone.protocol.netty;

import io.netty.handler.codec.DecoderException;

/**
 * The server greeted with the X protocol: the port is that of mysqlx, 33060 by default.
 *
 * <pre>
 * offset  size  type  field    meaning
 *      0     4  u32   length   of what follows; 5
 *      4     1  u8    type     11: NOTICE
 *      5     4  bytes payload  Protobuf: type 5, SERVER_HELLO
 * </pre>
 *
 * <p>Byte order: little-endian. Read as a classic packet it is one of five bytes with sequence id 0 that begins with
 * 11. Source: what a server of 9.7 sends.
 */
public final class XProtocolException extends DecoderException {

    private static final long serialVersionUID = 1L;

    /** The first byte in the place where the classic greeting has its protocol version, 10. */
    static final int NOTICE = 11;

    XProtocolException() {
        super("the X protocol's greeting");
    }
}
