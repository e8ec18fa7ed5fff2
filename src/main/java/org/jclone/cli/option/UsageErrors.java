package org.jclone.cli.option;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jclone.protocol.text.Printable;
import org.jclone.recipient.api.CloneErrorCode;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.TypeConversionException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * Says on one line what is wrong with a command line. Messages quote only values of options that are not plain text,
 * since an argument that cannot be parsed may be a password. picocli's own messages quote arguments, so they are
 * never printed.
 */
public final class UsageErrors implements CommandLine.IParameterExceptionHandler {

    private static final int MAX_NAME_LENGTH = 64;

    private final List<String> commands;

    /** @param commands the names of all commands */
    public UsageErrors(List<String> commands) {
        this.commands = List.copyOf(commands);
    }

    /** An error whose message is printed unchanged; it quotes no value that could be a password. */
    static final class Described extends ParameterException {

        private static final long serialVersionUID = 1L;

        Described(CommandLine command, String message) {
            super(command, message);
        }
    }

    /** @throws ParameterException if a number is out of its {@link Range} */
    public static void checkRanges(ParseResult parsed) {
        for (OptionSpec option : parsed.matchedOptions()) {
            OptionText.rangeOf(option).ifPresent(range -> {
                long value = ((Number) option.getValue()).longValue();
                if (value < range.min() || value > range.max()) {
                    throw new ParameterException(
                            parsed.commandSpec().commandLine(), "out of range", option, String.valueOf(value));
                }
            });
        }
    }

    @Override
    public int handleParseException(ParameterException e, String[] args) {
        return print(e.getCommandLine(), describe(e, args));
    }

    /** Prints the message and where to find help; returns the exit status. */
    public static int print(CommandLine command, String message) {
        command.getErr().println("jclone: " + Printable.of(message));
        command.getErr().println("See " + command.getCommandSpec().qualifiedName() + " --help.");
        return CloneErrorCode.USAGE.exitStatus();
    }

    /** Picks one of several mistakes, the one to fix first: an unknown option. */
    private String describe(ParameterException e, String[] args) {
        if (e instanceof Described) {
            return e.getMessage();
        }
        CommandLine command = e.getCommandLine();
        List<String> unmatched = command.getUnmatchedArguments();
        if (e instanceof UnmatchedArgumentException || e instanceof MissingParameterException && !unmatched.isEmpty()) {
            return unmatched(command, unmatched, args);
        }
        if (e instanceof MissingParameterException missing) {
            return missing(missing.getMissing(), command.getCommandSpec());
        }
        ArgSpec arg = e.getArgSpec();
        if (arg == null) {
            return command.getParent() == null ? noSuchCommand(args) : "the arguments cannot be understood";
        }
        if (OptionText.isFlag(arg)) {
            return OptionText.name(arg) + " takes no value";
        }
        return OptionText.name(arg) + ": " + wrongValue(e, arg) + origin(e, arg);
    }

    private static String origin(ParameterException e, ArgSpec arg) {
        return e.getCommandLine().getCommandSpec().preprocessor() instanceof OptionFileArguments files
                ? files.originOf(OptionText.name(arg), e.getValue())
                        .map(origin -> ", in " + origin)
                        .orElse("")
                : "";
    }

    private String unmatched(CommandLine command, List<String> unmatched, String[] args) {
        Optional<String> option = unmatched.stream()
                .filter(text -> text.startsWith("-") && text.length() > 1)
                .findFirst();
        if (option.isPresent()) {
            return unknown(option.get(), command.getCommandSpec());
        }
        if (command.getParent() == null) {
            return noSuchCommand(args);
        }
        OptionSpec password = command.getCommandSpec().findOption("--password");
        boolean apart = password != null && PasswordOptions.ASK.equals(password.getValue());
        return "there is an argument too many, without an option before it"
                + (apart ? "; a password must follow at once: -pPASSWORD or --password=PASSWORD" : "");
    }

    /** Describes an unknown option, with the most likely name if there is one. */
    static String unknown(String argument, CommandSpec command) {
        if (!argument.startsWith("--")) {
            return "unknown option " + argument.substring(0, 2);
        }
        int equals = argument.indexOf('=');
        String name = equals < 0 ? argument : argument.substring(0, equals);
        return "unknown option " + name
                + nearest(name.replace('_', '-'), command.optionsMap().keySet());
    }

    private static String nearest(String typed, Collection<String> names) {
        List<String> longNames =
                names.stream().filter(name -> name.length() > 2).toList();
        return typed.length() > MAX_NAME_LENGTH
                ? ""
                : NearestName.of(typed, longNames)
                        .map(name -> "; did you mean " + name + '?')
                        .orElse("");
    }

    private String noSuchCommand(String[] args) {
        boolean helped = args.length > 1 && args[0].equals("help");
        return "there is no command of that name" + nearest(helped ? args[1] : args[0], commands);
    }

    /** Lists the missing required options; or names an optional one whose value is missing. */
    private static String missing(List<ArgSpec> missing, CommandSpec command) {
        ArgSpec first = missing.get(0);
        if (!first.required()) {
            return OptionText.name(first) + " needs a value: " + OptionText.synopsis(first);
        }
        boolean noDonor = ConnectionOptions.isDonorMissing(command);
        return Stream.concat(
                        noDonor ? Stream.of(ConnectionOptions.WAYS) : Stream.empty(),
                        command.args().stream().filter(missing::contains).map(OptionText::synopsis))
                .collect(Collectors.joining(", ", "missing: ", ""));
    }

    static String wrongValue(ParameterException e, ArgSpec arg) {
        String range = OptionText.range(arg);
        if (!range.isEmpty()) {
            return e.getValue() + " (expected: " + range + ')';
        }
        boolean ourConverter = arg.converters().length > 0 && e.getCause() instanceof TypeConversionException;
        return ourConverter ? e.getCause().getMessage() : "the value cannot be read";
    }
}
