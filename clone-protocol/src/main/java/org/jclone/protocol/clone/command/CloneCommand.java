package org.jclone.protocol.clone.command;

import io.netty.buffer.ByteBuf;
import org.jclone.protocol.wire.FieldReader;
import org.jclone.protocol.wire.MalformedPacketException;

/**
 * A message from the recipient to the donor in clone mode. The donor answers with zero or more responses and then
 * COM_RES_COMPLETE or COM_RES_ERROR, or closes the socket.
 *
 * <p>Byte order: little-endian. Every message begins with one byte, {@link CloneCommandCode#wireCode()}; the layout
 * tables count offsets from there.
 *
 * <p>Source: docs/protocol/01-wire-protocol.md sections 2.4 and 3.
 */
public sealed interface CloneCommand
        permits InitCommand, AttachCommand, ReinitCommand, ExecuteCommand, AckCommand, ExitCommand {

    CloneCommandCode code();

    /** Appends code and body to {@code out}. */
    void encode(ByteBuf out);

    <R> R accept(Handler<R> handler);

    /**
     * Decodes the command that fills {@code payload}, including its code.
     *
     * @throws MalformedPacketException if bytes are missing, left over or out of range
     */
    static CloneCommand decode(ByteBuf payload) {
        int wireCode =
                FieldReader.littleEndian(payload.duplicate(), "CloneCommand").u8("code");
        CloneCommandCode code = CloneCommandCode.byWireCode(wireCode)
                .orElseThrow(() ->
                        new MalformedPacketException("CloneCommand", "code", 0, wireCode + " (expected: 1 to 6)"));
        return switch (code) {
            case COM_INIT -> InitCommand.CODEC.decode(payload);
            case COM_ATTACH -> AttachCommand.CODEC.decode(payload);
            case COM_REINIT -> ReinitCommand.CODEC.decode(payload);
            case COM_EXECUTE -> ExecuteCommand.CODEC.decode(payload);
            case COM_ACK -> AckCommand.CODEC.decode(payload);
            case COM_EXIT -> ExitCommand.CODEC.decode(payload);
        };
    }

    /** Has one method per command, so that code that does not handle a new command does not compile. */
    interface Handler<R> {

        R onInit(InitCommand command);

        R onAttach(AttachCommand command);

        R onReinit(ReinitCommand command);

        R onExecute(ExecuteCommand command);

        R onAck(AckCommand command);

        R onExit(ExitCommand command);
    }
}
