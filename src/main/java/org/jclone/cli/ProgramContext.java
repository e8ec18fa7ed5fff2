package org.jclone.cli;

import java.io.BufferedOutputStream;
import java.io.Console;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Supplier;

/**
 * What surrounds the program.
 *
 * @param out the result; buffered, to be flushed by whoever ends a piece of it
 * @param err progress, log and errors; buffered likewise
 * @param environment environment variables
 * @param terminalWidth columns of the terminal that standard error is; none if it is not one
 * @param passwordPrompt asks for a password without echo; empty if there is nobody to ask
 */
record ProgramContext(
        PrintStream out,
        PrintStream err,
        Map<String, String> environment,
        OptionalInt terminalWidth,
        Supplier<Optional<char[]>> passwordPrompt) {

    /** Set by the launcher, because Java cannot tell whether standard error is a terminal. */
    private static final String TERMINAL_WIDTH_PROPERTY = "jclone.terminal.width";

    static ProgramContext ofProcess() {
        Integer width = Integer.getInteger(TERMINAL_WIDTH_PROPERTY);
        return new ProgramContext(
                utf8(FileDescriptor.out),
                utf8(FileDescriptor.err),
                System.getenv(),
                width == null ? OptionalInt.empty() : OptionalInt.of(width),
                ProgramContext::askOnConsole);
    }

    private static PrintStream utf8(FileDescriptor descriptor) {
        return new PrintStream(
                new BufferedOutputStream(new FileOutputStream(descriptor)), false, StandardCharsets.UTF_8);
    }

    /** The launcher asks newer Javas too for the console that is null where there is no terminal. */
    @SuppressWarnings("SystemConsoleNull")
    private static Optional<char[]> askOnConsole() {
        Console console = System.console();
        return console == null ? Optional.empty() : Optional.ofNullable(console.readPassword("Password: "));
    }
}
