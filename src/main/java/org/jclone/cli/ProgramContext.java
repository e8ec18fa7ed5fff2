package org.jclone.cli;

import java.io.Console;
import java.io.FileDescriptor;
import java.io.PrintStream;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Supplier;

/**
 * What surrounds the program.
 *
 * @param out the result; buffered; flush it at the end of each piece
 * @param err progress, log and errors; buffered likewise
 * @param environment environment variables
 * @param terminalWidth columns of the terminal that standard error is; none if it is not one
 * @param passwordPrompt asks for a password without echo; empty if there is nobody to ask
 */
record ProgramContext(
        StandardStream out,
        PrintStream err,
        Map<String, String> environment,
        OptionalInt terminalWidth,
        Supplier<Optional<char[]>> passwordPrompt) {

    /** Set by the launcher, because Java cannot tell whether standard error is a terminal. */
    private static final String TERMINAL_WIDTH_PROPERTY = "jclone.terminal.width";

    static ProgramContext ofProcess() {
        Integer width = Integer.getInteger(TERMINAL_WIDTH_PROPERTY);
        return new ProgramContext(
                StandardStream.of(FileDescriptor.out),
                StandardStream.of(FileDescriptor.err),
                System.getenv(),
                width == null ? OptionalInt.empty() : OptionalInt.of(width),
                ProgramContext::askOnConsole);
    }

    /** The launcher asks newer Javas too for the console that is null where there is no terminal. */
    @SuppressWarnings("SystemConsoleNull")
    private static Optional<char[]> askOnConsole() {
        Console console = System.console();
        return console == null ? Optional.empty() : Optional.ofNullable(console.readPassword("Password: "));
    }
}
