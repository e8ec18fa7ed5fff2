package org.jclone.protocol.compress;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import com.github.luben.zstd.util.Native;
import java.nio.ByteBuffer;
import org.jclone.protocol.wire.MalformedPacketException;

/**
 * Compresses each body as one zstd frame. It decompresses a whole body in one call: the output then serves as the
 * window, so that a hostile frame header cannot make the library allocate one.
 */
final class ZstdCompression implements PacketCompression {

    private final int level;
    private final ZstdDecompressCtx decompressor = new ZstdDecompressCtx();
    private ZstdCompressCtx compressor;

    ZstdCompression(int level) {
        if (level < 1 || level > CompressionAlgorithm.MAX_ZSTD_LEVEL) {
            throw new IllegalArgumentException("zstd level: " + level + " (expected: 1 to 22)");
        }
        this.level = level;
    }

    /** Loads the library on first use. */
    static boolean isAvailable() {
        try {
            Native.load();
            return true;
        } catch (LinkageError e) {
            return false;
        }
    }

    @Override
    public boolean compress(ByteBuffer in, ByteBuffer out) {
        if (compressor == null) {
            compressor = new ZstdCompressCtx().setLevel(level);
        }
        try {
            int length = compressor.compressDirectByteBuffer(
                    out, out.position(), out.remaining(), in, in.position(), in.remaining());
            in.position(in.limit());
            out.position(out.position() + length);
            return true;
        } catch (ZstdException e) {
            if (e.getErrorCode() == Zstd.errDstSizeTooSmall()) {
                return false;
            }
            throw new IllegalStateException("zstd cannot compress: " + e.getMessage(), e);
        }
    }

    @Override
    public void decompress(ByteBuffer in, ByteBuffer out) {
        int length;
        try {
            length = decompressor.decompressDirectByteBuffer(
                    out, out.position(), out.remaining(), in, in.position(), in.remaining());
        } catch (ZstdException e) {
            throw malformed("not a zstd frame of the stated length: " + e.getMessage());
        }
        if (length != out.remaining()) {
            throw malformed("zstd frame of " + length + " bytes (expected: " + out.remaining() + " as stated)");
        }
        in.position(in.limit());
        out.position(out.limit());
    }

    private static MalformedPacketException malformed(String reason) {
        return new MalformedPacketException("CompressedPacket", "body", CompressedPacketHeader.LENGTH, reason);
    }

    @Override
    public void close() {
        decompressor.close();
        if (compressor != null) {
            compressor.close();
        }
    }
}
