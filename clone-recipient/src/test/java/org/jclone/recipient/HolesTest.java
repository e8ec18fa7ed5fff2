package org.jclone.recipient;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.stream.LongStream;
import org.jclone.donor.fixture.MadeData;
import org.jclone.protocol.innodb.descriptor.SnapshotState;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pages of page-compressed tables end in holes, and reading them gives the same bytes. */
class HolesTest {

    private static final int MIB = 1 << 20;
    private static final int STAT_BLOCK = 512;

    /** A compressed page takes two of four blocks of 4 KiB; one page in five is not compressed. */
    private static final double EXPECTED_SHARE = 0.6;

    private static final double TOLERANCE = 0.05;

    @TempDir
    Path parent;

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void areMadeInFileCopy(boolean directIo) throws IOException {
        MadeData data = MadeData.builder(19)
                .compressedTable("t/compressed", 4 * MIB)
                .table("t/plain", MIB)
                .build();
        Path target = cloneOf(data, directIo);
        assertThat(allocatedShare(target.resolve("t/compressed.ibd"), 4 * MIB))
                .isBetween(EXPECTED_SHARE - TOLERANCE, EXPECTED_SHARE + TOLERANCE);
        assertThat(allocatedShare(target.resolve("t/plain.ibd"), MIB)).isGreaterThanOrEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void areMadeInPageCopyOverCompletePages(boolean directIo) throws IOException {
        MadeData data = MadeData.builder(19)
                .table("t/altered", 4 * MIB)
                .compress(SnapshotState.FILE_COPY, "t/altered")
                .modify("t/altered", LongStream.range(0, 256).toArray())
                .build();
        Path target = cloneOf(data, directIo);
        assertThat(allocatedShare(target.resolve("t/altered.ibd"), 4 * MIB))
                .isBetween(EXPECTED_SHARE - TOLERANCE, EXPECTED_SHARE + TOLERANCE);
    }

    private Path cloneOf(MadeData data, boolean directIo) {
        try (CloneRig rig =
                CloneRig.of(parent, data).with(request -> request.target(it -> it.withDirectIo(directIo)))) {
            rig.run();
            FinalState.assertIdentical(data, rig.target());
            return rig.target();
        }
    }

    /** Returns the allocated share of the file according to {@code stat}, which Java does not offer. */
    private static double allocatedShare(Path file, long size) throws IOException {
        Process stat = new ProcessBuilder("stat", "-c", "%b", file.toString()).start();
        String blocks = new String(stat.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip();
        return (double) Long.parseLong(blocks) * STAT_BLOCK / size;
    }
}
