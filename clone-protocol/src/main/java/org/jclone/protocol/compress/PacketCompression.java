package org.jclone.protocol.compress;

import java.nio.ByteBuffer;

/**
 * Compresses and decompresses bodies. Bodies are independent of each other. One object serves one connection and keeps
 * the library's contexts, which are expensive to create. Not thread-safe.
 */
public interface PacketCompression extends AutoCloseable {

    /**
     * Compresses all of {@code in} and advances both positions.
     *
     * @param in in direct memory
     * @param out in direct memory
     * @return false if the result does not fit into {@code out}; its content is then undefined
     */
    boolean compress(ByteBuffer in, ByteBuffer out);

    /**
     * Decompresses all of {@code in}, which must fill {@code out} exactly, and advances both positions.
     *
     * @param in in direct memory
     * @param out in direct memory
     * @throws org.jclone.protocol.wire.MalformedPacketException if {@code in} is not one complete body, or
     *     decompresses to more or fewer bytes
     */
    void decompress(ByteBuffer in, ByteBuffer out);

    /** Frees native memory. */
    @Override
    void close();
}
