package org.jclone.protocol.netty;

import io.netty.buffer.ByteBuf;
import org.jclone.protocol.innodb.descriptor.DataDescriptor;

/**
 * Where the bytes of a clone's blocks go. All methods are called on the channel's event loop; for each block
 * {@code begin}, then {@code buffer} and {@code received} in turn until its bytes are in, then {@code end}; or
 * {@code abandon} wherever the connection ends.
 */
public interface DataSink {

    /** A block follows, {@link DataDescriptor#dataLength()} bytes of it. */
    void begin(DataDescriptor block);

    /**
     * A buffer to append the next bytes to, with room for at least one, and no more room than bytes the sink wants
     * next.
     *
     * <p>The sink owns the buffer. Off-heap buffers receive from the socket without a copy.
     */
    ByteBuf buffer();

    /** {@code count} bytes were appended to the buffer last handed out. */
    void received(int count);

    /**
     * Whether the bytes that come next hold a key in plain text: no copy of them may stay behind in receive buffers.
     */
    default boolean isSecret() {
        return false;
    }

    /** The block is complete. */
    void end();

    /** Nothing more comes. A block that is not complete is given up, and what may be a key in it overwritten. */
    void abandon();
}
