package org.jclone.cli.option;

import java.nio.file.Path;
import java.util.Map;
import org.jclone.recipient.api.EncryptionSettings;
import org.jclone.recipient.api.TargetServer;
import org.jclone.recipient.api.TargetSettings;
import org.jclone.recipient.api.TransferSettings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The settings of the clone that {@code jclone check} needs, and the format of the report. */
@Command(optionListHeading = "Check")
public final class CheckOptions {

    @Option(
            names = "--dir",
            paramLabel = "DIR",
            description = "The new data directory: check whether it is usable and has enough free space.")
    private Path directory;

    @Mixin
    private ReplaceOptions replace;

    @Mixin
    private InnodbDirectoryOptions innodb;

    @Option(
            names = "--max-concurrency",
            paramLabel = "N",
            description = "Maximum number of data connections that the clone will use.")
    @Range(min = 1, max = TransferSettings.MAX_CONCURRENCY_LIMIT)
    private int maxConcurrency = TransferSettings.DEFAULT_MAX_CONCURRENCY;

    @Option(names = "--output", paramLabel = "FORMAT", description = "Format of the report on standard output.")
    private OutputFormat format = OutputFormat.TEXT;

    public boolean isJson() {
        return format == OutputFormat.JSON;
    }

    public TransferSettings transfer() {
        return TransferSettings.DEFAULT.withMaxConcurrency(maxConcurrency);
    }

    public TargetSettings target(EncryptionSettings encryption, TargetServer server) throws UsageException {
        TargetSettings placed = directory == null ? TargetSettings.DEFAULT : TargetSettings.of(directory);
        for (Map.Entry<String, Path> mapping : innodb.pathMappings().entrySet()) {
            placed = placed.withPathMapping(mapping.getKey(), mapping.getValue());
        }
        return placed.withInnodb(innodb.directories())
                .withReplacement(replace.replacement())
                .withEncryption(encryption)
                .withServer(server);
    }
}
