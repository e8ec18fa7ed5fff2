package org.jclone.protocol.innodb.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GeometryTest {

    private static final ChunkGeometry GEOMETRY = new ChunkGeometry(16384);
    private static final FspFlags PLAIN = new FspFlags(0x4021);

    @ParameterizedTest
    @CsvSource({"4096, 16, 256", "8192, 32, 512", "16384, 64, 1024", "32768, 128, 2048", "65536, 256, 4096"})
    void chunksAndBlocksGrowWithThePageSize(int pageSize, int chunkMebibytes, int blockKibibytes) {
        ChunkGeometry geometry = new ChunkGeometry(pageSize);

        assertThat(geometry.chunkBytes()).isEqualTo(chunkMebibytes << 20);
        assertThat(geometry.blockBytes()).isEqualTo(blockKibibytes << 10);
        assertThat(ChunkGeometry.BLOCKS_PER_CHUNK).isEqualTo(64);
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "1, 1", "67108864, 1", "67108865, 2", "134217728, 2", "9223372036854775807, 137438953472"})
    void countsTheChunksOfAFile(long fileSize, long chunks) {
        assertThat(GEOMETRY.chunkCount(fileSize)).isEqualTo(chunks);
    }

    @Test
    void findsTheOffsetOfABlock() {
        assertThat(GEOMETRY.blockOffset(0, 1)).isZero();
        assertThat(GEOMETRY.blockOffset(0, 2)).isEqualTo(1 << 20);
        assertThat(GEOMETRY.blockOffset(2, 64)).isEqualTo((2L * 64 + 63) << 20);
        assertThatExceptionOfType(ArithmeticException.class)
                .isThrownBy(() -> GEOMETRY.blockOffset(0xffff_ffffL << 12, 0xffff_ffffL));
    }

    @Test
    void countsTheBlocksOfAChunk() {
        assertThat(GEOMETRY.blockCount(0, 0)).isZero();
        assertThat(GEOMETRY.blockCount(0, 1)).isEqualTo(1);
        assertThat(GEOMETRY.blockCount(0, 12 << 20)).isEqualTo(12);
        assertThat(GEOMETRY.blockCount(0, 1L << 40)).isEqualTo(64);
        assertThat(GEOMETRY.blockCount(1, (64 << 20) + 1)).isEqualTo(1);
        assertThat(GEOMETRY.blockCount(1, 64 << 20)).isZero();
    }

    @Test
    void rejectsPageSizesThatInnodbDoesNotSupport() {
        assertThat(LongStream.rangeClosed(0, 1 << 20).filter(PageSizes::isValid))
                .containsExactly(4096L, 8192L, 16384L, 32768L, 65536L);
        assertThatIllegalArgumentException().isThrownBy(() -> new ChunkGeometry(2048));
        assertThatIllegalArgumentException().isThrownBy(() -> ExtentGeometry.pagesPerExtent(20000));
    }

    @ParameterizedTest
    @CsvSource({"4096, 256", "8192, 128", "16384, 64", "32768, 64", "65536, 64"})
    void countsThePagesOfAnExtent(int pageSize, int pages) {
        assertThat(ExtentGeometry.pagesPerExtent(pageSize)).isEqualTo(pages);
    }

    @Test
    void alignsFilesAboveOneExtent() {
        assertThat(ExtentGeometry.alignedSize(671744, PLAIN, 16384)).isEqualTo(671744);
        assertThat(ExtentGeometry.alignedSize(1 << 20, PLAIN, 16384)).isEqualTo(1 << 20);
        assertThat(ExtentGeometry.alignedSize((1 << 20) + 1, PLAIN, 16384)).isEqualTo(2 << 20);
        assertThat(ExtentGeometry.alignedSize(91 * 1048576 / 10, PLAIN, 16384)).isEqualTo(10 << 20);
    }

    @Test
    void theExtentsOfZipTablespacesAreSmaller() {
        assertThat(ExtentGeometry.extentBytes(new FspFlags(0x4027), 16384)).isEqualTo(256 << 10);
        assertThat(ExtentGeometry.alignedSize((256 << 10) + 4096, new FspFlags(0x4027), 16384))
                .isEqualTo(512 << 10);
    }

    @Test
    void theRangeOfUndoTablespacesHas127Times400000Ids() {
        assertThat(SpaceIds.UNDO_MAX - SpaceIds.UNDO_MIN + 1).isEqualTo(127 * 400_000);
        assertThat(SpaceIds.isUndo(SpaceIds.UNDO_MIN - 1)).isFalse();
        assertThat(SpaceIds.isUndo(SpaceIds.UNDO_MIN)).isTrue();
        assertThat(SpaceIds.isUndo(SpaceIds.UNDO_MAX)).isTrue();
        assertThat(SpaceIds.isUndo(SpaceIds.REDO)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        " 4096, 0x40e1,  1558",
        " 8192, 0x4121,  3734",
        "16384, 0x4021, 10390",
        "32768, 0x41a1, 20630",
        "65536, 0x41e1, 41110",
        "16384, 0x4029,  5270",
        "16384, 0x4027,  2710",
        "16384, 0x4025,  1430",
        "16384, 0x4023,   790",
    })
    void findsTheEncryptionInformation(int pageSize, String flags, int offset) {
        assertThat(EncryptionInfo.offsetInFirstPage(new FspFlags(Long.decode(flags)), pageSize))
                .isEqualTo(offset);
    }
}
