package org.jclone.protocol.clone.command;

import static org.jclone.protocol.wire.FieldWriter.requireU32;

import io.netty.buffer.ByteBuf;
import java.util.List;
import java.util.Objects;
import org.jclone.protocol.wire.MessageCodec;

/**
 * Resumes a clone after a network failure. It is the first command on a new main connection. The locators state what
 * the recipient already has.
 *
 * <p>Direction: recipient to donor. Byte order: little-endian. Answer: COM_RES_LOCS.
 *
 * <pre>
 * offset  size  type  field            meaning
 *      0     1  u8    code             3
 *      1     4  u32   protocolVersion  the negotiated one
 *      5     4  u32   ddl              {@link DdlSettings}
 *      9     n        locators         {@link LocatorEntry}, one after the other to the end
 * </pre>
 *
 * <p>Source: docs/protocol/01-wire-protocol.md sections 3.3 and 8.
 */
public record ReinitCommand(int protocolVersion, DdlSettings ddl, List<LocatorEntry> locators) implements CloneCommand {

    public static final MessageCodec<ReinitCommand> CODEC = new SetupCommandCodec<>(
            CloneCommandCode.COM_REINIT, "ReinitCommand", ReinitCommand::new, ReinitCommand::body);

    public ReinitCommand {
        requireU32("protocolVersion", protocolVersion);
        Objects.requireNonNull(ddl, "ddl");
        locators = LocatorEntry.copyOf(locators);
    }

    @Override
    public CloneCommandCode code() {
        return CloneCommandCode.COM_REINIT;
    }

    @Override
    public void encode(ByteBuf out) {
        CODEC.encode(this, out);
    }

    @Override
    public <R> R accept(Handler<R> handler) {
        return handler.onReinit(this);
    }

    private SetupCommandCodec.Body body() {
        return new SetupCommandCodec.Body(protocolVersion, ddl, locators);
    }
}
