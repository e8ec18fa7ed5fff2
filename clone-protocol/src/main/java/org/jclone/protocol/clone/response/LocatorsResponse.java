package org.jclone.protocol.clone.response;

import static org.jclone.protocol.wire.FieldWriter.requireU32;

import io.netty.buffer.ByteBuf;
import java.util.List;
import org.jclone.protocol.clone.command.LocatorEntry;
import org.jclone.protocol.wire.FieldReader;
import org.jclone.protocol.wire.MalformedPacketException;
import org.jclone.protocol.wire.MessageCodec;

/**
 * The identity of the clone and the negotiated protocol version. The donor sends it once for each successful COM_INIT,
 * COM_ATTACH or COM_REINIT. The entries are those of the command, in the same order.
 *
 * <p>Direction: donor to recipient. Byte order: little-endian.
 *
 * <pre>
 * offset  size  type  field            meaning
 *      0     1  u8    code             1
 *      1     4  u32   protocolVersion  negotiated: the lower of both sides' versions
 *      5     n        locators         {@link LocatorEntry}, one after the other to the end; none is empty
 * </pre>
 *
 * <p>Source: docs/protocol/01-wire-protocol.md sections 3.5.1 and 4.2.
 */
public record LocatorsResponse(int protocolVersion, List<LocatorEntry> locators) implements CloneResponse {

    public static final MessageCodec<LocatorsResponse> CODEC = new Codec();

    public LocatorsResponse {
        requireU32("protocolVersion", protocolVersion);
        locators = LocatorEntry.copyOf(locators);
        if (hasEmptyLocator(locators)) {
            throw new IllegalArgumentException("a locator is empty");
        }
    }

    @Override
    public CloneResponseCode code() {
        return CloneResponseCode.LOCS;
    }

    @Override
    public void encode(ByteBuf out) {
        CODEC.encode(this, out);
    }

    @Override
    public <R> R accept(Handler<R> handler) {
        return handler.onLocators(this);
    }

    private static boolean hasEmptyLocator(List<LocatorEntry> locators) {
        return locators.stream().anyMatch(entry -> entry.locator().isEmpty());
    }

    private static final class Codec implements MessageCodec<LocatorsResponse> {

        private static final String NAME = "LocatorsResponse";

        @Override
        public void encode(LocatorsResponse message, ByteBuf out) {
            out.writeByte(CloneResponseCode.LOCS.wireCode());
            out.writeIntLE(message.protocolVersion());
            message.locators().forEach(locator -> locator.writeTo(out));
        }

        @Override
        public LocatorsResponse decode(ByteBuf in) {
            FieldReader fields = ResponseFields.open(in, NAME, CloneResponseCode.LOCS);
            int versionOffset = fields.offset();
            long protocolVersion = fields.u32("protocolVersion");
            if (protocolVersion > Integer.MAX_VALUE) {
                throw new MalformedPacketException(
                        NAME, "protocolVersion", versionOffset, protocolVersion + " (expected: < 2^31)");
            }
            int locatorsOffset = fields.offset();
            List<LocatorEntry> locators = LocatorEntry.readAll(fields);
            if (hasEmptyLocator(locators)) {
                throw new MalformedPacketException(NAME, "locators", locatorsOffset, "a locator is empty");
            }
            return new LocatorsResponse((int) protocolVersion, locators);
        }
    }
}
