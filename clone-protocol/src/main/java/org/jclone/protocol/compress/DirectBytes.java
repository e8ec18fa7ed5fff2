package org.jclone.protocol.compress;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;

/** The readable bytes of a buffer in the form that the libraries require: contiguous, in direct memory. */
final class DirectBytes {

    private DirectBytes() {}

    /**
     * Shares the memory if it already has this form, as all bytes from a socket do. Valid as long as {@code bytes} is.
     */
    static ByteBuffer of(ByteBuf bytes) {
        if (bytes.isDirect() && bytes.nioBufferCount() == 1) {
            return bytes.nioBuffer();
        }
        ByteBuffer copy = ByteBuffer.allocateDirect(bytes.readableBytes());
        bytes.getBytes(bytes.readerIndex(), copy);
        return copy.flip();
    }

    /** Overwrites the bytes that {@link #of} returned, copied or shared. */
    static void wipe(ByteBuffer bytes) {
        Unpooled.wrappedBuffer(bytes.clear()).setZero(0, bytes.capacity());
    }
}
