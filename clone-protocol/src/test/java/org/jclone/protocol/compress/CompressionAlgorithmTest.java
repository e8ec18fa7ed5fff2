package org.jclone.protocol.compress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import org.jclone.protocol.handshake.Capabilities;
import org.jclone.protocol.handshake.Capability;
import org.junit.jupiter.api.Test;

class CompressionAlgorithmTest {

    private static final Capabilities ZLIB = Capabilities.of(Capability.CLIENT_COMPRESS);
    private static final Capabilities ZSTD = Capabilities.of(Capability.CLIENT_ZSTD_COMPRESSION_ALGORITHM);

    @Test
    void followsTheHandshakeFlags() {
        assertThat(CompressionAlgorithm.of(Capabilities.NONE)).isEqualTo(CompressionAlgorithm.UNCOMPRESSED);
        assertThat(CompressionAlgorithm.of(ZLIB)).isEqualTo(CompressionAlgorithm.ZLIB);
        assertThat(CompressionAlgorithm.of(ZSTD)).isEqualTo(CompressionAlgorithm.ZSTD);
    }

    @Test
    void usesZlibIfBothFlagsAreSet() {
        assertThat(CompressionAlgorithm.of(ZLIB.with(Capability.CLIENT_ZSTD_COMPRESSION_ALGORITHM)))
                .isEqualTo(CompressionAlgorithm.ZLIB);
    }

    @Test
    void hasNoCompressionForUncompressedConnections() {
        assertThat(CompressionAlgorithm.UNCOMPRESSED.capability()).isEmpty();
        assertThatIllegalStateException().isThrownBy(() -> CompressionAlgorithm.UNCOMPRESSED.open(3));
    }

    @Test
    void knowsTheLevelsAServerAccepts() {
        assertThatIllegalArgumentException().isThrownBy(() -> CompressionAlgorithm.ZSTD.open(0));
        assertThatIllegalArgumentException().isThrownBy(() -> CompressionAlgorithm.ZSTD.open(23));
        CompressionAlgorithm.ZSTD.open(22).close();
    }
}
