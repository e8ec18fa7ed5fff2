package org.jclone.protocol.clone.command;

import io.netty.buffer.ByteBuf;
import java.util.List;
import org.jclone.protocol.wire.FieldReader;
import org.jclone.protocol.wire.MalformedPacketException;
import org.jclone.protocol.wire.MessageCodec;

/**
 * The common layout of COM_INIT, COM_ATTACH and COM_REINIT.
 *
 * <pre>
 * offset  size  type  field            meaning
 *      0     1  u8    code             {@link CloneCommandCode#wireCode()}
 *      1     4  u32   protocolVersion  COM_INIT: the highest that the recipient speaks; else the negotiated one
 *      5     4  u32   ddl              {@link DdlSettings}
 *      9     n        locators         {@link LocatorEntry}, one after the other to the end
 * </pre>
 *
 * <p>Byte order: little-endian. Source: docs/protocol/01-wire-protocol.md section 3.3.
 */
final class SetupCommandCodec<T extends CloneCommand> implements MessageCodec<T> {

    /** The fields of a command with this layout. */
    record Body(int protocolVersion, DdlSettings ddl, List<LocatorEntry> locators) {}

    /** Constructs the command. */
    interface Factory<T> {

        T create(int protocolVersion, DdlSettings ddl, List<LocatorEntry> locators);
    }

    /** Accesses the fields of the command. */
    interface Parts<T> {

        Body of(T message);
    }

    private final CloneCommandCode code;
    private final String name;
    private final Factory<T> factory;
    private final Parts<T> parts;

    SetupCommandCodec(CloneCommandCode code, String name, Factory<T> factory, Parts<T> parts) {
        this.code = code;
        this.name = name;
        this.factory = factory;
        this.parts = parts;
    }

    @Override
    public void encode(T message, ByteBuf out) {
        Body body = parts.of(message);
        out.writeByte(code.wireCode());
        out.writeIntLE(body.protocolVersion());
        body.ddl().writeTo(out);
        body.locators().forEach(locator -> locator.writeTo(out));
    }

    @Override
    public T decode(ByteBuf in) {
        FieldReader fields = CommandReader.open(in, name, code);
        int versionOffset = fields.offset();
        long protocolVersion = fields.u32("protocolVersion");
        if (protocolVersion > Integer.MAX_VALUE) {
            throw new MalformedPacketException(
                    name, "protocolVersion", versionOffset, protocolVersion + " (expected: < 2^31)");
        }
        DdlSettings ddl = DdlSettings.read(fields);
        return factory.create((int) protocolVersion, ddl, LocatorEntry.readAll(fields));
    }
}
