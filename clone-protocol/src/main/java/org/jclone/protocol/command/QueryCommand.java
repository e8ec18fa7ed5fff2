package org.jclone.protocol.command;

import static org.jclone.protocol.wire.FieldWriter.writeUtf8;

import io.netty.buffer.ByteBuf;
import org.jclone.protocol.wire.FieldReader;
import org.jclone.protocol.wire.MalformedPacketException;
import org.jclone.protocol.wire.MessageCodec;

/**
 * COM_QUERY: one SQL statement. The answer is a {@link QueryResponse}.
 *
 * <p>Direction: client to server. Byte order: none.
 *
 * <pre>
 * offset  size  type  field              meaning
 *      0     1  u8    code               3
 *      1     1  u8    parameterCount     0; this and the next field only under CLIENT_QUERY_ATTRIBUTES
 *      2     1  u8    parameterSetCount  1
 *      -     n  utf8  sql                to the end
 * </pre>
 *
 * <p>The two forms can be distinguished without the capabilities: no statement begins with a control character below
 * tab. Attributes themselves are not supported, so a first byte of 1 to 8 is rejected. Source:
 * docs/protocol/01-wire-protocol.md sections 1.3 and 5.8, example C13.
 *
 * @param sql not empty
 * @param queryAttributes whether CLIENT_QUERY_ATTRIBUTES was negotiated
 */
public record QueryCommand(String sql, boolean queryAttributes) implements Command {

    public static final MessageCodec<QueryCommand> CODEC = new Codec();

    private static final int NO_PARAMETERS = 0;
    private static final int ONE_PARAMETER_SET = 1;

    private static final char FIRST_CHARACTER = '\t';

    public QueryCommand {
        if (sql.isEmpty() || sql.charAt(0) < FIRST_CHARACTER) {
            throw new IllegalArgumentException("sql: empty, or begins with a control character");
        }
    }

    @Override
    public CommandCode code() {
        return CommandCode.COM_QUERY;
    }

    @Override
    public void encode(ByteBuf out) {
        CODEC.encode(this, out);
    }

    @Override
    public <R> R accept(Handler<R> handler) {
        return handler.onQuery(this);
    }

    private static final class Codec implements MessageCodec<QueryCommand> {

        @Override
        public void encode(QueryCommand message, ByteBuf out) {
            out.writeByte(CommandCode.COM_QUERY.wireCode());
            if (message.queryAttributes()) {
                out.writeByte(NO_PARAMETERS).writeByte(ONE_PARAMETER_SET);
            }
            writeUtf8(out, message.sql());
        }

        @Override
        public QueryCommand decode(ByteBuf in) {
            FieldReader fields = FieldReader.littleEndian(in, "QueryCommand");
            fields.header(CommandCode.COM_QUERY.wireCode());
            boolean queryAttributes = in.isReadable() && in.getByte(in.readerIndex()) == NO_PARAMETERS;
            if (queryAttributes) {
                fields.skip("parameterCount", 1);
                int at = fields.offset();
                int parameterSetCount = fields.u8("parameterSetCount");
                if (parameterSetCount != ONE_PARAMETER_SET) {
                    throw new MalformedPacketException(
                            "QueryCommand", "parameterSetCount", at, parameterSetCount + " (expected: 1)");
                }
            }
            if (!in.isReadable() || in.getUnsignedByte(in.readerIndex()) < FIRST_CHARACTER) {
                throw fields.malformed("sql", "empty, or begins with a control character");
            }
            return new QueryCommand(fields.utf8("sql", fields.remaining()), queryAttributes);
        }
    }
}
