package org.jclone.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jclone.cli.option.Arguments;
import org.jclone.cli.option.Command;
import org.jclone.cli.option.InspectOptions;
import org.jclone.cli.option.UsageException;
import org.jclone.cli.output.Printable;
import org.jclone.protocol.recording.MalformedRecordingException;
import org.jclone.protocol.recording.RecordingPrinter;
import org.jclone.recipient.api.CloneErrorCode;

/** {@code jclone inspect}: prints a recording of a clone's conversation. */
final class InspectCommand {

    private final ProgramContext context;

    InspectCommand(ProgramContext context) {
        this.context = context;
    }

    /** @return the exit status */
    int run(Arguments arguments) throws UsageException {
        Path file = arguments.get(InspectOptions.RECORDING);
        if (!Files.isReadable(file)) {
            throw new UsageException(Command.INSPECT, "cannot read " + file);
        }
        RecordingPrinter.Options options = new RecordingPrinter.Options(
                Math.toIntExact(arguments.get(InspectOptions.MAX_PACKETS)), arguments.get(InspectOptions.SHOW_ALL));
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
