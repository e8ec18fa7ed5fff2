package org.jclone.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Callable;
import org.jclone.cli.option.Examples;
import org.jclone.cli.option.HelpOption;
import org.jclone.cli.option.OptionFileArguments;
import org.jclone.cli.option.OptionFileOptions;
import org.jclone.cli.option.UsageErrors;
import org.jclone.cli.option.UsageException;
import org.jclone.cli.option.UsageHelp;
import org.jclone.cli.output.StackTrace;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.FileReason;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IExecutionStrategy;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;
import picocli.CommandLine.Spec;

/** The program. Reads the command line, runs the command, and exits with its status. */
@Command(
        name = "jclone",
        customSynopsis = "jclone COMMAND [OPTION...]",
        descriptionHeading = "%n",
        description = "Copies a running MySQL server into an empty directory, over MySQL's own clone protocol.",
        commandListHeading = "%nCommands:%n",
        versionProvider = Jclone.Version.class)
@Examples({
    "# Try it: clones a simulated server on this machine. Needs no MySQL.",
    "jclone demo",
    "# Find what would prevent a clone. Changes nothing.",
    "jclone check --donor=db1.example.com --user=cloner --password",
    "# Clone a running server into a new directory.",
    "jclone fetch --donor=db1.example.com --user=cloner --password --dir=/var/lib/mysql-new"
})
public final class Jclone implements Callable<Integer> {

    /** In the order of the help. */
    private static final List<String> COMMANDS = List.of(
            "fetch",
            "provision",
            "plan",
            "check",
            "donors",
            "daemon",
            "ctl",
            "history",
            "status",
            "verify",
            "donor",
            "demo",
            "inspect",
            "explain",
            "version",
            "help");

    private final ProgramContext context;

    @SuppressWarnings("UnusedVariable")
    @Option(
            names = {"--version", "-V"},
            versionHelp = true,
            description = "Show the version of the program and of the Java it runs on.")
    private boolean version;

    @Spec
    private CommandSpec spec;

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
            CommandLine program = commandLine(args.length == 0 ? "" : args[0]);
            int status = program.execute(args);
            return context.out().failure().map(e -> unwritable(e, status)).orElse(status);
        } catch (RuntimeException | Error e) {
            return bug(e);
        } finally {
            context.out().flush();
            context.err().flush();
        }
    }

    /** Reports lost output as a failure. A reader that closed the pipe, such as head, needs no message. */
    private int unwritable(IOException e, int status) {
        if (!String.valueOf(e.getMessage()).contains("Broken pipe")) {
            context.err().println("jclone: cannot write to standard output: " + FileReason.of(e));
        }
        return status == 0 ? CloneErrorCode.STORAGE.exitStatus() : status;
    }

    private int bug(Throwable e) {
        context.err().println("jclone: a bug in jclone: " + StackTrace.of(e));
        return CloneErrorCode.INTERNAL.exitStatus();
    }

    /**
     * Creates the program with only the commands that {@code wanted} needs. Reading the declarations of all others
     * would delay the start noticeably.
     */
    CommandLine commandLine(String wanted) {
        CommandLine program = new CommandLine(this);
        Execution execution = new Execution();
        program.addMixin("help", new HelpOption());
        boolean all = wanted.isEmpty() || List.of("help", "--help", "-?").contains(wanted);
        for (String name : COMMANDS) {
            if (all || name.equals(wanted)) {
                program.addSubcommand(name, command(name));
                complete(program.getSubcommands().get(name));
            }
        }
        program.setOut(new PrintWriter(context.out(), true, StandardCharsets.UTF_8))
                .setErr(new PrintWriter(context.err(), true, StandardCharsets.UTF_8))
                .setParameterExceptionHandler(new UsageErrors(COMMANDS))
                .setExecutionExceptionHandler(execution)
                .setExecutionStrategy(execution)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setOverwrittenOptionsAllowed(true)
                .setAllowOptionsAsOptionParameters(true)
                .setExpandAtFiles(false)
                .setInterpolateVariables(false);
        UsageHelp.install(program);
        return program;
    }

    /** Adds the options common to all commands, and those common to commands that log in. */
    private void complete(CommandLine command) {
        CommandSpec declared = command.getCommandSpec();
        if (declared.mixins().containsKey("connection")) {
            command.addMixin("optionFiles", new OptionFileOptions());
            declared.preprocessor(new OptionFileArguments(context.environment(), this::isOptionOfAnyCommand));
        }
        if (!declared.helpCommand()) {
            command.addMixin("help", new HelpOption());
        }
    }

    private boolean isOptionOfAnyCommand(String name) {
        return commandLine("").getSubcommands().values().stream()
                .anyMatch(command -> command.getCommandSpec().findOption(name) != null);
    }

    private Object command(String name) {
        return switch (name) {
            case "fetch" -> new FetchCommand(context);
            case "provision" -> new ProvisionCommand(context);
            case "plan" -> new PlanCommand(context);
            case "check" -> new CheckCommand(context);
            case "donors" -> new DonorsCommand(context);
            case "daemon" -> new DaemonCommand(context);
            case "ctl" -> new CtlCommand(context);
            case "history" -> new HistoryCommand(context);
            case "donor" -> new DonorCommand(context);
            case "status" -> new StatusCommand(context);
            case "demo" -> new DemoCommand(context);
            case "verify" -> new VerifyCommand(context);
            case "inspect" -> new InspectCommand(context);
            case "explain" -> new ExplainCommand(context);
            case "version" -> new VersionCommand(context);
            case "help" -> new HelpCommand();
            default -> throw new IllegalArgumentException(name);
        };
    }

    /** Without a command, prints the usage. */
    @Override
    public Integer call() {
        spec.commandLine().usage(spec.commandLine().getOut());
        return 0;
    }

    /**
     * Runs the chosen command. A class, not lambdas: those would keep five classes of picocli, which are compiled for an
     * old Java, from the archive of classes, and for one of them the JVM opens all jars.
     */
    private final class Execution implements IExecutionStrategy, IExecutionExceptionHandler {

        @Override
        public int execute(ParseResult parsed) {
            parsed.asCommandLineList().forEach(each -> UsageErrors.checkRanges(each.getParseResult()));
            return new RunLast().execute(parsed);
        }

        @Override
        public int handleExecutionException(Exception e, CommandLine command, ParseResult parsed) {
            return e instanceof UsageException ? UsageErrors.print(command, e.getMessage()) : bug(e);
        }
    }

    /** {@code jclone version}: same as {@code jclone --version}, for users who expect a command. */
    @Command(
            name = "version",
            customSynopsis = "jclone version",
            descriptionHeading = "%n",
            description = "Show the version of the program and of the Java it runs on.")
    @Examples({"# Show the version of the program and of the Java it runs on.", "jclone version"})
    static final class VersionCommand implements Callable<Integer> {

        private final ProgramContext context;

        VersionCommand(ProgramContext context) {
            this.context = context;
        }

        @Override
        public Integer call() throws IOException {
            context.out().println(String.join("\n", new Version().getVersion()));
            return 0;
        }
    }

    /** Returns the version of the program, {@code 0.1.0}. */
    static String programVersion() throws IOException {
        try (InputStream in = Jclone.class.getResourceAsStream("version")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).strip();
        }
    }

    /** {@code jclone 0.1.0 (Java 17.0.15)}. */
    static final class Version implements CommandLine.IVersionProvider {

        @Override
        public String[] getVersion() throws IOException {
            return new String[] {"jclone " + programVersion() + " (Java " + Runtime.version() + ')'};
        }
    }
}
