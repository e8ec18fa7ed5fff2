package org.jclone.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jclone.cli.option.ArgumentSpelling;
import org.jclone.cli.option.Examples;
import org.jclone.cli.option.Range;
import org.jclone.cli.option.UsageException;
import org.jclone.protocol.recording.MalformedRecordingException;
import org.jclone.protocol.recording.RecordingPrinter;
import org.jclone.protocol.text.Printable;
import org.jclone.recipient.api.CloneErrorCode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code jclone inspect}: prints a recording of a clone's conversation. */
@Command(
        name = "inspect",
        customSynopsis = "jclone inspect FILE [OPTION...]",
        descriptionHeading = "%n",
        description = "Print a recorded clone conversation, message by message.",
        preprocessor = ArgumentSpelling.class)
@Examples({"# Print the messages of a recorded clone.", "jclone inspect clone.tee.gz"})
final class InspectCommand implements Callable<Integer> {

    private final ProgramContext context;

    @Parameters(
            index = "0",
            paramLabel = "FILE",
            description = "The recording, in the .tee.gz format that docs/protocol/README.md describes.")
    private Path file;

    @Option(
            names = "--max-packets",
            paramLabel = "N",
            description =
                    "Show data messages among the first N packets of each connection and direction; later ones are"
                            + " counted only.")
    @Range(min = 0, max = Integer.MAX_VALUE)
    private int maxPackets = RecordingPrinter.Options.defaults().maxPackets();

    @Option(names = "--all", description = "Show all data messages.")
    private boolean all;

    InspectCommand(ProgramContext context) {
        this.context = context;
    }

    /** @return the exit status */
    @Override
    public Integer call() throws UsageException {
        if (!Files.isReadable(file)) {
            throw new UsageException("cannot read " + file);
        }
        RecordingPrinter.Options options = new RecordingPrinter.Options(maxPackets, all);
        try {
            RecordingPrinter.print(file, context.out(), options);
            return 0;
        } catch (MalformedRecordingException e) {
            return fail(CloneErrorCode.PROTOCOL, file + ": " + e.getMessage());
        } catch (IOException e) {
            return fail(CloneErrorCode.STORAGE, "cannot read " + file + ": " + e.getMessage());
        }
    }

    private int fail(CloneErrorCode code, String message) {
        context.out().flush();
        context.err().println("jclone: " + Printable.of(message));
        return code.exitStatus();
    }
}
