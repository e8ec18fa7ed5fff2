package org.jclone.recipient;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.LongStream;
import org.jclone.donor.fixture.MadeData;
import org.jclone.donor.fixture.MadeDataBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files of every size, files that grow during the clone, and redo logs of every length. */
class GrowthTest {

    private static final int KIB = 1 << 10;
    private static final int MIB = 1 << 20;

    @TempDir
    Path parent;

    @ParameterizedTest
    @ValueSource(longs = {112 * KIB, 320 * KIB, MIB, MIB + 16 * KIB, 3 * MIB + 48 * KIB, 70 * MIB})
    void aTableOfAnySize(long bytes) {
        assertClones(MadeData.builder(37).table("t/a", bytes), 2);
    }

    @ParameterizedTest
    @CsvSource({"112, 128", "112, 2064", "2048, 3072", "3072, 6144"})
    void aTableThatGrows(long kib, long newKib) {
        assertClones(
                MadeData.builder(37)
                        .table("t/a", kib * KIB)
                        .table("t/b", MIB)
                        .grow("t/a", newKib * KIB)
                        .modify("t/a", 1, 3),
                3);
    }

    /** The last file gets new pages; page 0 in the first file gives the total size. */
    @ParameterizedTest
    @ValueSource(ints = {1, 4})
    void aSystemTablespaceOfThreeFiles(int connections) {
        assertClones(
                MadeData.builder(37)
                        .systemTablespace(2 * MIB, MIB, 3 * MIB)
                        .table("t/a", MIB)
                        .modify("ibdata1", 5, 130, 190, 191, 192, 383)
                        .grow("ibdata1", 9 * MIB),
                connections);
    }

    @Test
    void moreModifiedPagesThanAChunkHas() {
        assertClones(
                MadeData.builder(37)
                        .pageSize(4 * KIB)
                        .table("t/a", 20 * MIB)
                        .table("t/b", MIB)
                        .modify("t/a", LongStream.range(0, 5000).toArray())
                        .modify("t/b", LongStream.range(100, 200).toArray()),
                3);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 65536",
        "512, 65536",
        "62976, 65536",
        "63488, 65536",
        "64000, 65536",
        "200000, 65536",
        "3000000, 1048576"
    })
    void aRedoLogOfAnyLength(long bytes, long fileBytes) {
        assertClones(MadeData.builder(37).table("t/a", 112 * KIB).redo(bytes, fileBytes), 3);
    }

    @Test
    void manyFiles() {
        MadeDataBuilder data = MadeData.builder(37).pageSize(4 * KIB).systemTablespace(MIB);
        for (int i = 0; i < 1000; i++) {
            data.table("schema" + i % 10 + "/t" + i, 28 * KIB);
        }
        assertClones(data, 4);
    }

    /** Offsets far beyond 32 bits, in a sparse file of the largest size that ext4 supports. */
    @Test
    void aFileOfManyTebibytes() {
        long[] pages = {1 << 18, 1 << 29, (1 << 30) - 65};
        MadeData data = MadeData.builder(37)
                .table("t/huge", 112 * KIB)
                .modify("t/huge", pages)
                .build();
        try (CloneRig rig = CloneRig.of(parent, data)) {
            rig.run();
            Path file = rig.target().resolve("t/huge.ibd");
            assertThat(file).hasSize((16L << 40) - MIB);
            FinalState.assertSamePlaces(
                    data, rig.target(), 0, pages[0] * 16L * KIB, pages[1] * 16L * KIB, (16L << 40) - 2 * MIB);
        }
    }

    private void assertClones(MadeDataBuilder builder, int connections) {
        MadeData data = builder.build();
        try (CloneRig rig = CloneRig.of(parent, data)
                .with(request -> request.transfer(
                        it -> it.withMaxConcurrency(connections).withAutotuneConcurrency(false)))) {
            rig.run();
            FinalState.assertIdentical(data, rig.target());
            assertThat(Files.exists(rig.target().resolve("#clone/#status_fix"))).isTrue();
        }
    }
}
