package org.jclone.protocol.packet;

import static org.jclone.protocol.wire.FieldWriter.requireU16;

import io.netty.buffer.ByteBuf;
import org.jclone.protocol.wire.FieldReader;
import org.jclone.protocol.wire.MessageCodec;

/**
 * Ends the column definitions and the rows of a result set if CLIENT_DEPRECATE_EOF was not negotiated.
 *
 * <p>Direction: server to client. Byte order: little-endian.
 *
 * <pre>
 * offset  size  type  field        meaning
 *      0     1  u8    header       0xFE
 *      1     2  u16   warnings
 *      3     2  u16   statusFlags  {@link ServerStatus}
 * </pre>
 *
 * <p>Source: the manual's page on EOF_Packet.
 */
public record EofPacket(int warnings, int statusFlags) {

    public static final int HEADER = 0xfe;

    public static final MessageCodec<EofPacket> CODEC = new Codec();

    public EofPacket {
        requireU16("warnings", warnings);
        requireU16("statusFlags", statusFlags);
    }

    private static final class Codec implements MessageCodec<EofPacket> {

        @Override
        public void encode(EofPacket message, ByteBuf out) {
            out.writeByte(HEADER);
            out.writeShortLE(message.warnings());
            out.writeShortLE(message.statusFlags());
        }

        @Override
        public EofPacket decode(ByteBuf in) {
            FieldReader fields = FieldReader.littleEndian(in, "EofPacket");
            fields.header(HEADER);
            int warnings = fields.u16("warnings");
            int statusFlags = fields.u16("statusFlags");
            fields.end();
            return new EofPacket(warnings, statusFlags);
        }
    }
}
