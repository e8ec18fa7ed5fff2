package org.jclone.protocol.packet;

import static org.jclone.protocol.wire.FieldWriter.requireU16;
import static org.jclone.protocol.wire.FieldWriter.requireU63;
import static org.jclone.protocol.wire.FieldWriter.writeLenencInt;

import io.netty.buffer.ByteBuf;
import org.jclone.protocol.wire.FieldReader;
import org.jclone.protocol.wire.MessageCodec;

/**
 * Reports success: of the authentication, of a command, or of a whole result set.
 *
 * <p>Direction: server to client. Byte order: little-endian.
 *
 * <pre>
 * size    type    field         meaning
 *    1    u8      header        0x00, or 0xFE after the rows of a result set ({@link #END_OF_ROWS_CODEC})
 *  1-9    lenenc  affectedRows
 *  1-9    lenenc  lastInsertId
 *    2    u16     statusFlags   {@link ServerStatus}
 *    2    u16     warnings
 *    n            info          text and session state, depending on capabilities and statusFlags; ignored
 * </pre>
 *
 * <p>Source: docs/protocol/01-wire-protocol.md section 1.7; the second header: the manual's description of
 * CLIENT_DEPRECATE_EOF.
 */
public record OkPacket(long affectedRows, long lastInsertId, int statusFlags, int warnings) {

    public static final int HEADER = 0x00;

    public static final MessageCodec<OkPacket> CODEC = new Codec(HEADER);

    /**
     * The form that ends the rows of a result set under CLIENT_DEPRECATE_EOF, where 0x00 would begin an empty string.
     */
    public static final MessageCodec<OkPacket> END_OF_ROWS_CODEC = new Codec(EofPacket.HEADER);

    public OkPacket {
        requireU63("affectedRows", affectedRows);
        requireU63("lastInsertId", lastInsertId);
        requireU16("statusFlags", statusFlags);
        requireU16("warnings", warnings);
    }

    private record Codec(int header) implements MessageCodec<OkPacket> {

        @Override
        public void encode(OkPacket message, ByteBuf out) {
            out.writeByte(header);
            writeLenencInt(out, message.affectedRows());
            writeLenencInt(out, message.lastInsertId());
            out.writeShortLE(message.statusFlags());
            out.writeShortLE(message.warnings());
        }

        @Override
        public OkPacket decode(ByteBuf in) {
            FieldReader fields = FieldReader.littleEndian(in, "OkPacket");
            fields.header(header);
            long affectedRows = fields.lenencInt("affectedRows");
            long lastInsertId = fields.lenencInt("lastInsertId");
            int statusFlags = fields.u16("statusFlags");
            int warnings = fields.u16("warnings");
            fields.skip("info", fields.remaining());
            return new OkPacket(affectedRows, lastInsertId, statusFlags, warnings);
        }
    }
}
