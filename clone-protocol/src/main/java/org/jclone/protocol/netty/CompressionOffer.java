package org.jclone.protocol.netty;

import java.util.List;
import java.util.Optional;
import org.jclone.protocol.compress.CompressionAlgorithm;
import org.jclone.protocol.handshake.Capabilities;

/**
 * Which algorithms a connection may use.
 *
 * @param algorithms the best first
 * @param zstdLevel 1 to 22
 */
public record CompressionOffer(List<CompressionAlgorithm> algorithms, int zstdLevel) {

    /** Never compressed. */
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
     * The best that the donor offers and this machine can do. Whether a donor takes uncompressed connections its
     * greeting does not say; one that does not refuses the login.
     */
    public Optional<CompressionAlgorithm> choose(Capabilities offered) {
        return algorithms.stream()
                .filter(algorithm -> algorithm.capability().map(offered::has).orElse(true))
                .filter(CompressionAlgorithm::isAvailable)
                .findFirst();
    }
}
