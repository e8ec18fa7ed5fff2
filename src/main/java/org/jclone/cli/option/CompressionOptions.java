package org.jclone.cli.option;

import java.util.ArrayList;
import java.util.List;
import org.jclone.recipient.api.Compression;
import org.jclone.recipient.api.Compression.Algorithm;
import org.jclone.recipient.api.Compression.Mode;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Compression of the connections. Names are those of MySQL's clients and {@code clone_*} variables. */
@Command(optionListHeading = "Compression")
public final class CompressionOptions {

    @Option(
            names = "--enable-compression",
            paramLabel = "ON|OFF|AUTO",
            arity = "0..1",
            fallbackValue = Switch.BARE,
            preprocessor = AttachedValue.class,
            converter = ModeConverter.class,
            description =
                    "Compress on the wire, which costs CPU on the donor. AUTO measures, before data flows and while it"
                            + " does, and compresses only where that is faster. The default is OFF, or ON with"
                            + " --compression-algorithms.")
    private Mode mode;

    @Option(
            names = "--compression-algorithms",
            paramLabel = "LIST",
            split = ",",
            converter = AlgorithmConverter.class,
            description = "Permitted algorithms, best first, separated by commas: zstd, zlib, uncompressed. jclone uses"
                    + " the first that the donor permits; the default is all three.")
    private List<Algorithm> algorithms = new ArrayList<>();

    @Option(
            names = "--zstd-compression-level",
            paramLabel = "N",
            description = "Compression level of zstd on the donor. Levels above the default cost far more CPU than they"
                    + " save.")
    @Range(min = 1, max = Compression.MAX_ZSTD_LEVEL)
    private int zstdLevel = Compression.DEFAULT_ZSTD_LEVEL;

    public Compression settings() {
        Mode byDefault = algorithms.isEmpty() ? Mode.OFF : Mode.ON;
        return new Compression(
                mode == null ? byDefault : mode,
                algorithms.isEmpty() ? Compression.DEFAULT_ALGORITHMS : algorithms,
                zstdLevel);
    }

    /** Parses a {@link Switch}, or {@code AUTO}. */
    static final class ModeConverter implements ITypeConverter<Mode> {

        @Override
        public Mode convert(String text) {
            if (text.equalsIgnoreCase("AUTO")) {
                return Mode.AUTO;
            }
            return Switch.parse(text)
                    .map(given -> given.isOn() ? Mode.ON : Mode.OFF)
                    .orElseThrow(() -> new TypeConversionException("neither on, off nor auto"));
        }
    }

    /** Parses MySQL's spelling. */
    static final class AlgorithmConverter implements ITypeConverter<Algorithm> {

        @Override
        public Algorithm convert(String text) {
            for (Algorithm algorithm : Algorithm.values()) {
                if (algorithm.name().equalsIgnoreCase(text.strip())) {
                    return algorithm;
                }
            }
            throw new TypeConversionException("none of zstd, zlib and uncompressed");
        }
    }
}
