package org.jclone.protocol.compress;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jclone.protocol.handshake.Capabilities;
import org.jclone.protocol.handshake.Capability;

/**
 * How a connection is compressed, with the names of {@code protocol_compression_algorithms}.
 *
 * <p>Source: docs/protocol/01-wire-protocol.md section 1.8.
 */
public enum CompressionAlgorithm {
    ZLIB("zlib"),
    ZSTD("zstd"),
    UNCOMPRESSED("uncompressed");

    /** The level of zstd where nobody asks for another. */
    public static final int DEFAULT_ZSTD_LEVEL = 3;

    /** The highest level a server accepts; the lowest is 1. */
    public static final int MAX_ZSTD_LEVEL = 22;

    private final String algorithmName;

    CompressionAlgorithm(String algorithmName) {
        this.algorithmName = algorithmName;
    }

    /** As MySQL's options and variables spell it. */
    public String algorithmName() {
        return algorithmName;
    }

    /** The flag that offers or asks for it; none for clear packets. */
    public Optional<Capability> capability() {
        return switch (this) {
            case ZLIB -> Optional.of(Capability.CLIENT_COMPRESS);
            case ZSTD -> Optional.of(Capability.CLIENT_ZSTD_COMPRESSION_ALGORITHM);
            case UNCOMPRESSED -> Optional.empty();
        };
    }

    /** Those that a greeting offers; it says nothing of {@link #UNCOMPRESSED}. */
    public static List<CompressionAlgorithm> offeredBy(Capabilities greeting) {
        return Stream.of(ZLIB, ZSTD)
                .filter(algorithm -> greeting.has(algorithm.capability().orElseThrow()))
                .toList();
    }

    /** Whether this machine can do it: zstd needs a native library, which is unpacked to {@code java.io.tmpdir}. */
    public boolean isAvailable() {
        return this != ZSTD || ZstdCompression.isAvailable();
    }

    /** What a connection uses whose two sides agreed on {@code agreed}: of two algorithms the server takes zlib. */
    public static CompressionAlgorithm of(Capabilities agreed) {
        if (agreed.has(Capability.CLIENT_COMPRESS)) {
            return ZLIB;
        }
        return agreed.has(Capability.CLIENT_ZSTD_COMPRESSION_ALGORITHM) ? ZSTD : UNCOMPRESSED;
    }

    /**
     * What compresses and decompresses the packets of one connection.
     *
     * @param zstdLevel 1 to {@value #MAX_ZSTD_LEVEL}, for {@link #ZSTD} only
     * @throws IllegalStateException for {@link #UNCOMPRESSED}
     * @throws LinkageError if it is not {@linkplain #isAvailable() available}
     */
    public PacketCompression open(int zstdLevel) {
        return switch (this) {
            case ZLIB -> new ZlibCompression();
            case ZSTD -> new ZstdCompression(zstdLevel);
            case UNCOMPRESSED -> throw new IllegalStateException("nothing compresses an uncompressed connection");
        };
    }
}
