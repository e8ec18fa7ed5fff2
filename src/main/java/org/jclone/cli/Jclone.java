package org.jclone.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.jclone.cli.option.Command;
import org.jclone.cli.option.CommandLineParser;
import org.jclone.cli.option.Invocation;
import org.jclone.cli.option.UsageException;
import org.jclone.cli.option.UsageText;
import org.jclone.cli.output.Printable;
import org.jclone.recipient.api.CloneErrorCode;

/** The program. Reads the command line, runs the command, and ends with its exit status. */
public final class Jclone {

    private final ProgramContext context;

    Jclone(ProgramContext context) {
        this.context = context;
    }

    public static void main(String[] args) {
        int status = new Jclone(ProgramContext.ofProcess()).run(args);
        System.exit(status);
    }

    /** @return the exit status: 0, or that of a {@link CloneErrorCode} */
    int run(String... args) {
        try {
            return run(CommandLineParser.parse(args));
        } catch (UsageException e) {
            context.err().println("jclone: " + Printable.of(e.getMessage()));
            context.err().println("See " + e.command().qualifiedName() + " --help.");
            return CloneErrorCode.USAGE.exitStatus();
        } catch (RuntimeException | Error e) {
            context.err().println("jclone: a bug in jclone: " + Printable.of(e.toString()));
            e.printStackTrace(context.err());
            return CloneErrorCode.INTERNAL.exitStatus();
        } finally {
            context.out().flush();
            context.err().flush();
        }
    }

    private int run(Invocation invocation) throws UsageException {
        return switch (invocation.wish()) {
            case USAGE -> print(UsageText.of(invocation.command()));
            case VERSION -> print(version() + '\n');
            case RUN -> runCommand(invocation);
        };
    }

    private int runCommand(Invocation invocation) throws UsageException {
        return switch (invocation.command()) {
            case FETCH -> new FetchCommand(context).run(invocation.arguments());
            case INSPECT -> new InspectCommand(context).run(invocation.arguments());
            case HELP -> print(UsageText.of(invocation.arguments().get(Command.TOPIC)));
            case JCLONE -> print(UsageText.of(Command.JCLONE));
        };
    }

    private int print(String text) {
        context.out().print(text);
        return 0;
    }

    /** {@code jclone 0.1.0 (Java 17.0.15)}. */
    static String version() {
        try (InputStream in = Jclone.class.getResourceAsStream("version")) {
            String version = new String(in.readAllBytes(), StandardCharsets.UTF_8).strip();
            return "jclone " + version + " (Java " + Runtime.version() + ')';
        } catch (IOException e) {
            throw new IllegalStateException("the version is not in the jar", e);
        }
    }
}
