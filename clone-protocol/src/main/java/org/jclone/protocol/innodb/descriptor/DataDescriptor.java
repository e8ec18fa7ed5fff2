package org.jclone.protocol.innodb.descriptor;

import static org.jclone.protocol.wire.FieldWriter.requireU32;
import static org.jclone.protocol.wire.FieldWriter.requireU63;

import io.netty.buffer.ByteBuf;
import java.util.Objects;
import org.jclone.protocol.wire.FieldReader;
import org.jclone.protocol.wire.MessageCodec;

/**
 * Locates the bytes of the COM_RES_DATA message that follows on the same connection.
 *
 * <p>Direction: donor to recipient. Byte order: big-endian.
 *
 * <pre>
 * offset  size  type  field       meaning
 *      0    12  header            {@link DescriptorHeader}, type 5, length 52
 *     12     4  u32   state       {@link SnapshotState#wireCode()}
 *     16     4  u32   taskIndex   of the donor's task
 *     20     4  u32   chunk       from 1 in each state
 *     24     4  u32   block       blocks of the chunk sent so far, including this one; from 1
 *     28     4  u32   fileIndex   from 0; data files and redo files are numbered separately
 *     32     4  u32   dataLength  of the data that follows; never 0
 *     36     8  u64   fileOffset  where the data belongs in the file
 *     44     8  u64   fileSize    as known to the donor; may exceed the announced size, see PAGE_COPY of page 0
 * </pre>
 *
 * <p>Source: docs/protocol/02-innodb-clone-stream.md sections 1.6 and 5.
 */
public record DataDescriptor(
        long version,
        SnapshotState state,
        long taskIndex,
        long chunk,
        long block,
        long fileIndex,
        long dataLength,
        long fileOffset,
        long fileSize)
        implements CloneDescriptor {

    public static final MessageCodec<DataDescriptor> CODEC = new Codec();
    public static final int LENGTH = 52;

    public DataDescriptor {
        requireU32("version", version);
        Objects.requireNonNull(state, "state");
        requireU32("taskIndex", taskIndex);
        requireU32("chunk", chunk);
        requireU32("block", block);
        requireU32("fileIndex", fileIndex);
        requireU32("dataLength", dataLength);
        requireU63("fileOffset", fileOffset);
        requireU63("fileSize", fileSize);
    }

    @Override
    public DescriptorType type() {
        return DescriptorType.DATA;
    }

    @Override
    public void encode(ByteBuf out) {
        CODEC.encode(this, out);
    }

    @Override
    public <R> R accept(Handler<R> handler) {
        return handler.onData(this);
    }

    private static final class Codec implements MessageCodec<DataDescriptor> {

        private static final String NAME = "DataDescriptor";

        @Override
        public void encode(DataDescriptor message, ByteBuf out) {
            new DescriptorHeader(message.version(), LENGTH, DescriptorType.DATA).writeTo(out);
            out.writeInt(message.state().wireCode());
            out.writeInt((int) message.taskIndex());
            out.writeInt((int) message.chunk());
            out.writeInt((int) message.block());
            out.writeInt((int) message.fileIndex());
            out.writeInt((int) message.dataLength());
            out.writeLong(message.fileOffset());
            out.writeLong(message.fileSize());
        }

        @Override
        public DataDescriptor decode(ByteBuf in) {
            FieldReader fields = FieldReader.bigEndian(in, NAME);
            DescriptorHeader header = DescriptorHeader.read(fields, NAME, DescriptorType.DATA, LENGTH);
            SnapshotState state = SnapshotState.readU32(fields, NAME);
            long taskIndex = fields.u32("taskIndex");
            long chunk = fields.u32("chunk");
            long block = fields.u32("block");
            long fileIndex = fields.u32("fileIndex");
            long dataLength = fields.u32("dataLength");
            long fileOffset = fields.u63("fileOffset");
            long fileSize = fields.u63("fileSize");
            fields.skip("extension", fields.remaining());
            return new DataDescriptor(
                    header.version(), state, taskIndex, chunk, block, fileIndex, dataLength, fileOffset, fileSize);
        }
    }
}
