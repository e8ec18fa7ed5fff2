package org.jclone.protocol.clone.command;

import static org.jclone.protocol.wire.FieldWriter.requireU32;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Objects;
import org.jclone.protocol.innodb.descriptor.Locator;
import org.jclone.protocol.innodb.descriptor.StateDescriptor;
import org.jclone.protocol.wire.Bytes;
import org.jclone.protocol.wire.FieldReader;
import org.jclone.protocol.wire.MalformedPacketException;
import org.jclone.protocol.wire.MessageCodec;

/**
 * Acknowledges the end of a state, or reports that the recipient failed.
 *
 * <p>Direction: recipient to donor, on the auxiliary connection. Byte order: little-endian.
 *
 * <pre>
 * offset  size  type   field             meaning
 *      0     1  u8     code              5
 *      1     4  u32    errorCode         0, or the MySQL error number of the recipient's failure
 *      5   5+n         locator           {@link LocatorEntry} with the ids of the clone
 *   10+n     4  u32    descriptorLength  d; 0 only with an errorCode
 *   14+n     d  bytes  descriptor        for InnoDB the acknowledged {@link StateDescriptor} with the ACK flag
 * </pre>
 *
 * <p>Source: docs/protocol/01-wire-protocol.md sections 3.4 and 5.7.
 */
public record AckCommand(long errorCode, LocatorEntry locator, Bytes descriptor) implements CloneCommand {

    public static final MessageCodec<AckCommand> CODEC = new Codec();

    public AckCommand {
        requireU32("errorCode", errorCode);
        Objects.requireNonNull(locator, "locator");
        if (errorCode == 0 && descriptor.isEmpty()) {
            throw new IllegalArgumentException("neither an error code nor a descriptor to acknowledge");
        }
    }

    /** Acknowledges {@code endOfState}, the descriptor that the donor sent. */
    public static AckCommand of(Locator locator, StateDescriptor endOfState) {
        ByteBuf out = Unpooled.buffer(StateDescriptor.LENGTH);
        endOfState.acknowledged().encode(out);
        return new AckCommand(0, LocatorEntry.innodb(locator), Bytes.read(out, out.readableBytes()));
    }

    /** Reports that the recipient failed with {@code errorCode}. */
    public static AckCommand ofFailure(Locator locator, long errorCode) {
        return new AckCommand(errorCode, LocatorEntry.innodb(locator), Bytes.EMPTY);
    }

    /**
     * Decodes the descriptor as an InnoDB state descriptor.
     *
     * @throws MalformedPacketException if the descriptor is absent or of another kind
     */
    public StateDescriptor stateDescriptor() {
        return StateDescriptor.CODEC.decode(Unpooled.wrappedBuffer(descriptor.toByteArray()));
    }

    @Override
    public CloneCommandCode code() {
        return CloneCommandCode.COM_ACK;
    }

    @Override
    public void encode(ByteBuf out) {
        CODEC.encode(this, out);
    }

    @Override
    public <R> R accept(Handler<R> handler) {
        return handler.onAck(this);
    }

    private static final class Codec implements MessageCodec<AckCommand> {

        private static final String NAME = "AckCommand";

        @Override
        public void encode(AckCommand message, ByteBuf out) {
            out.writeByte(CloneCommandCode.COM_ACK.wireCode());
            out.writeIntLE((int) message.errorCode());
            message.locator().writeTo(out);
            out.writeIntLE(message.descriptor().length());
            message.descriptor().writeTo(out);
        }

        @Override
        public AckCommand decode(ByteBuf in) {
            FieldReader fields = CommandReader.open(in, NAME, CloneCommandCode.COM_ACK);
            long errorCode = fields.u32("errorCode");
            LocatorEntry locator = LocatorEntry.read(fields);
            int lengthOffset = fields.offset();
            Bytes descriptor = fields.bytes("descriptor", fields.u32("descriptorLength"));
            fields.end();
            if (errorCode == 0 && descriptor.isEmpty()) {
                throw new MalformedPacketException(
                        NAME, "descriptorLength", lengthOffset, "0 (expected: > 0 without an error code)");
            }
            return new AckCommand(errorCode, locator, descriptor);
        }
    }
}
