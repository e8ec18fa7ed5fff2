package org.jclone.donor.clone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Random;
import org.jclone.donor.fixture.MadeData;
import org.jclone.donor.fixture.MadeDataBuilder;
import org.jclone.donor.source.Block;
import org.jclone.donor.source.SourceFile;
import org.jclone.protocol.innodb.descriptor.SnapshotState;
import org.jclone.protocol.innodb.page.FspFlags;
import org.jclone.protocol.innodb.page.PageCheck;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Data larger than any disk: only the requested blocks are generated. */
class ScaleTest {

    private static final int KIB = 1 << 10;
    private static final int MANY = 100_000;
    private static final long MAX_HEAP = 256L << 20;

    private static final MadeData HUNDRED_THOUSAND = hundredThousandTables();

    private static MadeData hundredThousandTables() {
        MadeDataBuilder data = MadeData.builder(3).systemTablespace(1 << 20);
        for (int i = 0; i < MANY; i++) {
            data.table("schema" + i % 100 + "/t" + i, 112 * KIB);
        }
        return data.modify("schema7/t7", 1).build();
    }

    /** The last case is the maximum that InnoDB's page numbers can address. */
    @ParameterizedTest
    @CsvSource({"16384, 16, 262144", "4096, 16, 1048576", "16384, 64, 1048576", "65536, 256, 1048576"})
    void servesAFileOfManyTebibytes(int pageSize, long tebibytes, long chunks) throws IOException {
        long size = tebibytes << 40;
        MadeData data =
                MadeData.builder(5).pageSize(pageSize).table("t/a", size).build();
        SnapshotPlan plan = new SnapshotPlan(data);
        StatePlan files = plan.plan(SnapshotState.FILE_COPY);
        assertThat(files.chunkCount()).isEqualTo(chunks);
        assertThat(files.bytes()).isEqualTo(size);

        Random random = new Random(tebibytes);
        for (int i = 0; i < 20; i++) {
            long chunk = i == 0 ? chunks : 1 + (long) (random.nextDouble() * chunks);
            int number = i == 0 ? files.blockCount(chunk) : 1 + random.nextInt(files.blockCount(chunk));
            Block block = files.block(chunk, number);
            assertThat(block.fileOffset() + block.length()).isLessThanOrEqualTo(size);
            assertPagesFit(data, block);
        }
        Block last = files.block(chunks, files.blockCount(chunks));
        assertThat(last.fileOffset() + last.length()).isEqualTo(size);
    }

    private static void assertPagesFit(MadeData data, Block block) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(block.length());
        data.read(SnapshotState.FILE_COPY, block, bytes);
        SourceFile file = data.files().get(block.fileIndex());
        FspFlags flags = file.fspFlags();
        PageCheck check = new PageCheck(flags, data.pageSize(), file.spaceId());
        for (int at = 0; at < block.length(); at += data.pageSize()) {
            long number = (block.fileOffset() + at) / data.pageSize();
            PageCheck.Result result = check.check(bytes.slice(at, data.pageSize()), number);
            assertThat(result.isOk()).as("page %d: %s", number, result.detail()).isTrue();
        }
    }

    @Test
    void servesAHundredThousandFilesCheaply() throws IOException {
        System.gc();
        long before = usedHeap();
        SnapshotPlan plan = new SnapshotPlan(HUNDRED_THOUSAND);
        StatePlan files = plan.plan(SnapshotState.FILE_COPY);

        assertThat(files.fileCount()).isEqualTo(MANY + 1);
        assertThat(files.chunkCount()).isEqualTo(MANY + 1);
        for (int index : new int[] {0, 1, 4711, MANY}) {
            Block block = files.block(index + 1L, 1);
            assertThat(block.fileIndex()).isEqualTo(index);
            assertPagesFit(HUNDRED_THOUSAND, block);
        }
        assertThat(plan.filesOf(SnapshotState.FILE_COPY)).hasSize(MANY + 1);
        System.gc();
        assertThat(usedHeap() - before).isLessThan(MAX_HEAP);
    }

    private static long usedHeap() {
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }

    @Test
    void generatesTheSameBytesFromTheSameSeedAtAnyOffset() throws IOException {
        Block block = new Block(0, (1L << 46) - (1 << 20), 1 << 20, 1L << 46);
        assertThat(bytes(7, block)).isEqualTo(bytes(7, block));
        assertThat(bytes(8, block)).isNotEqualTo(bytes(7, block));
    }

    private static ByteBuffer bytes(long seed, Block block) throws IOException {
        MadeData data = MadeData.builder(seed).table("t/a", 1L << 46).build();
        ByteBuffer bytes = ByteBuffer.allocate(block.length());
        data.read(SnapshotState.FILE_COPY, block, bytes);
        return bytes.clear();
    }
}
