package org.jclone.cli.option;

import java.util.Map;
import java.util.Stack;
import picocli.CommandLine.IParameterPreprocessor;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

/**
 * Brings what MySQL's clients understand into the form that picocli does: underscores in the name of an option are dashes,
 * and what follows after the letter of a short option is its value, an equals sign included.
 */
public final class ArgumentSpelling implements IParameterPreprocessor {

    @Override
    public boolean preprocess(Stack<String> args, CommandSpec command, ArgSpec arg, Map<String, Object> info) {
        args.replaceAll(text -> spell(text, command));
        return false;
    }

    private static String spell(String text, CommandSpec command) {
        if (text.startsWith("--")) {
            return longName(text, command);
        }
        return text.length() > 2 && text.charAt(0) == '-' && text.charAt(2) == '='
                ? text.substring(0, 2) + '=' + text.substring(2)
                : text;
    }

    private static String longName(String text, CommandSpec command) {
        int equals = text.indexOf('=');
        String name = (equals < 0 ? text : text.substring(0, equals)).replace('_', '-');
        OptionSpec option = command.findOption(name);
        if (option == null) {
            return text;
        }
        if (equals >= 0 && OptionText.isFlag(option)) {
            throw new ParameterException(command.commandLine(), "a flag with a value", option, "");
        }
        return equals < 0 ? name : name + text.substring(equals);
    }
}
