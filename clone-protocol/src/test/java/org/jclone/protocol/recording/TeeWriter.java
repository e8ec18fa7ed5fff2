package org.jclone.protocol.recording;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.zip.GZIPOutputStream;
import org.jclone.protocol.packet.PacketHeader;

/** Writes recordings. Each record advances the time by one millisecond. */
final class TeeWriter {

    private final ByteBuf out = Unpooled.buffer().writeBytes("CLONETEE1\n".getBytes(StandardCharsets.US_ASCII));
    private long timeMicros;

    TeeWriter event(int connection, char kind, String text) {
        return record(connection, kind, text.getBytes(StandardCharsets.UTF_8));
    }

    /** Writes a packet of the donor. */
    TeeWriter donor(int connection, int sequenceId, Consumer<ByteBuf> encode) {
        return record(connection, '<', packet(sequenceId, encode));
    }

    /** Writes a packet of the recipient. */
    TeeWriter recipient(int connection, int sequenceId, Consumer<ByteBuf> encode) {
        return record(connection, '>', packet(sequenceId, encode));
    }

    TeeWriter record(int connection, char kind, byte[] data) {
        timeMicros += 1000;
        return raw(timeMicros, connection, kind, 0, data.length, data);
    }

    TeeWriter raw(long timeMicros, int connection, int kind, int zero, long length, byte[] data) {
        out.writeLongLE(timeMicros).writeShortLE(connection).writeByte(kind).writeByte(zero);
        out.writeIntLE((int) length).writeBytes(data);
        return this;
    }

    byte[] toBytes() throws IOException {
        ByteArrayOutputStream compressed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(compressed)) {
            out.getBytes(0, gzip, out.readableBytes());
        }
        return compressed.toByteArray();
    }

    Path writeTo(Path directory) throws IOException {
        return Files.write(directory.resolve("made.tee.gz"), toBytes());
    }

    static byte[] packet(int sequenceId, Consumer<ByteBuf> encode) {
        ByteBuf payload = Unpooled.buffer();
        encode.accept(payload);
        ByteBuf packet = Unpooled.buffer();
        PacketHeader.CODEC.encode(new PacketHeader(payload.readableBytes(), sequenceId), packet);
        packet.writeBytes(payload);
        byte[] bytes = new byte[packet.readableBytes()];
        packet.readBytes(bytes);
        return bytes;
    }
}
