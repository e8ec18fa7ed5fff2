package org.jclone.protocol.packet;

import static org.jclone.protocol.wire.FieldWriter.requireU16;
import static org.jclone.protocol.wire.FieldWriter.writeUtf8;

import io.netty.buffer.ByteBuf;
import java.util.regex.Pattern;
import org.jclone.protocol.wire.FieldReader;
import org.jclone.protocol.wire.MalformedPacketException;
import org.jclone.protocol.wire.MessageCodec;

/**
 * An error, in the connection phase and in answer to SQL commands. Errors in clone mode have their own layout.
 *
 * <p>Direction: server to client. Byte order: little-endian.
 *
 * <pre>
 * offset  size  type   field      meaning
 *      0     1  u8     header     0xFF
 *      1     2  u16    errorCode
 *      3     1  ascii  marker     '#'; absent, as is sqlState, before the server knows the client's capabilities
 *      4     5  ascii  sqlState
 *      9     n  utf8   message    to the end; a MySQL server sends at most 511 bytes
 * </pre>
 *
 * <p>Source: docs/protocol/01-wire-protocol.md sections 1.2 and 1.9.
 *
 * @param sqlState five letters and digits, or empty if the packet has none
 */
public record ErrPacket(int errorCode, String sqlState, String message) {

    public static final int HEADER = 0xff;

    public static final MessageCodec<ErrPacket> CODEC = new Codec();

    /** The maximum length of a message: more than any server or proxy sends, and short enough to display. */
    private static final int MAX_MESSAGE_BYTES = 4096;

    private static final char SQL_STATE_MARKER = '#';
    private static final int SQL_STATE_LENGTH = 5;
    private static final Pattern SQL_STATE = Pattern.compile("[0-9A-Za-z]{" + SQL_STATE_LENGTH + '}');

    public ErrPacket {
        requireU16("errorCode", errorCode);
        if (!sqlState.isEmpty() && !SQL_STATE.matcher(sqlState).matches()) {
            throw new IllegalArgumentException("sqlState: " + sqlState + " (expected: five letters and digits)");
        }
        if (sqlState.isEmpty() && message.indexOf(SQL_STATE_MARKER) == 0) {
            throw new IllegalArgumentException("message: begins like an SQLSTATE: " + message);
        }
    }

    /** Returns whether {@code payload} is an ERR packet, in any context. Reads nothing from it. */
    public static boolean isErr(ByteBuf payload) {
        return payload.isReadable() && payload.getUnsignedByte(payload.readerIndex()) == HEADER;
    }

    private static final class Codec implements MessageCodec<ErrPacket> {

        @Override
        public void encode(ErrPacket message, ByteBuf out) {
            out.writeByte(HEADER);
            out.writeShortLE(message.errorCode());
            if (!message.sqlState().isEmpty()) {
                out.writeByte(SQL_STATE_MARKER);
                writeUtf8(out, message.sqlState());
            }
            writeUtf8(out, message.message());
        }

        @Override
        public ErrPacket decode(ByteBuf in) {
            FieldReader fields = FieldReader.littleEndian(in, "ErrPacket");
            fields.header(HEADER);
            int errorCode = fields.u16("errorCode");
            String sqlState = "";
            if (in.isReadable() && in.getByte(in.readerIndex()) == SQL_STATE_MARKER) {
                fields.skip("marker", 1);
                int at = fields.offset();
                sqlState = fields.utf8("sqlState", SQL_STATE_LENGTH);
                if (!SQL_STATE.matcher(sqlState).matches()) {
                    throw new MalformedPacketException("ErrPacket", "sqlState", at, "not five letters and digits");
                }
            }
            return new ErrPacket(errorCode, sqlState, fields.eofText("message", MAX_MESSAGE_BYTES));
        }
    }
}
