package org.jclone.cli.manual;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jclone.cli.option.OptionText;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * What a shell completes for an option or a positional argument.
 *
 * @param names with dashes, the long one first; empty for a positional argument
 * @param label what the value is called
 * @param words the values; empty if {@code kind} says what completes the value
 * @param text what the option is for, one sentence
 */
record Completion(List<String> names, String label, Value value, Kind kind, List<String> words, String text) {

    private static final Pattern CHOICE = Pattern.compile("[A-Z-]+(\\|[A-Z-]+)+");
    private static final int MAX_TEXT = 70;

    /** Whether a value follows. */
    enum Value {
        NONE,
        /** Only after an equals sign. */
        OPTIONAL,
        REQUIRED
    }

    /** What values are. */
    enum Kind {
        NOTHING,
        WORDS,
        FILE,
        DIRECTORY,
        HOST,
        USER
    }

    static Completion of(ArgSpec arg) {
        List<String> words = words(arg);
        List<String> names = arg instanceof OptionSpec option
                ? Arrays.stream(option.names()).sorted(Completion::longFirst).toList()
                : List.of();
        Value value = OptionText.isFlag(arg)
                ? Value.NONE
                : arg.isOption() && arg.arity().min() == 0 ? Value.OPTIONAL : Value.REQUIRED;
        return new Completion(names, arg.paramLabel(), value, kind(arg, words), words, sentence(arg));
    }

    static List<Completion> options(CommandSpec command) {
        return command.options().stream().map(Completion::of).toList();
    }

    /** Returns the positional arguments in their order. */
    static List<Completion> positionals(CommandSpec command) {
        return command.positionalParameters().stream().map(Completion::of).toList();
    }

    private static int longFirst(String a, String b) {
        return Integer.compare(b.length(), a.length());
    }

    private static List<String> words(ArgSpec arg) {
        if (arg.type().isEnum()) {
            return Arrays.stream(arg.type().getEnumConstants())
                    .map(constant ->
                            arg.isPositional() ? constant.toString().toLowerCase(Locale.ROOT) : constant.toString())
                    .toList();
        }
        return CHOICE.matcher(arg.paramLabel()).matches()
                ? List.of(arg.paramLabel().split("\\|"))
                : List.of();
    }

    private static Kind kind(ArgSpec arg, List<String> words) {
        String label = arg.paramLabel();
        if (!words.isEmpty()) {
            return Kind.WORDS;
        }
        if (label.startsWith("DIR")) {
            return Kind.DIRECTORY;
        }
        if (label.startsWith("HOST")) {
            return Kind.HOST;
        }
        if (label.equals("USER[:GROUP]")) {
            return Kind.USER;
        }
        return arg.type() == Path.class ? Kind.FILE : Kind.NOTHING;
    }

    /** Returns the first sentence, cut after a word if it is long. */
    private static String sentence(ArgSpec arg) {
        String text = String.join(" ", arg.description()).replace("%n", " ").strip();
        int end = text.indexOf(". ");
        String sentence = end < 0 ? text.replaceFirst("\\.$", "") : text.substring(0, end);
        return sentence.length() <= MAX_TEXT
                ? sentence
                : sentence.substring(0, sentence.lastIndexOf(' ', MAX_TEXT - 4)) + " ...";
    }
}
