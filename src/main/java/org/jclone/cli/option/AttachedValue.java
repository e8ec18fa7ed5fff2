package org.jclone.cli.option;

import java.util.Map;
import java.util.Stack;
import picocli.CommandLine.IParameterPreprocessor;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * For options with an optional value: the value must be attached, as in {@code --password=x} or {@code -px}. The next
 * argument is never taken as the value. MySQL's clients have the same rule.
 */
final class AttachedValue implements IParameterPreprocessor {

    @Override
    public boolean preprocess(Stack<String> args, CommandSpec command, ArgSpec arg, Map<String, Object> info) {
        if (info.get("separator").equals(" ")) {
            args.push(((OptionSpec) arg).fallbackValue());
        }
        return false;
    }
}
