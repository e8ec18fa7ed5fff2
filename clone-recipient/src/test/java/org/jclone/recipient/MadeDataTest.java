package org.jclone.recipient;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.stream.IntStream;
import org.jclone.donor.fixture.MadeData;
import org.jclone.donor.fixture.MadeDataBuilder;
import org.jclone.recipient.api.CloneResult;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A clone of made data has exactly the bytes that were made. */
class MadeDataTest {

    private static final int KIB = 1 << 10;
    private static final int MIB = 1 << 20;

    @TempDir
    Path parent;

    /** A small server with every kind of file. */
    static MadeDataBuilder smallServer(int pageSize) {
        long page = pageSize;
        return MadeData.builder(7)
                .pageSize(pageSize)
                .bufferPoolDump(6364)
                .systemTablespace(MIB, MIB)
                .dictionary(MIB)
                .undoTablespaces(2, MIB)
                .table("shop/orders", 5 * MIB)
                .table("shop/empty", 7 * page)
                .zipTable("shop/zip", pageSize / 2, MIB + page)
                .compressedTable("shop/compressed", MIB)
                .generalTablespace("./general.ibd", 3 * page)
                .table("we@0020ird@002d@1o/part#p#p0#sp#s1", 4 * page)
                .modify("shop/orders", 0, 3, 4, 5, 77)
                .modify("ibdata1", 0, 5, 7)
                .modify("shop/zip", 1, 2)
                .modify("shop/compressed", 6, 7)
                .modify("undo_002", 2);
    }

    /** The page size is nothing to the transport: the run without native libraries needs one. */
    static IntStream pageSizes() {
        return Boolean.getBoolean("io.netty.transport.noNative")
                ? IntStream.of(16 * KIB)
                : IntStream.of(4 * KIB, 8 * KIB, 16 * KIB, 32 * KIB, 64 * KIB);
    }

    @ParameterizedTest
    @MethodSource("pageSizes")
    void clonesEveryPageSize(int pageSize) {
        MadeData data = smallServer(pageSize).build();
        try (CloneRig rig = CloneRig.of(parent, data)) {
            CloneResult result = rig.run();
            FinalState.assertIdentical(data, rig.target());
            assertThat(result.files()).isEqualTo(data.finalFiles().size());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 8})
    void clonesOverSeveralConnections(int connections) {
        MadeData data = smallServer(16 * KIB).build();
        try (CloneRig rig = CloneRig.of(parent, data)
                .with(request -> request.transfer(
                        it -> it.withMaxConcurrency(connections).withAutotuneConcurrency(false)))) {
            rig.run();
            FinalState.assertIdentical(data, rig.target());
        }
    }

    @Test
    void leavesNothingBehindAtTheDonor() {
        try (CloneRig rig = CloneRig.of(parent, smallServer(16 * KIB).build())) {
            rig.run();
            assertThat(rig.donor().clones()).isZero();
        }
    }
}
