package org.jclone.protocol.compress;

import java.nio.ByteBuffer;

/**
 * Compresses bodies and back, each on its own: nothing of one is needed for the next. One object serves one connection
 * and keeps the library's contexts, which are dear to make. Not thread-safe.
 */
public interface PacketCompression extends AutoCloseable {

    /**
     * Compresses all of {@code in}, and moves both positions.
     *
     * @param in in direct memory
     * @param out in direct memory
     * @return false if the result does not fit into {@code out}, whose content is then undefined
     */
    boolean compress(ByteBuffer in, ByteBuffer out);

    /**
     * Decompresses all of {@code in} to fill exactly {@code out}, and moves both positions.
     *
     * @param in in direct memory
     * @param out in direct memory
     * @throws org.jclone.protocol.wire.MalformedPacketException if {@code in} is no whole body, or stands for more or
     *     fewer bytes
     */
    void decompress(ByteBuffer in, ByteBuffer out);

    /** Frees native memory. */
    @Override
    void close();
}
