package org.jclone.cli;

import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jclone.cli.option.ArgumentSpelling;
import org.jclone.cli.option.OutputFormat;
import org.jclone.cli.output.ErrorReport;
import org.jclone.cli.output.StatusText;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.CloneStatus;
import org.jclone.recipient.status.StatusReader;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code jclone status}: shows the state of the clone in a directory. */
@Command(
        name = "status",
        customSynopsis = "jclone status DIR [OPTION...]",
        descriptionHeading = "%n",
        description = "Show the state of the clone in a directory, or its result. The exit status is 0 if it is"
                + " complete, 3 while it runs, 4 if it is unfinished, 5 if there is none.",
        preprocessor = ArgumentSpelling.class)
final class StatusCommand implements Callable<Integer> {

    private static final int UNDER_WAY = 3;
    private static final int UNFINISHED = 4;
    private static final int NONE = 5;

    private final ProgramContext context;

    @Parameters(index = "0", paramLabel = "DIR", description = "The --dir of the clone.")
    private Path directory;

    @Option(names = "--output", paramLabel = "FORMAT", description = "Format of standard output.")
    private OutputFormat format = OutputFormat.TEXT;

    StatusCommand(ProgramContext context) {
        this.context = context;
    }

    /** @return the exit status */
    @Override
    public Integer call() {
        Clock clock = Clock.systemUTC();
        Optional<CloneStatus> status;
        try {
            status = new StatusReader(clock).read(directory.toAbsolutePath().normalize());
        } catch (CloneException e) {
            context.err().println(ErrorReport.text(e));
            return e.code().exitStatus();
        }
        context.out()
                .print(
                        format == OutputFormat.JSON
                                ? StatusText.json(directory, status) + "\n"
                                : StatusText.of(directory, status, clock.instant()));
        return status.map(StatusCommand::exitStatus).orElse(NONE);
    }

    private static int exitStatus(CloneStatus status) {
        return switch (status.state()) {
            case COMPLETED -> 0;
            case IN_PROGRESS -> UNDER_WAY;
            case FAILED, INTERRUPTED -> UNFINISHED;
        };
    }
}
