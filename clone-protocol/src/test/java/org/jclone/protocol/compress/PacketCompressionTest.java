package org.jclone.protocol.compress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.jclone.protocol.Hex;
import org.jclone.protocol.wire.MalformedPacketException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests both libraries against one contract. */
class PacketCompressionTest {

    private static final byte[] TEXT = "jclone".repeat(20).getBytes(StandardCharsets.US_ASCII);

    enum Library {
        /** Created by Python's zlib at level 6. */
        ZLIB(CompressionAlgorithm.ZLIB, "789ccb4acec9cf4bcda23b0900ba0d319d"),
        /** Created by the command {@code zstd -3} from a pipe, so that the frame does not state its length. */
        ZSTD(CompressionAlgorithm.ZSTD, "28b52ffd00586d0000306a636c6f6e6501002f692902");

        final CompressionAlgorithm algorithm;
        final byte[] golden;

        Library(CompressionAlgorithm algorithm, String golden) {
            this.algorithm = algorithm;
            this.golden = Hex.bytes(golden);
        }
    }

    private static ByteBuffer direct(byte[] bytes) {
        return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
    }

    private static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        return bytes;
    }

    private static void assertMalformed(PacketCompression compression, byte[] body, int length) {
        ByteBuffer out = ByteBuffer.allocateDirect(length);
        assertThatExceptionOfType(MalformedPacketException.class)
                .as("%d bytes as %d", body.length, length)
                .isThrownBy(() -> compression.decompress(direct(body), out))
                .withMessageContaining("CompressedPacket.body at offset 7");
    }

    @ParameterizedTest
    @EnumSource(Library.class)
    void decompressesTheOutputOfOtherTools(Library library) {
        try (PacketCompression compression = library.algorithm.open(3)) {
            ByteBuffer out = ByteBuffer.allocateDirect(TEXT.length);
            compression.decompress(direct(library.golden), out);

            assertThat(bytes(out.flip())).isEqualTo(TEXT);
        }
    }

    @ParameterizedTest
    @EnumSource(Library.class)
    void rejectsEveryTruncationAndATrailingByte(Library library) {
        try (PacketCompression compression = library.algorithm.open(3)) {
            for (int length = 0; length < library.golden.length; length++) {
                assertMalformed(compression, Arrays.copyOf(library.golden, length), TEXT.length);
            }
            assertMalformed(compression, Arrays.copyOf(library.golden, library.golden.length + 1), TEXT.length);
        }
    }

    @ParameterizedTest
    @EnumSource(Library.class)
    void rejectsALengthOtherThanTheStatedOne(Library library) {
        try (PacketCompression compression = library.algorithm.open(3)) {
            assertMalformed(compression, library.golden, TEXT.length - 1);
            assertMalformed(compression, library.golden, TEXT.length + 1);
            assertMalformed(compression, library.golden, 1);
        }
    }

    @ParameterizedTest
    @EnumSource(Library.class)
    void survivesEveryFlippedByte(Library library) {
        try (PacketCompression compression = library.algorithm.open(3)) {
            for (int i = 0; i < library.golden.length; i++) {
                byte[] body = library.golden.clone();
                body[i] ^= 0x55;
                ByteBuffer out = ByteBuffer.allocateDirect(TEXT.length);
                try {
                    compression.decompress(direct(body), out);
                    assertThat(out.hasRemaining()).isFalse();
                } catch (MalformedPacketException expected) {
                    assertThat(expected.field()).isEqualTo("body");
                }
            }
            ByteBuffer out = ByteBuffer.allocateDirect(TEXT.length);
            compression.decompress(direct(library.golden), out);
            assertThat(bytes(out.flip())).as("after all the damaged ones").isEqualTo(TEXT);
        }
    }

    @ParameterizedTest
    @EnumSource(Library.class)
    void decompressesItsOwnOutput(Library library) {
        Random random = new Random(1);
        try (PacketCompression compression = library.algorithm.open(3)) {
            for (int length : new int[] {200, 16_384, 1 << 20}) {
                byte[] content = new byte[length];
                for (int i = 0; i < length; i++) {
                    content[i] = (byte) random.nextInt(2);
                }
                ByteBuffer body = ByteBuffer.allocateDirect(length - 1);
                ByteBuffer in = direct(content);
                assertThat(compression.compress(in, body)).isTrue();
                assertThat(in.hasRemaining()).isFalse();

                ByteBuffer out = ByteBuffer.allocateDirect(length);
                compression.decompress(body.flip(), out);
                assertThat(Arrays.equals(bytes(out.flip()), content)).isTrue();
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Library.class)
    void reportsAResultThatDoesNotFit(Library library) {
        byte[] noise = new byte[1000];
        new Random(2).nextBytes(noise);
        try (PacketCompression compression = library.algorithm.open(1)) {
            assertThat(compression.compress(direct(noise), ByteBuffer.allocateDirect(999)))
                    .isFalse();
            assertThat(compression.compress(direct(TEXT), ByteBuffer.allocateDirect(TEXT.length)))
                    .as("the next body")
                    .isTrue();
        }
    }
}
