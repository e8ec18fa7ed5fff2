package org.jclone.protocol.clone.command;

import io.netty.buffer.ByteBuf;
import org.jclone.protocol.wire.MessageCodec;

/**
 * Leaves clone mode: one byte, code 6, and no body. After the answer the connection accepts SQL again.
 *
 * <p>Direction: recipient to donor, on every connection. On the main connection the donor waits until the workers have
 * left.
 *
 * <p>Source: docs/protocol/01-wire-protocol.md sections 2.2 and 5.9.
 */
public enum ExitCommand implements CloneCommand {
    INSTANCE;

    public static final MessageCodec<ExitCommand> CODEC = new Codec();

    @Override
    public CloneCommandCode code() {
        return CloneCommandCode.COM_EXIT;
    }

    @Override
    public void encode(ByteBuf out) {
        CODEC.encode(this, out);
    }

    @Override
    public <R> R accept(Handler<R> handler) {
        return handler.onExit(this);
    }

    private static final class Codec implements MessageCodec<ExitCommand> {

        @Override
        public void encode(ExitCommand message, ByteBuf out) {
            out.writeByte(CloneCommandCode.COM_EXIT.wireCode());
        }

        @Override
        public ExitCommand decode(ByteBuf in) {
            CommandReader.open(in, "ExitCommand", CloneCommandCode.COM_EXIT).end();
            return INSTANCE;
        }
    }
}
