package org.jclone.protocol.compress;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jclone.protocol.handshake.Capabilities;
import org.jclone.protocol.handshake.Capability;

/**
 * How a connection is compressed, with the names used by {@code protocol_compression_algorithms}.
 *
 * <p>Source: docs/protocol/01-wire-protocol.md section 1.8.
 */
public enum CompressionAlgorithm {
    ZLIB("zlib"),
    ZSTD("zstd"),
    UNCOMPRESSED("uncompressed");

    /** The default zstd level. */
    public static final int DEFAULT_ZSTD_LEVEL = 3;

    /** The highest level that a server accepts. The lowest is 1. */
    public static final int MAX_ZSTD_LEVEL = 22;

    private final String algorithmName;

    CompressionAlgorithm(String algorithmName) {
        this.algorithmName = algorithmName;
    }

    /** Returns the name as MySQL's options and variables spell it. */
    public String algorithmName() {
        return algorithmName;
    }

    /** Returns the capability flag of this algorithm; none for {@link #UNCOMPRESSED}. */
    public Optional<Capability> capability() {
        return switch (this) {
            case ZLIB -> Optional.of(Capability.CLIENT_COMPRESS);
            case ZSTD -> Optional.of(Capability.CLIENT_ZSTD_COMPRESSION_ALGORITHM);
            case UNCOMPRESSED -> Optional.empty();
        };
    }

    /**
     * Returns the algorithms that a greeting offers. A greeting does not say whether uncompressed connections are
     * allowed.
     */
    public static List<CompressionAlgorithm> offeredBy(Capabilities greeting) {
        return Stream.of(ZLIB, ZSTD)
                .filter(algorithm -> greeting.has(algorithm.capability().orElseThrow()))
                .toList();
    }

    /**
     * Returns whether this machine supports the algorithm: zstd needs a native library, which is unpacked to
     * {@code java.io.tmpdir}.
     */
    public boolean isAvailable() {
        return this != ZSTD || ZstdCompression.isAvailable();
    }

    /**
     * Returns the algorithm of a connection with the negotiated capabilities {@code agreed}. If both are set, the
     * server uses zlib.
     */
    public static CompressionAlgorithm of(Capabilities agreed) {
        if (agreed.has(Capability.CLIENT_COMPRESS)) {
            return ZLIB;
        }
        return agreed.has(Capability.CLIENT_ZSTD_COMPRESSION_ALGORITHM) ? ZSTD : UNCOMPRESSED;
    }

    /**
     * Creates the compression of one connection.
     *
     * @param zstdLevel 1 to {@value #MAX_ZSTD_LEVEL}, for {@link #ZSTD} only
     * @throws IllegalStateException for {@link #UNCOMPRESSED}
     * @throws LinkageError if the algorithm is not {@linkplain #isAvailable() available}
     */
    public PacketCompression open(int zstdLevel) {
        return switch (this) {
            case ZLIB -> new ZlibCompression();
            case ZSTD -> new ZstdCompression(zstdLevel);
            case UNCOMPRESSED -> throw new IllegalStateException("an uncompressed connection has no compression");
        };
    }
}
