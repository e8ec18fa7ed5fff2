package org.jclone.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jclone.cli.manual.BashCompletion;
import org.jclone.cli.manual.FishCompletion;
import org.jclone.cli.manual.ManualPages;
import org.jclone.cli.manual.ZshCompletion;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/**
 * Writes the manual pages, the completions for shells, and the help and the version that the launcher prints without a
 * JVM. The build runs it; the program does not.
 */
public final class ManualFiles {

    private ManualFiles() {}

    /**
     * @param args the directory to write to, which gets {@code share/man} and others, and the time of the build, which begins
     * with a date
     */
    public static void main(String[] args) throws IOException {
        write(Path.of(args[0]), args[1].substring(0, "2026-01-31".length()));
    }

    static void write(Path directory, String date) throws IOException {
        CommandLine program = program();
        CommandSpec spec = program.getCommandSpec();
        List<CommandSpec> commands = commands(program);
        ManualPages pages = new ManualPages(date, Jclone.programVersion());
        Path share = directory.resolve("share");
        put(share, "man/man1/jclone.1", pages.overview(spec, commands));
        for (CommandSpec command : commands) {
            put(share, "man/man1/jclone-" + command.name() + ".1", pages.command(command));
        }
        put(share, "man/man5/jclone.cnf.5", pages.configuration(target(), daemon(), TargetSection.EXCLUDED));
        put(share, "bash-completion/completions/jclone", BashCompletion.of(spec, commands));
        put(share, "zsh/site-functions/_jclone", ZshCompletion.of(spec, commands));
        put(share, "fish/vendor_completions.d/jclone.fish", FishCompletion.of(spec, commands));
        put(share, "jclone/version", Jclone.programVersion() + "\n");
        put(share, "jclone/help.txt", output("help"));
        for (CommandSpec command : commands) {
            put(share, "jclone/help/" + command.name() + ".txt", output("help", command.name()));
        }
    }

    /** Returns what the program prints, so that the launcher prints the same. */
    private static String output(String... args) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int status = new Jclone(context(out)).run(args);
        if (status != 0) {
            throw new IllegalStateException("jclone " + String.join(" ", args) + ": exit status " + status);
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    /** All commands, in the order of the help. */
    static List<CommandSpec> commands(CommandLine program) {
        return program.getSubcommands().values().stream()
                .map(CommandLine::getCommandSpec)
                .toList();
    }

    static CommandLine program() {
        return new Jclone(context()).commandLine("");
    }

    static CommandSpec target() {
        return new CommandLine(new TargetSection(context())).getCommandSpec();
    }

    static CommandSpec daemon() {
        return new CommandLine(new DaemonFile.DaemonSection()).getCommandSpec();
    }

    private static void put(Path share, String name, String text) throws IOException {
        Path file = share.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    /** No command but help is run, so nothing is read from it. */
    private static ProgramContext context() {
        return context(new ByteArrayOutputStream());
    }

    private static ProgramContext context(ByteArrayOutputStream out) {
        return new ProgramContext(
                StandardStream.to(out),
                new PrintStream(new ByteArrayOutputStream(), false, StandardCharsets.UTF_8),
                Map.of(),
                OptionalInt.empty(),
                Optional::empty);
    }
}
