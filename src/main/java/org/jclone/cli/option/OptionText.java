package org.jclone.cli.option;

import java.lang.reflect.AnnotatedElement;
import java.util.Arrays;
import java.util.Collection;
import java.util.Optional;
import java.util.StringJoiner;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;

/** The declaration of an option in words, for help, messages and documents. */
public final class OptionText {

    private OptionText() {}

    /** {@code --user} or, for an argument that stands for itself, {@code FILE}. */
    public static String name(ArgSpec arg) {
        return arg instanceof OptionSpec option ? option.longestName() : arg.paramLabel();
    }

    /** {@code --user=USER}, {@code --direct-io[=ON|OFF]}, {@code --verbose} or {@code FILE}. */
    public static String synopsis(ArgSpec arg) {
        if (arg.isPositional() || isFlag(arg)) {
            return name(arg);
        }
        return arg.arity().min() == 0 ? name(arg) + "[=" + arg.paramLabel() + ']' : name(arg) + '=' + arg.paramLabel();
    }

    /** The other name, with its dash; empty if there is none. */
    public static String shortName(ArgSpec arg) {
        if (!(arg instanceof OptionSpec option) || option.names().length == 1) {
            return "";
        }
        return option.shortestName();
    }

    public static boolean isFlag(ArgSpec arg) {
        return arg.isOption() && arg.arity().max() == 0;
    }

    /** Whether it is on or off, which prefixes of its name may say too. */
    static boolean isSwitch(OptionSpec option) {
        return Switch.BARE.equals(option.fallbackValue());
    }

    /** What may be given; empty where the option's description says it all. */
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

    /** The default as it would be typed; none for flags, which are simply there or not. */
    public static Optional<String> defaultText(ArgSpec arg) {
        Object value = arg.initialValue();
        if (isFlag(arg) || value == null || value instanceof Collection<?> list && list.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(value.toString());
    }

    /** One sentence or more. */
    public static String description(ArgSpec arg) {
        String text = String.join(" ", Arrays.asList(arg.description()));
        return arg.isMultiValue() && !isFlag(arg) ? text + " May be given several times." : text;
    }
}
