package org.jclone.cli.option;

import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Format and level of the output. */
@Command(optionListHeading = "Output")
public final class OutputOptions {

    private static final int MIN_BAR_WIDTH = 40;

    @Option(
            names = "--output",
            paramLabel = "FORMAT",
            description =
                    "Format of standard output: text is a summary at the end; json is one object a line, events and"
                            + " progress first, the result or the error last.")
    private OutputFormat format = OutputFormat.TEXT;

    @Option(
            names = "--progress",
            paramLabel = "STYLE",
            description = "Style of the progress on standard error; auto is bar on a terminal, none with --output=json,"
                    + " otherwise lines.")
    private ProgressStyle progress = ProgressStyle.AUTO;

    @Option(
            names = "--log-level",
            paramLabel = "LEVEL",
            description = "Level of the log. The default is warn, or info with --log-file.")
    private LogLevel logLevel;

    @Option(
            names = "--log-file",
            paramLabel = "FILE",
            description = "Append the log and the result of the clone to this file, instead of writing the log to"
                    + " standard error. To rotate it, move it between clones, or copy and truncate it. A"
                    + " symbolic link is refused.")
    private Path logFile;

    @Option(
            names = "--metrics-file",
            paramLabel = "FILE",
            description =
                    "Write metrics to this file every few seconds, for node-exporter's textfile collector, which reads"
                            + " names that end with .prom.")
    private Path metricsFile;

    @Option(
            names = {"--verbose", "-v"},
            description = "Log more: once is --log-level=info, twice is debug, three times is trace.")
    private boolean[] verbose = {};

    public boolean isJson() {
        return format == OutputFormat.JSON;
    }

    public Optional<Path> logFile() {
        return Optional.ofNullable(logFile);
    }

    public Optional<Path> metricsFile() {
        return Optional.ofNullable(metricsFile);
    }

    /** Resolves {@code auto}. */
    public ProgressStyle progressStyle(OptionalInt terminalWidth) {
        if (progress != ProgressStyle.AUTO) {
            return progress;
        }
        if (isJson()) {
            return ProgressStyle.NONE;
        }
        return terminalWidth.orElse(0) >= MIN_BAR_WIDTH ? ProgressStyle.BAR : ProgressStyle.LINES;
    }

    /** {@code --verbose} counts up from the default. If both options are given, the more verbose one wins. */
    public LogLevel logLevel() {
        LogLevel[] levels = LogLevel.values();
        LogLevel byDefault = logFile == null ? LogLevel.WARN : LogLevel.INFO;
        LogLevel given = logLevel == null ? byDefault : logLevel;
        LogLevel counted = levels[Math.min(levels.length - 1, LogLevel.WARN.ordinal() + verbose.length)];
        return verbose.length > 0 && counted.compareTo(given) > 0 ? counted : given;
    }
}
