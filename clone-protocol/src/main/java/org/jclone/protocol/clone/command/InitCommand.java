package org.jclone.protocol.clone.command;

import static org.jclone.protocol.wire.FieldWriter.requireU32;

import io.netty.buffer.ByteBuf;
import java.util.List;
import java.util.Objects;
import org.jclone.protocol.wire.MessageCodec;

/**
 * Starts a clone. It is the first command on the main connection. The locators name the storage engines that the
 * recipient supports; the locator of InnoDB carries only the descriptor version.
 *
 * <p>Direction: recipient to donor. Byte order: little-endian. Answer: parameters and COM_RES_LOCS.
 *
 * <pre>
 * offset  size  type  field            meaning
 *      0     1  u8    code             1
 *      1     4  u32   protocolVersion  the highest that the recipient speaks
 *      5     4  u32   ddl              {@link DdlSettings}
 *      9     n        locators         {@link LocatorEntry}, one after the other to the end
 * </pre>
 *
 * <p>Source: docs/protocol/01-wire-protocol.md sections 3.3 and 4.2.
 */
public record InitCommand(int protocolVersion, DdlSettings ddl, List<LocatorEntry> locators) implements CloneCommand {

    public static final MessageCodec<InitCommand> CODEC =
            new SetupCommandCodec<>(CloneCommandCode.COM_INIT, "InitCommand", InitCommand::new, InitCommand::body);

    public InitCommand {
        requireU32("protocolVersion", protocolVersion);
        Objects.requireNonNull(ddl, "ddl");
        locators = LocatorEntry.copyOf(locators);
    }

    @Override
    public CloneCommandCode code() {
        return CloneCommandCode.COM_INIT;
    }

    @Override
    public void encode(ByteBuf out) {
        CODEC.encode(this, out);
    }

    @Override
    public <R> R accept(Handler<R> handler) {
        return handler.onInit(this);
    }

    private SetupCommandCodec.Body body() {
        return new SetupCommandCodec.Body(protocolVersion, ddl, locators);
    }
}
