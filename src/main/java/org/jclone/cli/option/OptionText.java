package org.jclone.cli.option;

import java.lang.reflect.AnnotatedElement;
import java.util.Arrays;
import java.util.Collection;
import java.util.Optional;
import java.util.StringJoiner;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Describes the declaration of an option, for help, messages and documentation. */
public final class OptionText {

    private OptionText() {}

    /** Returns {@code --user} or, for a positional argument, {@code FILE}. */
    public static String name(ArgSpec arg) {
        return arg instanceof OptionSpec option ? option.longestName() : arg.paramLabel();
    }

    /** Returns {@code --user=USER}, {@code --direct-io[=ON|OFF]}, {@code --verbose} or {@code FILE}. */
    public static String synopsis(ArgSpec arg) {
        if (arg.isPositional() || isFlag(arg)) {
            return name(arg);
        }
        return arg.arity().min() == 0 ? name(arg) + "[=" + arg.paramLabel() + ']' : name(arg) + '=' + arg.paramLabel();
    }

    /** Returns the other name, with its dash; empty if there is none. */
    public static String shortName(ArgSpec arg) {
        if (!(arg instanceof OptionSpec option) || option.names().length == 1) {
            return "";
        }
        return option.shortestName();
    }

    public static boolean isFlag(ArgSpec arg) {
        return arg.isOption() && arg.arity().max() == 0;
    }

    /** Tells whether the option is a switch, which prefixes of its name can set, too. */
    static boolean isSwitch(OptionSpec option) {
        return Switch.BARE.equals(option.fallbackValue());
    }

    /** Returns the accepted values; empty if the description explains them. */
    public static String range(ArgSpec arg) {
        Optional<Range> range = rangeOf(arg);
        if (range.isPresent()) {
            return range.get().min() + " to " + range.get().max();
        }
        StringJoiner constants = new StringJoiner(", ");
        if (arg.type().isEnum()) {
            for (Object constant : arg.type().getEnumConstants()) {
                constants.add(constant.toString());
            }
        }
        return constants.toString();
    }

    static Optional<Range> rangeOf(ArgSpec arg) {
        return arg.userObject() instanceof AnnotatedElement declaration
                ? Optional.ofNullable(declaration.getAnnotation(Range.class))
                : Optional.empty();
    }

    /** Returns the default as typed; empty for flags and for an empty default. */
    public static Optional<String> defaultText(ArgSpec arg) {
        Object value = arg.initialValue();
        if (isFlag(arg) || value == null || value instanceof Collection<?> list && list.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(value.toString()).filter(text -> !text.isEmpty());
    }

    /** Returns one or more sentences. */
    public static String description(ArgSpec arg) {
        String text = String.join(" ", Arrays.asList(arg.description()));
        return arg.isMultiValue() && !isFlag(arg) ? text + " May be given several times." : text;
    }
}
