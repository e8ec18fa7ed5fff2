package org.jclone.protocol.command;

import io.netty.buffer.ByteBuf;
import org.jclone.protocol.wire.FieldReader;
import org.jclone.protocol.wire.MalformedPacketException;
import org.jclone.protocol.wire.MessageCodec;

/**
 * A command without a body. The server answers with OK or ERR, except that it closes the connection on COM_QUIT.
 *
 * <p>Direction: client to server. Byte order: none.
 *
 * <pre>
 * offset  size  type  field
 *      0     1  u8    code   {@link CommandCode#wireCode()}
 * </pre>
 *
 * <p>Source: docs/protocol/01-wire-protocol.md sections 2.1 and 5.9.
 *
 * @param code any except COM_QUERY
 */
public record SimpleCommand(CommandCode code) implements Command {

    public static final MessageCodec<SimpleCommand> CODEC = new Codec();

    public SimpleCommand {
        if (code == CommandCode.COM_QUERY) {
            throw new IllegalArgumentException("code: COM_QUERY has a body");
        }
    }

    @Override
    public void encode(ByteBuf out) {
        CODEC.encode(this, out);
    }

    @Override
    public <R> R accept(Handler<R> handler) {
        return handler.onSimple(this);
    }

    private static final class Codec implements MessageCodec<SimpleCommand> {

        @Override
        public void encode(SimpleCommand message, ByteBuf out) {
            out.writeByte(message.code().wireCode());
        }

        @Override
        public SimpleCommand decode(ByteBuf in) {
            FieldReader fields = FieldReader.littleEndian(in, "SimpleCommand");
            int wireCode = fields.u8("code");
            CommandCode code = CommandCode.byWireCode(wireCode)
                    .filter(known -> known != CommandCode.COM_QUERY)
                    .orElseThrow(() -> new MalformedPacketException(
                            "SimpleCommand", "code", 0, wireCode + " (expected: a command without body)"));
            fields.end();
            return new SimpleCommand(code);
        }
    }
}
