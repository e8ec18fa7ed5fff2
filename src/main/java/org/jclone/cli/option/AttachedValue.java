package org.jclone.cli.option;

import java.util.Map;
import java.util.Stack;
import picocli.CommandLine.IParameterPreprocessor;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * For options whose value may be left out: it counts only if it is attached, as in {@code --password=x} or {@code -px};
 * the argument after the bare name is never taken for it. This is the rule of MySQL's clients.
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
