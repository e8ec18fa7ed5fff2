package org.jclone.protocol.compress;

import java.nio.ByteBuffer;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import org.jclone.protocol.wire.MalformedPacketException;

/** Each body is one zlib stream (RFC 1950), made at level 6 by servers and clients alike. */
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
                // a stream may come out in several steps
            }
            if (!out.hasRemaining() && !inflater.finished()) {
                checkEnd();
            }
        } catch (DataFormatException e) {
            throw malformed("no zlib stream: " + e.getMessage());
        }
        if (!inflater.finished()) {
            throw malformed("a zlib stream that is cut short");
        }
        if (out.hasRemaining()) {
            throw malformed("a zlib stream that ends " + out.remaining() + " bytes before the length stated");
        }
        if (in.hasRemaining()) {
            throw malformed(in.remaining() + " bytes behind the zlib stream");
        }
    }

    /** All bytes may be out before the stream's checksum is read. */
    private void checkEnd() throws DataFormatException {
        if (inflater.inflate(new byte[1]) > 0) {
            throw malformed("a zlib stream of more bytes than stated");
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
