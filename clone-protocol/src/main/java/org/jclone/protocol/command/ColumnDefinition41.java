package org.jclone.protocol.command;

import static org.jclone.protocol.wire.FieldWriter.requireU16;
import static org.jclone.protocol.wire.FieldWriter.requireU32;
import static org.jclone.protocol.wire.FieldWriter.requireU8;
import static org.jclone.protocol.wire.FieldWriter.writeLenencInt;
import static org.jclone.protocol.wire.FieldWriter.writeLenencString;

import io.netty.buffer.ByteBuf;
import org.jclone.protocol.wire.FieldReader;
import org.jclone.protocol.wire.MalformedPacketException;
import org.jclone.protocol.wire.MessageCodec;

/**
 * Describes one column of a result set.
 *
 * <p>Direction: server to client. Byte order: little-endian.
 *
 * <pre>
 * size  type    field         meaning
 *    n  lenenc  catalog       "def"
 *    n  lenenc  schema
 *    n  lenenc  table         alias
 *    n  lenenc  orgTable
 *    n  lenenc  name          alias
 *    n  lenenc  orgName
 *    1  lenenc  fixedLength   12, the bytes that follow
 *    2  u16     characterSet  id of a collation
 *    4  u32     columnLength
 *    1  u8      type
 *    2  u16     flags
 *    1  u8      decimals
 *    2  bytes   filler        0
 * </pre>
 *
 * <p>Source: the manual's page on Protocol::ColumnDefinition41.
 */
public record ColumnDefinition41(
        String catalog,
        String schema,
        String table,
        String orgTable,
        String name,
        String orgName,
        int characterSet,
        long columnLength,
        int type,
        int flags,
        int decimals) {

    public static final MessageCodec<ColumnDefinition41> CODEC = new Codec();

    private static final int FIXED_LENGTH = 12;
    private static final int FILLER_LENGTH = 2;

    private static final int UTF8MB4_0900_AI_CI = 255;
    private static final int MYSQL_TYPE_VAR_STRING = 253;
    private static final int DYNAMIC_DECIMALS = 31;
    private static final int TEXT_LENGTH = 0xffff;

    public ColumnDefinition41 {
        requireU16("characterSet", characterSet);
        requireU32("columnLength", columnLength);
        requireU8("type", type);
        requireU16("flags", flags);
        requireU8("decimals", decimals);
    }

    /** Creates a text column that belongs to no table, such as that of {@code SELECT @@version}. */
    public static ColumnDefinition41 text(String name) {
        return new ColumnDefinition41(
                "def",
                "",
                "",
                "",
                name,
                "",
                UTF8MB4_0900_AI_CI,
                TEXT_LENGTH,
                MYSQL_TYPE_VAR_STRING,
                0,
                DYNAMIC_DECIMALS);
    }

    private static final class Codec implements MessageCodec<ColumnDefinition41> {

        @Override
        public void encode(ColumnDefinition41 message, ByteBuf out) {
            writeLenencString(out, message.catalog());
            writeLenencString(out, message.schema());
            writeLenencString(out, message.table());
            writeLenencString(out, message.orgTable());
            writeLenencString(out, message.name());
            writeLenencString(out, message.orgName());
            writeLenencInt(out, FIXED_LENGTH);
            out.writeShortLE(message.characterSet());
            out.writeIntLE((int) message.columnLength());
            out.writeByte(message.type());
            out.writeShortLE(message.flags());
            out.writeByte(message.decimals());
            out.writeZero(FILLER_LENGTH);
        }

        @Override
        public ColumnDefinition41 decode(ByteBuf in) {
            FieldReader fields = FieldReader.littleEndian(in, "ColumnDefinition41");
            String catalog = fields.lenencString("catalog");
            String schema = fields.lenencString("schema");
            String table = fields.lenencString("table");
            String orgTable = fields.lenencString("orgTable");
            String name = fields.lenencString("name");
            String orgName = fields.lenencString("orgName");
            int at = fields.offset();
            long fixedLength = fields.lenencInt("fixedLength");
            if (fixedLength != FIXED_LENGTH) {
                throw new MalformedPacketException(
                        "ColumnDefinition41", "fixedLength", at, fixedLength + " (expected: " + FIXED_LENGTH + ')');
            }
            int characterSet = fields.u16("characterSet");
            long columnLength = fields.u32("columnLength");
            int type = fields.u8("type");
            int flags = fields.u16("flags");
            int decimals = fields.u8("decimals");
            fields.skip("filler", FILLER_LENGTH);
            fields.end();
            return new ColumnDefinition41(
                    catalog, schema, table, orgTable, name, orgName, characterSet, columnLength, type, flags, decimals);
        }
    }
}
