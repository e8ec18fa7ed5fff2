package org.jclone.protocol.innodb.descriptor;

import static org.jclone.protocol.wire.FieldWriter.requireU32;

import io.netty.buffer.ByteBuf;
import org.jclone.protocol.wire.FieldReader;
import org.jclone.protocol.wire.MessageCodec;

/**
 * Identifies the donor's task that serves this connection. It is the first descriptor after COM_EXECUTE.
 *
 * <p>Direction: donor to recipient. Byte order: big-endian.
 *
 * <pre>
 * offset  size  type  field      meaning
 *      0    12  header           {@link DescriptorHeader}, type 2, length 24
 *     12     4  u32   taskIndex  0 = master; a worker gets the lowest free number
 *     16     4  u32   chunk      0 when sent
 *     20     4  u32   block      0 when sent
 * </pre>
 *
 * <p>Source: docs/protocol/02-innodb-clone-stream.md section 1.3.
 */
public record TaskDescriptor(long version, long taskIndex, long chunk, long block) implements CloneDescriptor {

    public static final MessageCodec<TaskDescriptor> CODEC = new Codec();
    public static final int LENGTH = 24;

    public TaskDescriptor {
        requireU32("version", version);
        requireU32("taskIndex", taskIndex);
        requireU32("chunk", chunk);
        requireU32("block", block);
    }

    @Override
    public DescriptorType type() {
        return DescriptorType.TASK;
    }

    @Override
    public void encode(ByteBuf out) {
        CODEC.encode(this, out);
    }

    @Override
    public <R> R accept(Handler<R> handler) {
        return handler.onTask(this);
    }

    private static final class Codec implements MessageCodec<TaskDescriptor> {

        private static final String NAME = "TaskDescriptor";

        @Override
        public void encode(TaskDescriptor message, ByteBuf out) {
            new DescriptorHeader(message.version(), LENGTH, DescriptorType.TASK).writeTo(out);
            out.writeInt((int) message.taskIndex());
            out.writeInt((int) message.chunk());
            out.writeInt((int) message.block());
        }

        @Override
        public TaskDescriptor decode(ByteBuf in) {
            FieldReader fields = FieldReader.bigEndian(in, NAME);
            DescriptorHeader header = DescriptorHeader.read(fields, NAME, DescriptorType.TASK, LENGTH);
            long taskIndex = fields.u32("taskIndex");
            long chunk = fields.u32("chunk");
            long block = fields.u32("block");
            fields.skip("extension", fields.remaining());
            return new TaskDescriptor(header.version(), taskIndex, chunk, block);
        }
    }
}
