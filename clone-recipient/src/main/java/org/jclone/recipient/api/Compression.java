package org.jclone.recipient.api;

import java.util.List;
import java.util.Objects;

/**
 * How the connections to the donor are compressed. The donor's CPU does most of the work.
 *
 * @param mode whether
 * @param algorithms permitted ones, the best first; the first that the donor offers is used
 * @param zstdLevel 1 to 22
 */
public record Compression(Mode mode, List<Algorithm> algorithms, int zstdLevel) {

    /** Whether to compress. */
    public enum Mode {
        OFF,
        ON,
        /** Only where the network is slower than a CPU compresses, which is measured first. */
        AUTO
    }

    /** As in the donor's {@code protocol_compression_algorithms}. */
    public enum Algorithm {
        ZSTD,
        ZLIB,
        UNCOMPRESSED
    }

    public static final int DEFAULT_ZSTD_LEVEL = 3;

    public static final int MAX_ZSTD_LEVEL = 22;

    /** What to use where nobody chose: zstd makes less of the data in a tenth of zlib's time. */
    public static final List<Algorithm> DEFAULT_ALGORITHMS =
            List.of(Algorithm.ZSTD, Algorithm.ZLIB, Algorithm.UNCOMPRESSED);

    public static final Compression OFF = new Compression(Mode.OFF, DEFAULT_ALGORITHMS, DEFAULT_ZSTD_LEVEL);

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

    public Compression withMode(Mode value) {
        return new Compression(value, algorithms, zstdLevel);
    }
}
