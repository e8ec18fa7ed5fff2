package org.jclone.cli;

import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jclone.cli.option.ArgumentSpelling;
import org.jclone.cli.option.Examples;
import org.jclone.cli.option.OutputFormat;
import org.jclone.cli.output.ErrorReport;
import org.jclone.cli.output.ProvisionStatusText;
import org.jclone.cli.output.StatusText;
import org.jclone.json.JsonObject;
import org.jclone.provision.api.Step;
import org.jclone.provision.record.ProvisionRecord;
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
        description =
                "Show the state of the clone in a directory, or its result, and of jclone provision. The exit status is 0 if it is"
                        + " complete, 3 while it runs, 4 if it is unfinished, 5 if there is none.",
        preprocessor = ArgumentSpelling.class)
@Examples({"# Show how far a clone is. Works while it runs, and afterwards.", "jclone status /var/lib/mysql-new"})
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
        Path place = directory.toAbsolutePath().normalize();
        Optional<CloneStatus> status;
        Optional<ProvisionRecord> run;
        try {
            run = ProvisionRecord.read(place);
            status = withoutFence(new StatusReader(clock).read(place), run);
        } catch (CloneException e) {
            context.err().println(ErrorReport.text(e));
            return e.code().exitStatus();
        }
        boolean running = run.filter(ProvisionRecord::isRunning).isPresent();
        Optional<ProvisionStatusText> provisioning =
                run.map(record -> new ProvisionStatusText(record, running, status));
        if (format == OutputFormat.JSON) {
            JsonObject object = StatusText.json(directory, status);
            provisioning.ifPresent(text -> object.put("provision", text.json()));
            context.out().print(object + "\n");
        } else {
            provisioning.ifPresent(text -> context.out().print(text.text(clock.instant())));
            if (run.isEmpty() || status.isPresent()) {
                context.out().print(StatusText.of(directory, status, clock.instant()));
            }
        }
        return run.filter(record -> record.state() != ProvisionRecord.State.COMPLETE)
                .map(record -> running ? UNDER_WAY : UNFINISHED)
                .orElseGet(() -> status.map(StatusCommand::exitStatus).orElse(NONE));
    }

    /** After CLONE the mark of an unfinished clone is the fence of the run. */
    private static Optional<CloneStatus> withoutFence(Optional<CloneStatus> status, Optional<ProvisionRecord> run) {
        boolean copied = run.filter(record -> record.state() != ProvisionRecord.State.COMPLETE)
                .filter(record -> record.step().compareTo(Step.CLONE) > 0)
                .isPresent();
        return copied
                ? status.map(clone -> new CloneStatus(
                        clone.directory(),
                        CloneStatus.State.COMPLETED,
                        clone.begin(),
                        clone.end(),
                        clone.source(),
                        clone.errorNumber(),
                        clone.errorMessage(),
                        clone.binlogFile(),
                        clone.binlogPosition(),
                        clone.gtidExecuted(),
                        clone.stages(),
                        Optional.empty()))
                : status;
    }

    private static int exitStatus(CloneStatus status) {
        return switch (status.state()) {
            case COMPLETED -> 0;
            case IN_PROGRESS -> UNDER_WAY;
            case FAILED, INTERRUPTED -> UNFINISHED;
        };
    }
}
