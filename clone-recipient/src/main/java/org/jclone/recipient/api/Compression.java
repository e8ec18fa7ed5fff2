package org.jclone.recipient.api;

import java.util.List;
import java.util.Objects;

/**
 * Compression of the connections to the donor. Most of the work falls on the donor's CPU.
 *
 * @param mode whether to compress
 * @param algorithms permitted algorithms, the preferred one first; the first that the donor offers is used
 * @param zstdLevel 1 to 22
 */
public record Compression(Mode mode, List<Algorithm> algorithms, int zstdLevel) {

    /** Whether to compress. */
    public enum Mode {
        /** Never. */
        OFF,
        /** Always, if the donor can. */
        ON,
        /** Only if the network is slower than a CPU compresses, which is measured first. */
        AUTO
    }

    /** The algorithms of the donor's {@code protocol_compression_algorithms}. */
    public enum Algorithm {
        /** Zstandard. */
        ZSTD,
        /** zlib. */
        ZLIB,
        /** None; permits a donor without the others. */
        UNCOMPRESSED
    }

    /** The default level, that of MySQL's clients. */
    public static final int DEFAULT_ZSTD_LEVEL = 3;

    /** The largest level. */
    public static final int MAX_ZSTD_LEVEL = 22;

    /** The default order: zstd compresses better than zlib in a tenth of the time. */
    public static final List<Algorithm> DEFAULT_ALGORITHMS =
            List.of(Algorithm.ZSTD, Algorithm.ZLIB, Algorithm.UNCOMPRESSED);

    /** No compression. */
    public static final Compression OFF = new Compression(Mode.OFF, DEFAULT_ALGORITHMS, DEFAULT_ZSTD_LEVEL);

    /** Compression with the preferred algorithm that the donor offers. */
    public static final Compression ON = OFF.withMode(Mode.ON);

    public Compression {
        Objects.requireNonNull(mode, "mode");
        algorithms = List.copyOf(algorithms);
        if (algorithms.isEmpty()) {
            throw new IllegalArgumentException("compression algorithms: none (expected: at least one)");
        }
        if (zstdLevel < 1 || zstdLevel > MAX_ZSTD_LEVEL) {
            throw new IllegalArgumentException(
                    "zstd compression level: " + zstdLevel + " (expected: 1 to " + MAX_ZSTD_LEVEL + ')');
        }
    }

    /**
     * {@return the same settings with another {@code mode}}
     *
     * @param value the new one
     */
    public Compression withMode(Mode value) {
        return new Compression(value, algorithms, zstdLevel);
    }
}
