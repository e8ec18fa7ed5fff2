package org.jclone.recipient;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.jclone.donor.fixture.MadeData;
import org.jclone.protocol.compress.CompressionAlgorithm;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneResult;
import org.jclone.recipient.api.Compression;
import org.jclone.recipient.api.StageProgress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Clones over compressed connections between jclone's recipient and donor. */
class CompressedCloneTest {

    /** Three quarters of its pages are zero. */
    private static final MadeData DATA = MadeData.builder(5)
            .systemTablespace(1 << 20)
            .compressedTable("t/a", 4 << 20)
            .table("t/b", 1 << 20)
            .modify("t/b", 1, 2, 3)
            .build();

    private static final Compression ONLY_ZSTD =
            new Compression(Compression.Mode.ON, List.of(Compression.Algorithm.ZSTD), 1);

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource(
            value = CompressionAlgorithm.class,
            names = {"ZLIB", "ZSTD"})
    void sendsFewerBytesAndTheSameData(CompressionAlgorithm algorithm) {
        try (CloneRig rig = CloneRig.of(folder, DATA, config -> config.compression(List.of(algorithm)))
                .with(request -> request.transfer(
                        it -> it.withCompression(Compression.ON).withMaxConcurrency(2)))) {
            CloneResult result = rig.run();

            FinalState.assertIdentical(DATA, rig.target());
            long network = result.stages().stream()
                    .mapToLong(StageProgress::networkBytes)
                    .sum();
            assertThat(network).isLessThan(result.dataBytes() * 2 / 3);
        }
    }

    @Test
    void refusesADonorWithoutTheRequiredCompression() {
        try (CloneRig rig = CloneRig.of(folder, DATA, config -> config.compression(List.of()))
                .with(request -> request.transfer(it -> it.withCompression(ONLY_ZSTD)))) {
            assertThat(rig.refused().code()).isEqualTo(CloneErrorCode.INCOMPATIBLE);
        }
    }
}
