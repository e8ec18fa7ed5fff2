package org.jclone.donor.clone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import java.util.stream.LongStream;
import org.jclone.donor.source.Block;
import org.jclone.donor.source.SourceFile;
import org.jclone.protocol.innodb.page.FspFlags;
import org.junit.jupiter.api.Test;

/** The example of docs/protocol/02-innodb-clone-stream.md section 1.7, and edge cases. */
class FilePlanTest {

    private static final int MIB = 1 << 20;
    private static final int PAGE_SIZE = 16384;

    private static FilePlan plan(long... sizes) {
        List<SourceFile> files = LongStream.range(0, sizes.length)
                .mapToObj(i -> SourceFile.tablespace("f" + i, i, new FspFlags(0), sizes[(int) i]))
                .toList();
        return new FilePlan(files, PAGE_SIZE);
    }

    @Test
    void dividesEachFileIntoChunks() {
        FilePlan plan = plan(6364, 12L * MIB, 64L * MIB, 64L * MIB + PAGE_SIZE, 100);

        assertThat(plan.fileCount()).isEqualTo(5);
        assertThat(plan.chunkCount()).isEqualTo(6);
        assertThat(plan.firstChunk(3)).isEqualTo(4);
        assertThat(plan.lastChunk(3)).isEqualTo(5);
        assertThat(plan.firstChunk(4)).isEqualTo(6);
        assertThat(plan.bytes()).isEqualTo(6364 + 140L * MIB + PAGE_SIZE + 100);
    }

    @Test
    void cutsBlocksAtTheEndOfTheFile() {
        FilePlan plan = plan(6364, 12L * MIB, 64L * MIB + PAGE_SIZE);

        assertThat(plan.blockCount(1)).isEqualTo(1);
        assertThat(plan.block(1, 1)).isEqualTo(new Block(0, 0, 6364, 6364));
        assertThat(plan.blockCount(2)).isEqualTo(12);
        assertThat(plan.block(2, 2)).isEqualTo(new Block(1, MIB, MIB, 12L * MIB));
        assertThat(plan.blockCount(3)).isEqualTo(64);
        assertThat(plan.blockCount(4)).isEqualTo(1);
        assertThat(plan.block(4, 1)).isEqualTo(new Block(2, 64L * MIB, PAGE_SIZE, 64L * MIB + PAGE_SIZE));
    }

    @Test
    void givesEmptyFilesNoChunks() {
        FilePlan plan = plan(0, 0, MIB, 0, MIB, 0);

        assertThat(plan.chunkCount()).isEqualTo(2);
        assertThat(plan.lastChunk(0)).isLessThan(plan.firstChunk(0));
        assertThat(plan.block(1, 1).fileIndex()).isEqualTo(2);
        assertThat(plan.block(2, 1).fileIndex()).isEqualTo(4);
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> plan.blockCount(3));
    }

    @Test
    void computesOffsetsBeyond32Bits() {
        FilePlan plan = plan(16L << 40);

        assertThat(plan.chunkCount()).isEqualTo(262_144);
        assertThat(plan.block(262_144, 64).fileOffset()).isEqualTo((16L << 40) - MIB);
    }
}
