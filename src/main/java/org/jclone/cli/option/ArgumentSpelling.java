package org.jclone.cli.option;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Stack;
import java.util.stream.Stream;
import picocli.CommandLine.IParameterPreprocessor;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

/**
 * Converts arguments in the syntax of MySQL's clients to picocli's syntax. {@link OptionWord} reads the names of
 * options. The text after the letter of a short option is its value, including an equals sign.
 */
public final class ArgumentSpelling implements IParameterPreprocessor {

    @Override
    public boolean preprocess(Stack<String> args, CommandSpec command, ArgSpec arg, Map<String, Object> info) {
        List<String> spelled = args.stream()
                .flatMap(text -> text.startsWith("--") ? longName(text, command) : Stream.of(shortName(text)))
                .toList();
        args.clear();
        args.addAll(spelled);
        return false;
    }

    private static String shortName(String text) {
        return text.length() > 2 && text.charAt(0) == '-' && text.charAt(2) == '='
                ? text.substring(0, 2) + '=' + text.substring(2)
                : text;
    }

    /** Returns nothing if the option is unknown and its name begins with {@code loose-}. */
    private static Stream<String> longName(String text, CommandSpec command) {
        int equals = text.indexOf('=');
        String written = equals < 0 ? text : text.substring(0, equals);
        Optional<String> value = equals < 0 ? Optional.empty() : Optional.of(text.substring(equals + 1));
        OptionWord word =
                OptionWord.parse(written.substring(2), value, command, name -> command.findOption(name) != null);
        OptionSpec option = command.findOption(word.name());
        if (option == null) {
            return word.loose() ? Stream.empty() : Stream.of(text);
        }
        if (word.value().isPresent() && OptionText.isFlag(option)) {
            throw new ParameterException(command.commandLine(), "a flag with a value", option, "");
        }
        return Stream.of(word.name() + word.value().map(given -> '=' + given).orElse(""));
    }
}
