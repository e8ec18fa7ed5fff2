package org.jclone.protocol.clone.command;

import io.netty.buffer.ByteBuf;
import org.jclone.protocol.wire.MessageCodec;

/**
 * Asks the donor to stream on this connection until the clone is complete: one byte, code 4, and no body.
 *
 * <p>Direction: recipient to donor, after COM_INIT, COM_ATTACH or COM_REINIT succeeds.
 *
 * <p>Source: docs/protocol/01-wire-protocol.md sections 3.1 and 5.5.
 */
public enum ExecuteCommand implements CloneCommand {
    INSTANCE;

    public static final MessageCodec<ExecuteCommand> CODEC = new Codec();

    @Override
    public CloneCommandCode code() {
        return CloneCommandCode.COM_EXECUTE;
    }

    @Override
    public void encode(ByteBuf out) {
        CODEC.encode(this, out);
    }

    @Override
    public <R> R accept(Handler<R> handler) {
        return handler.onExecute(this);
    }

    private static final class Codec implements MessageCodec<ExecuteCommand> {

        @Override
        public void encode(ExecuteCommand message, ByteBuf out) {
            out.writeByte(CloneCommandCode.COM_EXECUTE.wireCode());
        }

        @Override
        public ExecuteCommand decode(ByteBuf in) {
            CommandReader.open(in, "ExecuteCommand", CloneCommandCode.COM_EXECUTE)
                    .end();
            return INSTANCE;
        }
    }
}
