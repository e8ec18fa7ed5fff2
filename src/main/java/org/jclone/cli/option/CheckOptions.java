package org.jclone.cli.option;

import java.nio.file.Path;
import org.jclone.recipient.api.CloneRequest;
import org.jclone.recipient.api.TransferSettings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What the clone would be, as far as it matters to {@code jclone check}, and how the report looks. */
@Command(optionListHeading = "Check")
public final class CheckOptions {

    @Option(
            names = "--dir",
            paramLabel = "DIR",
            description = "The data directory to be: whether it can be used, and whether there is room in it.")
    private Path directory;

    @Mixin
    private ReplaceOptions replace;

    @Mixin
    private InnodbDirectoryOptions innodb;

    @Option(
            names = "--max-concurrency",
            paramLabel = "N",
            description = "Most connections that the clone is to use at the same time.")
    @Range(min = 1, max = TransferSettings.MAX_CONCURRENCY_LIMIT)
    private int maxConcurrency = TransferSettings.DEFAULT_MAX_CONCURRENCY;

    @Option(names = "--output", paramLabel = "FORMAT", description = "How the report is written to standard output.")
    private OutputFormat format = OutputFormat.TEXT;

    public boolean isJson() {
        return format == OutputFormat.JSON;
    }

    public void applyTo(CloneRequest.Builder request) throws UsageException {
        replace.applyTo(request);
        innodb.applyTo(request);
        request.directory(directory).maxConcurrency(maxConcurrency);
    }
}
