package org.jclone.recipient.apply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Path;
import org.jclone.protocol.innodb.descriptor.DataDescriptor;
import org.jclone.protocol.innodb.descriptor.IncompleteChunk;
import org.jclone.protocol.innodb.descriptor.SnapshotState;
import org.jclone.protocol.innodb.descriptor.StateDescriptor;
import org.jclone.protocol.wire.MalformedPacketException;
import org.jclone.recipient.apply.ChunkMap.Claim;
import org.jclone.recipient.apply.ChunkMap.Run;
import org.junit.jupiter.api.Test;

class ChunkMapTest {

    private static final int PAGE = Descriptors.PAGE_SIZE;
    private static final long MIB = 1 << 20;

    private final FileTable files = new FileTable(PAGE, () -> SnapshotState.INIT);
    private final ChunkMap chunks = new ChunkMap(PAGE);
    private final TargetFile first = add(0, 3 * MIB + PAGE);

    private TargetFile add(long index, long size) {
        TargetFile file =
                new TargetFile(Descriptors.table(index, "./t/a.ibd").sized(size).file(), Path.of("/nowhere"));
        files.addDataFile(file);
        return file;
    }

    private void begin(SnapshotState state, long chunkCount, long fileCount) {
        chunks.begin(new StateDescriptor(100, state, 0, chunkCount, fileCount, 0, 0, StateDescriptor.START));
    }

    private static DataDescriptor block(SnapshotState state, int block, long index, long offset, long length) {
        return new DataDescriptor(100, state, 0, 1, block, index, length, offset, 99);
    }

    private static DataDescriptor copied(int block) {
        return block(SnapshotState.FILE_COPY, block, 0, (block - 1) * MIB, block < 4 ? MIB : PAGE);
    }

    private static DataDescriptor page(int block, long index) {
        return block(SnapshotState.PAGE_COPY, block, index, PAGE, PAGE);
    }

    private void assertRefused(DataDescriptor block, DataDescriptor before, String message) {
        assertThatExceptionOfType(MalformedPacketException.class)
                .isThrownBy(() -> chunks.expect(block, first, before))
                .withMessageContaining(message);
    }

    @Test
    void requiresBlocksOfAFileInOrderAndAtTheirPositions() {
        begin(SnapshotState.FILE_COPY, 1, 1);
        assertThat(chunks.expect(copied(1), first, null)).isEqualTo(4);
        assertThat(chunks.expect(copied(4), first, copied(3))).isEqualTo(4);
        assertRefused(copied(2), null, "block at offset 24: 2 (expected: 1 of chunk 1");
        assertRefused(copied(3), copied(1), "3 (expected: 2 of chunk 1");
        assertRefused(copied(1), copied(1), "1 (expected: 2 of chunk 1");
        assertRefused(
                block(SnapshotState.FILE_COPY, 1, 0, MIB, MIB), null, "fileOffset at offset 36: 1048576 (expected: 0");
        assertRefused(block(SnapshotState.FILE_COPY, 1, 0, 0, PAGE), null, "dataLength at offset 32: 16384");
        assertRefused(copied(5), copied(4), "5 (expected: 1 to 4 in chunk 1)");
    }

    @Test
    void requiresAChunkToContinueAtItsLastBlock() {
        begin(SnapshotState.FILE_COPY, 1, 1);
        chunks.restore(new Claim(1, 2, false));
        assertThat(chunks.expect(copied(3), first, null)).isEqualTo(4);
        assertThat(chunks.expect(copied(1), first, null)).as("sent again").isEqualTo(4);
        assertRefused(copied(4), null, "4 (expected: 3 of chunk 1");
    }

    @Test
    void reportsMissingParts() {
        begin(SnapshotState.FILE_COPY, 1, 1);
        assertThat(chunks.missing(files)).contains("file ./t/a.ibd from offset 0 on (block 1 of chunk 1)");
        chunks.written(new Run(1, 1, 3, 4));
        assertThat(chunks.missing(files)).contains("file ./t/a.ibd from offset 3145728 on (block 4 of chunk 1)");
        chunks.written(new Run(1, 4, 4, 4));
        assertThat(chunks.missing(files)).isEmpty();

        begin(SnapshotState.FILE_COPY, 1, 2);
        assertThat(chunks.missing(files)).contains("files from 1 on, of 2");
        begin(SnapshotState.FILE_COPY, 1, 1);
        first.drop();
        assertThat(chunks.missing(files)).isEmpty();
    }

    @Test
    void claimsNothingAfterDroppedPages() {
        add(1, MIB);
        begin(SnapshotState.PAGE_COPY, 1, 10);
        assertRefused(page(5, 0), page(3, 0), "5 (expected: 4 of chunk 1");
        assertThat(chunks.expect(page(6, 1), first, page(3, 0))).isEqualTo(10);
        chunks.written(new Run(1, 1, 3, 10));
        chunks.written(new Run(1, 6, 10, 10));
        assertThat(chunks.progress().incomplete()).containsExactly(new IncompleteChunk(1, 3));
        assertThat(chunks.missing(files)).contains("block 4 of chunk 1");
        first.drop();
        assertThat(chunks.missing(files)).isEmpty();
    }

    @Test
    void treatsAClaimOfAllBlocksAsACompleteChunk() {
        begin(SnapshotState.PAGE_COPY, 1, 10);
        chunks.restore(new Claim(1, 10, false));
        assertThat(chunks.missing(files)).isEmpty();
    }
}
