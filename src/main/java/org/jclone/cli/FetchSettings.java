package org.jclone.cli;

import java.util.OptionalInt;
import org.jclone.cli.option.Arguments;
import org.jclone.cli.option.Command;
import org.jclone.cli.option.FetchOptions;
import org.jclone.cli.option.LogLevel;
import org.jclone.cli.option.OutputFormat;
import org.jclone.cli.option.PathMapping;
import org.jclone.cli.option.ProgressStyle;
import org.jclone.cli.option.UsageException;
import org.jclone.recipient.api.BandwidthLimits;
import org.jclone.recipient.api.CloneRequest;
import org.jclone.recipient.api.Password;

/** Turns the arguments of {@code jclone fetch} into what the engine and the reporters want. */
final class FetchSettings {

    private static final int MIN_BAR_WIDTH = 40;

    private FetchSettings() {}

    /** @throws UsageException if options contradict each other */
    static CloneRequest request(Arguments arguments, Password password) throws UsageException {
        CloneRequest.Builder builder = CloneRequest.builder()
                .donor(arguments.get(FetchOptions.DONOR_ADDRESS))
                .user(arguments.get(FetchOptions.USER))
                .password(password)
                .directory(arguments.get(FetchOptions.DIRECTORY))
                .sslMode(arguments.get(FetchOptions.SSL_MODE))
                .getServerPublicKey(arguments.get(FetchOptions.GET_SERVER_PUBLIC_KEY))
                .maxConcurrency(Math.toIntExact(arguments.get(FetchOptions.MAX_CONCURRENCY)))
                .autotuneConcurrency(arguments.get(FetchOptions.AUTOTUNE_CONCURRENCY))
                .bandwidthLimits(new BandwidthLimits(
                        arguments.get(FetchOptions.MAX_DATA_BANDWIDTH),
                        arguments.get(FetchOptions.MAX_NETWORK_BANDWIDTH)))
                .blockDdl(arguments.get(FetchOptions.BLOCK_DDL))
                .ddlTimeout(arguments.get(FetchOptions.DDL_TIMEOUT))
                .connectTimeout(arguments.get(FetchOptions.CONNECT_TIMEOUT))
                .directIo(arguments.get(FetchOptions.DIRECT_IO));
        arguments.find(FetchOptions.SSL_CA).ifPresent(builder::sslCa);
        arguments.find(FetchOptions.SSL_CERT).ifPresent(builder::sslCert);
        arguments.find(FetchOptions.SSL_KEY).ifPresent(builder::sslKey);
        arguments.find(FetchOptions.SERVER_PUBLIC_KEY_PATH).ifPresent(builder::serverPublicKey);
        for (PathMapping mapping : arguments.all(FetchOptions.MAP_PATH)) {
            builder.mapPath(mapping.from(), mapping.to().toAbsolutePath().normalize());
        }
        try {
            return builder.build();
        } catch (IllegalArgumentException e) {
            throw new UsageException(Command.FETCH, e.getMessage());
        }
    }

    /** What {@code auto} comes to. */
    static ProgressStyle progressStyle(Arguments arguments, OptionalInt terminalWidth) {
        ProgressStyle style = arguments.get(FetchOptions.PROGRESS);
        if (style != ProgressStyle.AUTO) {
            return style;
        }
        if (arguments.get(FetchOptions.OUTPUT_FORMAT) == OutputFormat.JSON) {
            return ProgressStyle.NONE;
        }
        return terminalWidth.orElse(0) >= MIN_BAR_WIDTH ? ProgressStyle.BAR : ProgressStyle.LINES;
    }

    /** {@code --verbose} counts from the default on; with both given, the one that says more wins. */
    static LogLevel logLevel(Arguments arguments) {
        LogLevel named = arguments.get(FetchOptions.LOG_LEVEL);
        int verbose = arguments.all(FetchOptions.VERBOSE).size();
        LogLevel[] levels = LogLevel.values();
        LogLevel counted = levels[Math.min(levels.length - 1, LogLevel.WARN.ordinal() + verbose)];
        return verbose > 0 && counted.compareTo(named) > 0 ? counted : named;
    }
}
