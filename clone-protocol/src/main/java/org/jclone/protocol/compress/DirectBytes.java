package org.jclone.protocol.compress;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;

/** The readable bytes of a buffer as the libraries want them: in one piece, in direct memory. */
final class DirectBytes {

    private DirectBytes() {}

    /** Shares the memory where it is so already, as with all that comes from a socket; valid while {@code bytes} is. */
    static ByteBuffer of(ByteBuf bytes) {
        if (bytes.isDirect() && bytes.nioBufferCount() == 1) {
            return bytes.nioBuffer();
        }
        ByteBuffer copy = ByteBuffer.allocateDirect(bytes.readableBytes());
        bytes.getBytes(bytes.readerIndex(), copy);
        return copy.flip();
    }

    /** Overwrites what {@link #of} has returned, a copy or not. */
    static void wipe(ByteBuffer bytes) {
        Unpooled.wrappedBuffer(bytes.clear()).setZero(0, bytes.capacity());
    }
}
