package org.jclone.protocol.innodb.descriptor;

import static org.jclone.protocol.wire.FieldWriter.requireU16;
import static org.jclone.protocol.wire.FieldWriter.requireU32;
import static org.jclone.protocol.wire.FieldWriter.requireU63;

import io.netty.buffer.ByteBuf;
import java.util.Objects;
import org.jclone.protocol.wire.FieldReader;
import org.jclone.protocol.wire.MalformedPacketException;
import org.jclone.protocol.wire.MessageCodec;

/**
 * Starts or ends a state on one connection, keeps a connection alive, or acknowledges a state.
 *
 * <p>Direction: both; from the recipient only inside COM_ACK. Byte order: big-endian.
 *
 * <pre>
 * offset  size  type  field               meaning
 *      0    12  header                    {@link DescriptorHeader}, type 3, length exactly 46
 *     12     4  u32   state               {@link SnapshotState#wireCode()}
 *     16     4  u32   taskIndex           of the sender
 *     20     4  u32   chunkCount          chunks of this state
 *     24     4  u32   fileCount           FILE_COPY: files, PAGE_COPY: <em>pages</em>, REDO_COPY: redo files, else 0
 *     28     8  u64   estimatedBytes      to transfer in this state; only from the master at the start
 *     36     8  u64   estimatedDiskBytes  on disk for the whole clone; only from the master at the start
 *     44     2  u16   flags               {@link #START}, {@link #ACK}
 * </pre>
 *
 * <p>Flags: START alone starts the state; no flag ends it. From the recipient, ACK alone acknowledges. From the donor,
 * any descriptor with ACK is a keep-alive. It is sent about every five seconds and also has START set, so test
 * {@link #isAck()} first.
 *
 * <p>A length other than 46 is rejected: forks changed this layout without changing the version number.
 *
 * <p>Source: docs/protocol/02-innodb-clone-stream.md sections 1.1 and 1.4.
 */
public record StateDescriptor(
        long version,
        SnapshotState state,
        long taskIndex,
        long chunkCount,
        long fileCount,
        long estimatedBytes,
        long estimatedDiskBytes,
        int flags)
        implements CloneDescriptor {

    public static final MessageCodec<StateDescriptor> CODEC = new Codec();
    public static final int LENGTH = 46;

    /** Flag: the task starts the state. */
    public static final int START = 0x0001;

    /** Flag: acknowledgement (from the recipient) or keep-alive (from the donor). */
    public static final int ACK = 0x0002;

    public StateDescriptor {
        requireU32("version", version);
        Objects.requireNonNull(state, "state");
        requireU32("taskIndex", taskIndex);
        requireU32("chunkCount", chunkCount);
        requireU32("fileCount", fileCount);
        requireU63("estimatedBytes", estimatedBytes);
        requireU63("estimatedDiskBytes", estimatedDiskBytes);
        requireU16("flags", flags);
    }

    public boolean isStart() {
        return (flags & START) != 0;
    }

    public boolean isAck() {
        return (flags & ACK) != 0;
    }

    /** Returns the descriptor that acknowledges this one: the same fields, with ACK as the only flag. */
    public StateDescriptor acknowledged() {
        return new StateDescriptor(
                version, state, taskIndex, chunkCount, fileCount, estimatedBytes, estimatedDiskBytes, ACK);
    }

    @Override
    public DescriptorType type() {
        return DescriptorType.STATE;
    }

    @Override
    public void encode(ByteBuf out) {
        CODEC.encode(this, out);
    }

    @Override
    public <R> R accept(Handler<R> handler) {
        return handler.onState(this);
    }

    private static final class Codec implements MessageCodec<StateDescriptor> {

        private static final String NAME = "StateDescriptor";

        @Override
        public void encode(StateDescriptor message, ByteBuf out) {
            new DescriptorHeader(message.version(), LENGTH, DescriptorType.STATE).writeTo(out);
            out.writeInt(message.state().wireCode());
            out.writeInt((int) message.taskIndex());
            out.writeInt((int) message.chunkCount());
            out.writeInt((int) message.fileCount());
            out.writeLong(message.estimatedBytes());
            out.writeLong(message.estimatedDiskBytes());
            out.writeShort(message.flags());
        }

        @Override
        public StateDescriptor decode(ByteBuf in) {
            FieldReader fields = FieldReader.bigEndian(in, NAME);
            DescriptorHeader header =
                    DescriptorHeader.read(fields, NAME, DescriptorType.STATE, DescriptorHeader.LENGTH);
            if (header.length() != LENGTH) {
                throw new MalformedPacketException(
                        NAME, "length", 4, header.length() + " (expected: " + LENGTH + "; a layout of a fork?)");
            }
            SnapshotState state = SnapshotState.readU32(fields, NAME);
            long taskIndex = fields.u32("taskIndex");
            long chunkCount = fields.u32("chunkCount");
            long fileCount = fields.u32("fileCount");
            long estimatedBytes = fields.u63("estimatedBytes");
            long estimatedDiskBytes = fields.u63("estimatedDiskBytes");
            int flags = fields.u16("flags");
            return new StateDescriptor(
                    header.version(),
                    state,
                    taskIndex,
                    chunkCount,
                    fileCount,
                    estimatedBytes,
                    estimatedDiskBytes,
                    flags);
        }
    }
}
