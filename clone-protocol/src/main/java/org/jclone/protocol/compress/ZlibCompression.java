package org.jclone.protocol.compress;

import java.nio.ByteBuffer;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import org.jclone.protocol.wire.MalformedPacketException;

/** Compresses each body as one zlib stream (RFC 1950). Servers and clients use level 6. */
final class ZlibCompression implements PacketCompression {

    private static final int LEVEL = 6;

    private final Inflater inflater = new Inflater();
    private Deflater deflater;

    @Override
    public boolean compress(ByteBuffer in, ByteBuffer out) {
        if (deflater == null) { // a quarter of a megabyte
            deflater = new Deflater(LEVEL);
        }
        deflater.reset();
        deflater.setInput(in);
        deflater.finish();
        while (out.hasRemaining() && !deflater.finished()) {
            deflater.deflate(out);
        }
        return deflater.finished();
    }

    @Override
    public void decompress(ByteBuffer in, ByteBuffer out) {
        inflater.reset();
        inflater.setInput(in);
        try {
            while (out.hasRemaining() && inflater.inflate(out) > 0) {
                // inflate may produce the output in several steps
            }
            if (!out.hasRemaining() && !inflater.finished()) {
                checkEnd();
            }
        } catch (DataFormatException e) {
            throw malformed("not a zlib stream: " + e.getMessage());
        }
        if (!inflater.finished()) {
            throw malformed("truncated zlib stream");
        }
        if (out.hasRemaining()) {
            throw malformed("zlib stream ends " + out.remaining() + " bytes before the stated length");
        }
        if (in.hasRemaining()) {
            throw malformed(in.remaining() + " bytes after the zlib stream");
        }
    }

    /** Reads the stream's checksum, which may remain unread when all output has been produced. */
    private void checkEnd() throws DataFormatException {
        if (inflater.inflate(new byte[1]) > 0) {
            throw malformed("zlib stream exceeds the stated length");
        }
    }

    private static MalformedPacketException malformed(String reason) {
        return new MalformedPacketException("CompressedPacket", "body", CompressedPacketHeader.LENGTH, reason);
    }

    @Override
    public void close() {
        inflater.end();
        if (deflater != null) {
            deflater.end();
        }
    }
}
