package org.jclone.protocol.netty;

import java.util.List;
import java.util.Optional;
import org.jclone.protocol.compress.CompressionAlgorithm;
import org.jclone.protocol.handshake.Capabilities;

/**
 * The algorithms that a connection may use.
 *
 * @param algorithms in order of preference
 * @param zstdLevel 1 to 22
 */
public record CompressionOffer(List<CompressionAlgorithm> algorithms, int zstdLevel) {

    /** Never compresses. */
    public static final CompressionOffer NONE =
            new CompressionOffer(List.of(CompressionAlgorithm.UNCOMPRESSED), CompressionAlgorithm.DEFAULT_ZSTD_LEVEL);

    public CompressionOffer {
        algorithms = List.copyOf(algorithms);
        if (zstdLevel < 1 || zstdLevel > CompressionAlgorithm.MAX_ZSTD_LEVEL) {
            throw new IllegalArgumentException(
                    "zstd level: " + zstdLevel + " (expected: 1 to " + CompressionAlgorithm.MAX_ZSTD_LEVEL + ')');
        }
    }

    /**
     * Returns the best algorithm that the donor offers and this machine supports. The greeting does not say whether
     * the donor accepts uncompressed connections; a donor that does not rejects the login.
     */
    public Optional<CompressionAlgorithm> choose(Capabilities offered) {
        return algorithms.stream()
                .filter(algorithm -> algorithm.capability().map(offered::has).orElse(true))
                .filter(CompressionAlgorithm::isAvailable)
                .findFirst();
    }
}
