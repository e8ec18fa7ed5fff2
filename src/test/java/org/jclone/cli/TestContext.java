package org.jclone.cli;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jclone.cli.option.UsageErrors;
import picocli.CommandLine;

/** The environment of a program under test. */
final class TestContext {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private Map<String, String> environment = Map.of();
    private Optional<char[]> typedPassword = Optional.empty();
    private OutputStream sink = out;

    /** Redirects the standard output of the program. */
    TestContext withOutput(OutputStream stream) {
        sink = stream;
        return this;
    }

    TestContext withEnvironment(Map<String, String> variables) {
        environment = variables;
        return this;
    }

    TestContext withTypedPassword(String password) {
        typedPassword = Optional.of(password.toCharArray());
        return this;
    }

    ProgramContext context() {
        return new ProgramContext(
                StandardStream.to(sink),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                environment,
                OptionalInt.empty(),
                () -> typedPassword);
    }

    /** Runs the program and returns its exit status. */
    int run(String... args) {
        return new Jclone(context()).run(args);
    }

    /** Reads a command line without running it. */
    CommandLine parse(String... args) {
        CommandLine program = new Jclone(context()).commandLine(args[0]);
        CommandLine.ParseResult parsed = program.parseArgs(args);
        UsageErrors.checkRanges(parsed.subcommand());
        return parsed.subcommand().commandSpec().commandLine();
    }

    String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    String err() {
        return err.toString(StandardCharsets.UTF_8);
    }
}
