package org.jclone.protocol.clone.response;

import static org.jclone.protocol.wire.FieldWriter.requireU8;

import io.netty.buffer.ByteBuf;
import java.util.Objects;
import java.util.Optional;
import org.jclone.protocol.clone.command.LocatorEntry;
import org.jclone.protocol.innodb.descriptor.CloneDescriptor;
import org.jclone.protocol.innodb.descriptor.DataDescriptor;
import org.jclone.protocol.wire.FieldReader;
import org.jclone.protocol.wire.MalformedPacketException;
import org.jclone.protocol.wire.MessageCodec;

/**
 * Carries a descriptor of the storage engine. Only a {@link DataDescriptor} is followed by a {@link DataResponse},
 * directly and on the same connection.
 *
 * <p>Direction: donor to recipient. Byte order: little-endian; the descriptor inside is big-endian.
 *
 * <pre>
 * offset  size  type  field          meaning
 *      0     1  u8    code           2
 *      1     1  u8    storageEngine  {@link LocatorEntry#INNODB}
 *      2     1  u8    locatorIndex   position of the engine's locator in COM_RES_LOCS
 *      3     n        descriptor     {@link CloneDescriptor}, to the end
 * </pre>
 *
 * <p>A descriptor of any other engine is rejected. It cannot be skipped, because only its engine knows whether data
 * follows.
 *
 * <p>Source: docs/protocol/01-wire-protocol.md sections 3.5.2 and 10.
 */
public record DataDescriptorResponse(int storageEngine, int locatorIndex, CloneDescriptor descriptor)
        implements CloneResponse {

    public static final MessageCodec<DataDescriptorResponse> CODEC = new Codec();

    public DataDescriptorResponse {
        if (storageEngine != LocatorEntry.INNODB) {
            throw new IllegalArgumentException(
                    "storageEngine: " + storageEngine + " (expected: " + LocatorEntry.INNODB + ')');
        }
        requireU8("locatorIndex", locatorIndex);
        Objects.requireNonNull(descriptor, "descriptor");
    }

    /** Creates the response for InnoDB and the first locator. */
    public static DataDescriptorResponse innodb(CloneDescriptor descriptor) {
        return new DataDescriptorResponse(LocatorEntry.INNODB, 0, descriptor);
    }

    @Override
    public CloneResponseCode code() {
        return CloneResponseCode.DATA_DESC;
    }

    @Override
    public void encode(ByteBuf out) {
        CODEC.encode(this, out);
    }

    @Override
    public <R> R accept(Handler<R> handler) {
        return handler.onDataDescriptor(this);
    }

    @Override
    public Optional<DataDescriptor> announcedData() {
        return descriptor instanceof DataDescriptor data ? Optional.of(data) : Optional.empty();
    }

    private static final class Codec implements MessageCodec<DataDescriptorResponse> {

        private static final String NAME = "DataDescriptorResponse";

        @Override
        public void encode(DataDescriptorResponse message, ByteBuf out) {
            out.writeByte(CloneResponseCode.DATA_DESC.wireCode());
            out.writeByte(message.storageEngine());
            out.writeByte(message.locatorIndex());
            message.descriptor().encode(out);
        }

        @Override
        public DataDescriptorResponse decode(ByteBuf in) {
            FieldReader fields = ResponseFields.open(in, NAME, CloneResponseCode.DATA_DESC);
            int engineOffset = fields.offset();
            int storageEngine = fields.u8("storageEngine");
            if (storageEngine != LocatorEntry.INNODB) {
                throw new MalformedPacketException(
                        NAME,
                        "storageEngine",
                        engineOffset,
                        storageEngine + " (expected: " + LocatorEntry.INNODB + ", InnoDB)");
            }
            int locatorIndex = fields.u8("locatorIndex");
            return new DataDescriptorResponse(storageEngine, locatorIndex, CloneDescriptor.decode(in));
        }
    }
}
