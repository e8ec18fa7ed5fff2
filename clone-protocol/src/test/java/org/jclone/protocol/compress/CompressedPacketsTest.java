package org.jclone.protocol.compress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Random;
import org.jclone.protocol.Hex;
import org.jclone.protocol.wire.MalformedPacketException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests {@link CompressedPacketReader} and {@link CompressedPacketWriter}. */
class CompressedPacketsTest {

    private static final int MAX_UNCOMPRESSED_BYTES = 4 << 20;

    /** Worked example C4 of the specification: COM_INIT with its packet header. */
    private static final byte[] INIT = Hex.bytes("""
            30000000 01 03010000 2c010080
            0c 22000000
            00000064 00000022 00000001
            0000000000000000 0000000000000000 00000000 00 00
            """);

    /** COM_EXIT in plain packets, and worked example C12: stored. */
    private static final byte[] EXIT = Hex.bytes("01000000 06");

    private static final byte[] EXIT_STORED = Hex.bytes("050000 00 000000  01000000 06");

    private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(false);
    private final CompressedSequence sequence = new CompressedSequence();
    private final PacketCompression zlib = CompressionAlgorithm.ZLIB.open(3);
    private final CompressedPacketReader reader = reader(zlib, sequence);

    private static CompressedPacketReader reader(PacketCompression compression, CompressedSequence sequence) {
        return new CompressedPacketReader(compression, sequence, MAX_UNCOMPRESSED_BYTES);
    }

    @AfterEach
    void releaseBuffers() {
        reader.release();
        zlib.close();
        assertThat(allocator.metric().usedHeapMemory() + allocator.metric().usedDirectMemory())
                .as("bytes not released")
                .isZero();
    }

    private byte[] read(CompressedPacketReader from, byte[] bytes) {
        ByteArrayOutputStream stream = new ByteArrayOutputStream();
        ByteBuf in = Unpooled.wrappedBuffer(bytes);
        for (ByteBuf section = from.read(in, allocator); section != null; section = from.read(in, allocator)) {
            stream.writeBytes(ByteBufUtil.getBytes(section));
            section.release();
        }
        assertThat(in.isReadable()).isFalse();
        return stream.toByteArray();
    }

    private byte[] write(CompressedPacketWriter to, byte[] packets) {
        ByteBuf out = to.write(Unpooled.wrappedBuffer(packets), allocator);
        byte[] written = ByteBufUtil.getBytes(out);
        out.release();
        return written;
    }

    private void assertMalformed(String hex, String field, String reason) {
        assertThatExceptionOfType(MalformedPacketException.class)
                .isThrownBy(() -> read(reader, Hex.bytes(hex)))
                .withMessageContaining(reason)
                .satisfies(failure -> assertThat(failure.field()).isEqualTo(field));
    }

    @Test
    void storesShortSections() {
        assertThat(Hex.dump(write(new CompressedPacketWriter(zlib, sequence), EXIT)))
                .isEqualTo(Hex.dump(EXIT_STORED));
    }

    @Test
    void readsAServersCompressedPacket() {
        byte[] compressed = Hex.bytes("""
                210000 00 340000
                789c336060606064666460d0616468e051620083142006311919b002003d160198
                """);

        assertThat(Hex.dump(read(reader, compressed))).isEqualTo(Hex.dump(INIT));
        assertThat(reader.bodyBytes()).isEqualTo(33);
    }

    @Test
    void joinsSingleBytes() {
        byte[] compressed = write(new CompressedPacketWriter(zlib, new CompressedSequence()), INIT);
        ByteArrayOutputStream stream = new ByteArrayOutputStream();
        for (byte each : compressed) {
            stream.writeBytes(read(reader, new byte[] {each}));
        }
        for (byte each : EXIT_STORED) {
            stream.writeBytes(read(reader, new byte[] {each}));
        }

        assertThat(Hex.dump(stream.toByteArray())).isEqualTo(Hex.dump(INIT) + Hex.dump(EXIT));
    }

