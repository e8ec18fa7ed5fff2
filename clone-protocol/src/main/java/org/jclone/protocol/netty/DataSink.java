package org.jclone.protocol.netty;

import io.netty.buffer.ByteBuf;
import org.jclone.protocol.innodb.descriptor.DataDescriptor;

/**
 * Receives the bytes of a clone's blocks. All methods are called on the channel's event loop. For each block:
 * {@code begin}, then {@code buffer} and {@code received} alternately until all bytes have arrived, then {@code end}.
 * When the connection ends, {@code abandon}.
 */
public interface DataSink {

    /** Starts a block of {@link DataDescriptor#dataLength()} bytes. */
    void begin(DataDescriptor block);

    /**
     * Returns the buffer to which the next bytes are appended. It has room for at least one byte, and for no more than
     * the sink wants next.
     *
     * <p>The sink owns the buffer. Direct buffers receive from the socket without a copy.
     */
    ByteBuf buffer();

    /** Records that {@code count} bytes were appended to the last buffer returned. */
    void received(int count);

    /**
     * Returns whether the next bytes contain a key in plain text. No copy of them may remain in receive buffers.
     */
    default boolean isSecret() {
        return false;
    }

    /** Completes the block. */
    void end();

    /** Ends the stream. The sink discards an incomplete block and overwrites a key in it. */
    void abandon();
}
