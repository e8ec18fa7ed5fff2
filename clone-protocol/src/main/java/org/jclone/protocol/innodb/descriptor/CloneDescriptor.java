package org.jclone.protocol.innodb.descriptor;

import io.netty.buffer.ByteBuf;
import org.jclone.protocol.wire.MalformedPacketException;

/** One of the five InnoDB descriptors. Each begins with a {@link DescriptorHeader}. */
public sealed interface CloneDescriptor
        permits Locator, TaskDescriptor, StateDescriptor, FileDescriptor, DataDescriptor {

    DescriptorType type();

    /** Appends header and fields to {@code out}. */
    void encode(ByteBuf out);

    <R> R accept(Handler<R> handler);

    /**
     * Decodes the descriptor that fills {@code in}.
     *
     * @throws MalformedPacketException if bytes are missing, left over or out of range; its offset is relative to the
     *     start of the descriptor
     */
    static CloneDescriptor decode(ByteBuf in) {
        return switch (DescriptorHeader.peekType(in)) {
            case LOCATOR -> Locator.CODEC.decode(in);
            case TASK -> TaskDescriptor.CODEC.decode(in);
            case STATE -> StateDescriptor.CODEC.decode(in);
            case FILE -> FileDescriptor.CODEC.decode(in);
            case DATA -> DataDescriptor.CODEC.decode(in);
        };
    }

    /** Has one method per descriptor, so that code that does not handle a new descriptor does not compile. */
    interface Handler<R> {

        R onLocator(Locator locator);

        R onTask(TaskDescriptor task);

        R onState(StateDescriptor state);

        R onFile(FileDescriptor file);

        R onData(DataDescriptor data);
    }
}
