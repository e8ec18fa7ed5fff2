package org.jclone.protocol.command;

import io.netty.buffer.ByteBuf;
import org.jclone.protocol.packet.UnexpectedPacketException;
import org.jclone.protocol.wire.FieldReader;

/** A message that a client sends in the command phase, always with sequence id 0. */
public sealed interface Command permits SimpleCommand, QueryCommand {

    CommandCode code();

    /** Appends the payload, code and body, to {@code out}. */
    void encode(ByteBuf out);

    /** Calls the method of {@code handler} for this command. */
    <R> R accept(Handler<R> handler);

    /**
     * Decodes a whole payload, as a server does.
     *
     * @throws UnexpectedPacketException if the code is not one of {@link CommandCode}
     */
    static Command decode(ByteBuf payload) {
        int wireCode = FieldReader.littleEndian(payload.duplicate(), "Command").u8("code");
        CommandCode code =
                CommandCode.byWireCode(wireCode).orElseThrow(() -> UnexpectedPacketException.of("a command", payload));
        return switch (code) {
            case COM_QUERY -> QueryCommand.CODEC.decode(payload);
            case COM_QUIT, COM_PING, COM_RESET_CONNECTION, COM_CLONE -> SimpleCommand.CODEC.decode(payload);
        };
    }

    /** Has one method per kind of command. */
    interface Handler<R> {
        R onSimple(SimpleCommand command);

        R onQuery(QueryCommand command);
    }
}