    @Test
    void waitsForTheRestOfEveryTruncation() {
        byte[] compressed = write(new CompressedPacketWriter(zlib, new CompressedSequence()), INIT);
        for (int length = 0; length < compressed.length; length++) {
            CompressedPacketReader truncated = reader(zlib, new CompressedSequence());
            assertThat(read(truncated, Arrays.copyOf(compressed, length))).isEmpty();
            truncated.release();
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = CompressionAlgorithm.class,
            names = {"ZLIB", "ZSTD"})
    void readsItsOwnOutput(CompressionAlgorithm algorithm) {
        Random random = new Random(3);
        CompressedSequence both = new CompressedSequence();
        try (PacketCompression compression = algorithm.open(3)) {
            CompressedPacketWriter writer = new CompressedPacketWriter(compression, new CompressedSequence());
            CompressedPacketReader twin = reader(compression, both);
            for (int i = 0; i < 100; i++) {
                byte[] packet = new byte[4 + random.nextInt(100_000)];
                for (int at = 4; at < packet.length; at++) { // some shrink, some do not
                    packet[at] = (byte) random.nextInt(i % 3 == 0 ? 256 : 4);
                }
                packet[0] = (byte) (packet.length - 4);
                packet[1] = (byte) (packet.length - 4 >> 8);
                packet[2] = (byte) (packet.length - 4 >> 16);
                assertThat(Arrays.equals(read(twin, write(writer, packet)), packet))
                        .as("packet %d of %d bytes", i, packet.length)
                        .isTrue();
            }
        }
    }

    @Test
    void splitsSectionsAboveTheMaximumLength() {
        byte[] packets = new byte[CompressedPacketHeader.MAX_LENGTH + 10];
        Arrays.fill(packets, 0, 3, (byte) 0xff);
        byte[] compressed = write(new CompressedPacketWriter(zlib, new CompressedSequence()), packets);
        CompressedPacketReader large = new CompressedPacketReader(zlib, sequence, CompressedPacketHeader.MAX_LENGTH);

        assertThat(Arrays.equals(read(large, compressed), packets)).isTrue();
        assertThat(sequence.next()).as("ids 0 and 1 passed").isEqualTo(2);
    }

    @Test
    void continuesSequenceIdsFromACommandToItsAnswer() {
        CompressedPacketWriter writer = new CompressedPacketWriter(zlib, sequence);
        write(writer, EXIT);
        assertThat(sequence.next()).isEqualTo(1);

        read(reader, Hex.bytes("050000 01 000000  01000001 00"));
        assertThat(sequence.next()).isEqualTo(2);
        assertThat(Hex.dump(write(writer, Hex.bytes("01000002 00")))).isEqualTo("05000002000000" + "0100000200");
        assertThat(Hex.dump(write(writer, EXIT))).as("restarts at 0").isEqualTo(Hex.dump(EXIT_STORED));
    }

    @Test
    void acceptsAnExchangeThatRestartsAtZero() {
        assertThat(read(reader, Hex.bytes("050000 00 000000 01000000 63  050000 00 000000 01000000 63")))
                .hasSize(10);
    }

    @Test
    void rejectsZeroInTheMiddleOfAPacket() {
        assertMalformed("050000 00 000000 06000000 03  050000 00 000000 0102030405", "sequenceId", "0 (expected: 1)");
    }

    @Test
    void rejectsAGapInTheSequenceIds() {
        assertMalformed("050000 00 000000 06000000 03  050000 02 000000 0102030405", "sequenceId", "2 (expected: 1)");
    }

    @Test
    void countsSequenceIdsModulo256() {
        sequence.passed(0xfe);
        read(reader, Hex.bytes("050000 ff 000000 06000000 03"));
        read(reader, Hex.bytes("050000 00 000000 0102030405"));
        assertThat(sequence.next()).isEqualTo(1);
    }

    @Test
    void limitsTheUncompressedLengthFromTheHeader() {
        assertMalformed("050000 00 010040", "uncompressedLength", "4194305 (expected: <= 4194304)");
    }

    @Test
    void limitsTheLengthOfAStoredPartialBody() {
        assertMalformed("010040 00 050000", "bodyLength", "4194305 (expected: <= 4194304)");
    }

    @Test
    void rejectsAnEmptyBody() {
        assertMalformed("000000 00 050000", "bodyLength", "0 (expected: more)");
    }

    @Test
    void rejectsABodyOfAnotherAlgorithm() {
        assertMalformed("040000 00 340000 deadbeef", "body", "not a zlib stream");
    }
}
