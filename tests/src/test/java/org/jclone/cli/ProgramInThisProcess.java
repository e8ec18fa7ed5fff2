package org.jclone.cli;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** Runs the program without a process of its own, as if there were no terminal. */
public final class ProgramInThisProcess {

    private ProgramInThisProcess() {}

    /** Returns the exit status. */
    public static int run(Map<String, String> environment, OutputStream out, OutputStream err, List<String> arguments) {
        ProgramContext context = new ProgramContext(
                StandardStream.to(out),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                environment,
                OptionalInt.empty(),
                Optional::empty);
        return new Jclone(context).run(arguments.toArray(String[]::new));
    }
}
