package org.jclone.protocol.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.handler.codec.DecoderException;
import java.util.stream.Stream;
import org.jclone.protocol.compress.CompressedPacketReader;
import org.jclone.protocol.compress.CompressedSequence;
import org.jclone.protocol.compress.CompressionAlgorithm;
import org.jclone.protocol.compress.PacketCompression;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Compressed packets; the first byte selects zlib or zstd. No body inflates beyond its limit, whatever length it
 * states.
 */
class CompressionFuzzTest {

    private static final int MAX_UNCOMPRESSED = 1 << 16;

    /** The maximum memory of a header, a body and its decompressed content. */
    private static final long MAX_MEMORY = 4L * MAX_UNCOMPRESSED;

    static Stream<Arguments> seeds() {
        byte[] stored = {0, 5, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 6};
        byte[] zlib = hex("0021000000340000789c33606060606466646060d06164 68e05162008314200631191 9b002003d160198");
        byte[] bomb = {1, 1, 0, 0, 0, (byte) 255, (byte) 255, (byte) 255, 0};
        return Stream.of(stored, zlib, bomb).map(Arguments::of);
    }

    private static byte[] hex(String digits) {
        String packed = digits.replace(" ", "");
        byte[] bytes = new byte[packed.length() / 2];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) Integer.parseInt(packed.substring(2 * i, 2 * i + 2), 16);
        }
        return bytes;
    }

    @MethodSource("seeds")
    @FuzzTest
    void compressed(byte[] bytes) {
        if (bytes.length == 0) {
            return;
        }
        CompressionAlgorithm algorithm = (bytes[0] & 1) == 0 ? CompressionAlgorithm.ZLIB : CompressionAlgorithm.ZSTD;
        int step = 1 + (bytes[0] >> 1 & 0x7f);
        UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(false);
        try (PacketCompression compression = algorithm.open(3)) {
            CompressedPacketReader reader =
                    new CompressedPacketReader(compression, new CompressedSequence(), MAX_UNCOMPRESSED);
            try {
                for (int at = 1; at < bytes.length; at += step) {
                    ByteBuf in = Unpooled.wrappedBuffer(bytes, at, Math.min(step, bytes.length - at));
                    readAll(reader, in, allocator);
                }
            } catch (DecoderException e) {
                assertThat(e.getMessage()).isNotBlank();
            } finally {
                reader.release();
            }
        }
        assertThat(memory(allocator)).isZero();
    }

    private static void readAll(CompressedPacketReader reader, ByteBuf in, UnpooledByteBufAllocator allocator) {
        ByteBuf section = reader.read(in, allocator);
        while (section != null) {
            try {
                assertThat(section.readableBytes()).isBetween(0, MAX_UNCOMPRESSED);
                assertThat(memory(allocator)).isLessThan(MAX_MEMORY);
            } finally {
                section.release();
            }
            section = reader.read(in, allocator);
        }
    }

    private static long memory(UnpooledByteBufAllocator allocator) {
        return allocator.metric().usedHeapMemory() + allocator.metric().usedDirectMemory();
    }
}
