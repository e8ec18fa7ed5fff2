package org.jclone.cli;

import java.io.Console;
import java.io.FileDescriptor;
import java.io.PrintStream;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Supplier;

/**
 * The environment of the program.
 *
 * @param out the result; buffered, so flush it after each part
 * @param err progress, log and errors; also buffered
 * @param environment environment variables
 * @param terminalWidth columns of the terminal on standard error; empty if it is not a terminal
 * @param passwordPrompt asks for a password without echo; empty if there is no terminal
 */
record ProgramContext(
        StandardStream out,
        PrintStream err,
        Map<String, String> environment,
        OptionalInt terminalWidth,
        Supplier<Optional<char[]>> passwordPrompt) {

    /** Set by the launcher, since Java cannot tell whether standard error is a terminal. */
    private static final String TERMINAL_WIDTH_PROPERTY = "jclone.terminal.width";

    /** Prints a part of the result, at once. */
    void print(String text) {
        out.print(text);
        out.flush();
    }

    static ProgramContext ofProcess() {
        Integer width = Integer.getInteger(TERMINAL_WIDTH_PROPERTY);
        return new ProgramContext(
                StandardStream.of(FileDescriptor.out),
                StandardStream.of(FileDescriptor.err),
                System.getenv(),
                width == null ? OptionalInt.empty() : OptionalInt.of(width),
                ProgramContext::askOnConsole);
    }

    /** The launcher makes newer Java versions, too, return null where there is no terminal. */
    @SuppressWarnings("SystemConsoleNull")
    private static Optional<char[]> askOnConsole() {
        Console console = System.console();
        return console == null ? Optional.empty() : Optional.ofNullable(console.readPassword("Password: "));
    }
}
