package org.jclone.cli.option;

import java.util.List;
import java.util.stream.Collectors;
import org.jclone.cli.output.Printable;
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
 * Says what is wrong with a command line, in one line. No message quotes an argument, unless it is the value of an
 * option that is no plain text: what could not be understood may have been meant as a password. picocli's own messages
 * do quote, so none of them is ever printed.
 */
public final class UsageErrors implements CommandLine.IParameterExceptionHandler {

    private static final String NO_SUCH_COMMAND = "there is no command of that name";
    private static final int MAX_SUGGESTIONS = 3;

    /** An error that is told as it is; its message quotes no value that could be a password. */
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
        return print(e.getCommandLine(), describe(e));
    }

    /** Says it, and where help is; the exit status. */
    public static int print(CommandLine command, String message) {
        command.getErr().println("jclone: " + Printable.of(message));
        command.getErr().println("See " + command.getCommandSpec().qualifiedName() + " --help.");
        return CloneErrorCode.USAGE.exitStatus();
    }

    private static String describe(ParameterException e) {
        if (e instanceof Described) {
            return e.getMessage();
        }
        if (e instanceof UnmatchedArgumentException unmatched) {
            return unmatched(unmatched);
        }
        if (e instanceof MissingParameterException missing) {
            return missing(missing.getMissing(), e.getCommandLine().getCommandSpec());
        }
        ArgSpec arg = e.getArgSpec();
        if (arg == null) {
            boolean wrongCommand = e.getCommandLine().getParent() == null;
            return wrongCommand ? NO_SUCH_COMMAND : "the arguments cannot be understood";
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

    private static String unmatched(UnmatchedArgumentException e) {
        String first = e.getUnmatched().get(0);
        if (first.startsWith("--")) {
            return "unknown option " + nameIn(first) + similar(e.getSuggestions());
        }
        if (first.startsWith("-") && first.length() > 1) {
            return "unknown option " + first.substring(0, 2);
        }
        return e.getCommandLine().getParent() == null
                ? NO_SUCH_COMMAND
                : "there is an argument too many, without an option before it";
    }

    private static String nameIn(String argument) {
        int equals = argument.indexOf('=');
        return equals < 0 ? argument : argument.substring(0, equals);
    }

    private static String similar(List<String> names) {
        return names.isEmpty()
                ? ""
                : names.stream().limit(MAX_SUGGESTIONS).collect(Collectors.joining(", ", " (similar: ", ")"));
    }

    /** All that must be given and is not; or an option that need not be given, but is, without its value. */
    private static String missing(List<ArgSpec> missing, CommandSpec command) {
        ArgSpec first = missing.get(0);
        if (!first.required()) {
            return OptionText.name(first) + " needs a value: " + OptionText.synopsis(first);
        }
        return command.args().stream()
                .filter(missing::contains)
                .map(OptionText::synopsis)
                .collect(Collectors.joining(", ", "missing: ", ""));
    }

    private static String wrongValue(ParameterException e, ArgSpec arg) {
        String range = OptionText.range(arg);
        if (!range.isEmpty()) {
            return e.getValue() + " (expected: " + range + ')';
        }
        boolean ourConverter = arg.converters().length > 0 && e.getCause() instanceof TypeConversionException;
        return ourConverter ? e.getCause().getMessage() : "the value cannot be read";
    }
}
