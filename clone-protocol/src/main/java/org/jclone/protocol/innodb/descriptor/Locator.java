package org.jclone.protocol.innodb.descriptor;

import static org.jclone.protocol.wire.FieldWriter.requireU32;
import static org.jclone.protocol.wire.FieldWriter.requireU63;

import io.netty.buffer.ByteBuf;
import java.util.Objects;
import java.util.Optional;
import org.jclone.protocol.wire.FieldReader;
import org.jclone.protocol.wire.MalformedPacketException;
import org.jclone.protocol.wire.MessageCodec;

/**
 * Identifies a clone. When a clone is resumed, it also states what the recipient already has. The identity is
 * (cloneId, snapshotId).
 *
 * <p>Direction: both. Byte order: big-endian.
 *
 * <pre>
 * offset  size  type  field                meaning
 *      0    12  header                     {@link DescriptorHeader}, type 1, length 34 or more
 *     12     8  u64   cloneId              0 in a version locator, else from 1
 *     20     8  u64   snapshotId           0 in a version locator
 *     28     4  u32   cloneIndex           internal to the sender, 0 or 1
 *     32     1  u8    state                {@link SnapshotState#wireCode()}
 *     33     1  u8    metadataTransferred  1 = the recipient has all file metadata of FILE_COPY, else 0
 *     34     n        restart              {@link RestartProgress}, only if the length exceeds 34
 * </pre>
 *
 * <p>The buffer may be longer than the length in the header: a server sends its version locator as 128 bytes and uses
 * 34 of them. Decoding ignores the rest, so encoding such a locator again does not restore the original bytes.
 *
 * <p>Source: docs/protocol/02-innodb-clone-stream.md sections 1.2 and 2.
 */
public record Locator(
        long version,
        long cloneId,
        long snapshotId,
        long cloneIndex,
        SnapshotState state,
        boolean metadataTransferred,
        Optional<RestartProgress> restart)
        implements CloneDescriptor {

    public static final MessageCodec<Locator> CODEC = new Codec();

    /** The length without {@link RestartProgress}. */
    public static final int BASE_LENGTH = 34;

    public Locator {
        requireU32("version", version);
        requireU63("cloneId", cloneId);
        requireU63("snapshotId", snapshotId);
        requireU32("cloneIndex", cloneIndex);
        Objects.requireNonNull(state, "state");
        Objects.requireNonNull(restart, "restart");
    }

    /** Returns the locator that COM_INIT carries: the supported descriptor version and no clone. */
    public static Locator forVersion() {
        return new Locator(DescriptorHeader.VERSION, 0, 0, 0, SnapshotState.NONE, false, Optional.empty());
    }

    @Override
    public DescriptorType type() {
        return DescriptorType.LOCATOR;
    }

    @Override
    public void encode(ByteBuf out) {
        CODEC.encode(this, out);
    }

    @Override
    public <R> R accept(Handler<R> handler) {
        return handler.onLocator(this);
    }

    private static final class Codec implements MessageCodec<Locator> {

        private static final String NAME = "Locator";

        @Override
        public void encode(Locator message, ByteBuf out) {
            int restartLength = message.restart().map(RestartProgress::length).orElse(0);
            new DescriptorHeader(message.version(), BASE_LENGTH + restartLength, DescriptorType.LOCATOR).writeTo(out);
            out.writeLong(message.cloneId());
            out.writeLong(message.snapshotId());
            out.writeInt((int) message.cloneIndex());
            out.writeByte(message.state().wireCode());
            out.writeByte(message.metadataTransferred() ? 1 : 0);
            message.restart().ifPresent(restart -> restart.writeTo(out));
        }

        @Override
        public Locator decode(ByteBuf in) {
            FieldReader fields = FieldReader.bigEndian(in, NAME);
            DescriptorHeader header = DescriptorHeader.readPadded(fields, NAME, DescriptorType.LOCATOR, BASE_LENGTH);
            long cloneId = fields.u63("cloneId");
            long snapshotId = fields.u63("snapshotId");
            long cloneIndex = fields.u32("cloneIndex");
            SnapshotState state = SnapshotState.readU8(fields, NAME);
            int subStateOffset = fields.offset();
            int subState = fields.u8("metadataTransferred");
            if (subState > 1) {
                throw new MalformedPacketException(
                        NAME, "metadataTransferred", subStateOffset, subState + " (expected: 0 or 1)");
            }
            long restartLength = header.length() - BASE_LENGTH;
            Optional<RestartProgress> restart = restartLength == 0
                    ? Optional.empty()
                    : Optional.of(RestartProgress.read(fields, NAME, restartLength));
            fields.skip("padding", fields.remaining());
            return new Locator(header.version(), cloneId, snapshotId, cloneIndex, state, subState == 1, restart);
        }
    }
}
