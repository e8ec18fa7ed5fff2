package org.jclone.protocol.clone.command;

import static org.jclone.protocol.wire.FieldWriter.requireU32;

import io.netty.buffer.ByteBuf;
import java.util.List;
import java.util.Objects;
import org.jclone.protocol.wire.MessageCodec;

/**
 * Adds a task to a running clone. It is the first command on a worker's connection. The locators are those of the
 * donor's COM_RES_LOCS.
 *
 * <p>Direction: recipient to donor. Byte order: little-endian. Answer: COM_RES_LOCS, possibly after a long time
 * because the donor waits for the end of INIT or of a state transition.
 *
 * <pre>
 * offset  size  type  field            meaning
 *      0     1  u8    code             2
 *      1     4  u32   protocolVersion  the negotiated one
 *      5     4  u32   ddl              {@link DdlSettings}
 *      9     n        locators         {@link LocatorEntry}, one after the other to the end
 * </pre>
 *
 * <p>Source: docs/protocol/01-wire-protocol.md section 3.3.
 */
public record AttachCommand(int protocolVersion, DdlSettings ddl, List<LocatorEntry> locators) implements CloneCommand {

    public static final MessageCodec<AttachCommand> CODEC = new SetupCommandCodec<>(
            CloneCommandCode.COM_ATTACH, "AttachCommand", AttachCommand::new, AttachCommand::body);

    public AttachCommand {
        requireU32("protocolVersion", protocolVersion);
        Objects.requireNonNull(ddl, "ddl");
        locators = LocatorEntry.copyOf(locators);
    }

    @Override
    public CloneCommandCode code() {
        return CloneCommandCode.COM_ATTACH;
    }

    @Override
    public void encode(ByteBuf out) {
        CODEC.encode(this, out);
    }

    @Override
    public <R> R accept(Handler<R> handler) {
        return handler.onAttach(this);
    }

    private SetupCommandCodec.Body body() {
        return new SetupCommandCodec.Body(protocolVersion, ddl, locators);
    }
}
