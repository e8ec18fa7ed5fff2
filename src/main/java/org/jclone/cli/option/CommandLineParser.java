package org.jclone.cli.option;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;

/**
 * Reads command lines as MySQL's clients do: {@code --name=value} or {@code --name value}, {@code -u value} or {@code
 * -uvalue}, flags together as in {@code -vv}; dashes and underscores in long names are the same, of an option given
 * twice the last one counts, and a value that may be left out must follow after the equals sign.
 *
 * <p>No message quotes an argument, unless it is the value of an option that is not a password: what could not be
 * understood may have been meant as one.
 */
public final class CommandLineParser {

    private static final int MAX_TYPING_ERRORS = 2;

    private final Command command;
    private final List<String> rest;
    private final Map<Option<?>, List<?>> values = new HashMap<>();
    private Invocation.Wish wish;
    private int next;

    private CommandLineParser(Command command, List<String> rest) {
        this.command = command;
        this.rest = rest;
        this.wish = command == Command.JCLONE ? Invocation.Wish.USAGE : Invocation.Wish.RUN;
    }

    /** @throws UsageException if the arguments do not fit a command, or a value its option */
    public static Invocation parse(String... args) throws UsageException {
        List<String> all = List.of(args);
        Command command = Command.JCLONE;
        if (!all.isEmpty() && !all.get(0).startsWith("-")) {
            command = commandOf(all.get(0));
            all = all.subList(1, all.size());
        }
        return new CommandLineParser(command, all).parse();
    }

    private static Command commandOf(String name) throws UsageException {
        for (Command command : Command.values()) {
            if (command != Command.JCLONE && command.commandName().equals(name)) {
                return command;
            }
        }
        throw new UsageException(Command.JCLONE, "there is no command of that name");
    }

    private Invocation parse() throws UsageException {
        while (next < rest.size()) {
            String argument = rest.get(next++);
            if (argument.equals(UsageText.HELP) || argument.equals(UsageText.HELP_SHORT)) {
                wish = Invocation.Wish.USAGE;
            } else if (isVersion(argument)) {
                wish = Invocation.Wish.VERSION;
            } else if (argument.startsWith("--")) {
                onLongName(argument);
            } else if (argument.startsWith("-") && argument.length() > 1) {
                onShortNames(argument);
            } else {
                onPositional(argument);
            }
        }
        if (wish == Invocation.Wish.RUN) {
            requireMandatory();
        }
        return new Invocation(command, wish, new Arguments(values));
    }

    private boolean isVersion(String argument) {
        return command == Command.JCLONE
                && (argument.equals(UsageText.VERSION) || argument.equals(UsageText.VERSION_SHORT));
    }

    private void onLongName(String argument) throws UsageException {
        int equals = argument.indexOf('=');
        String name = (equals < 0 ? argument : argument.substring(0, equals)).replace('_', '-');
        Option<?> option = find(name, false);
        if (equals >= 0 && option.isFlag()) {
            throw error(name + " takes no value");
        }
        if (equals >= 0) {
            add(option, argument.substring(equals + 1));
        } else {
            addWithoutValue(option);
        }
    }

    private void onShortNames(String argument) throws UsageException {
        for (int i = 1; i < argument.length(); i++) {
            Option<?> option = find("-" + argument.charAt(i), true);
            if (!option.isFlag() && i + 1 < argument.length()) {
                add(option, argument.substring(i + 1));
                return;
            }
            addWithoutValue(option);
        }
    }

    private void onPositional(String argument) throws UsageException {
        for (Option<?> option : command.options()) {
            if (option.isPositional() && !values.containsKey(option)) {
                add(option, argument);
                return;
            }
        }
        throw error("there is an argument too many, without an option before it");
    }

    private void addWithoutValue(Option<?> option) throws UsageException {
        if (option.isFlag()) {
            add(option, "");
        } else if (option.valueIfBare().isPresent()) {
            add(option, option.valueIfBare().get());
        } else if (next < rest.size()) {
            add(option, rest.get(next++));
        } else {
            throw error(option.name() + " needs a value: " + UsageText.synopsis(option));
        }
    }

    private <T> void add(Option<T> option, String text) throws UsageException {
        T value;
        try {
            value = option.type().parse(text);
        } catch (IllegalArgumentException e) {
            throw error(option.name() + ": " + e.getMessage());
        }
        List<Object> all = new ArrayList<>(values.getOrDefault(option, List.of()));
        all.add(value);
        values.put(option, all);
    }

    private void requireMandatory() throws UsageException {
        StringJoiner missing = new StringJoiner(", ");
        for (Option<?> option : command.options()) {
            if (option.isRequired() && !values.containsKey(option)) {
                missing.add(UsageText.synopsis(option));
            }
        }
        if (missing.length() > 0) {
            throw error("missing: " + missing);
        }
    }

    private Option<?> find(String name, boolean isShort) throws UsageException {
        for (Option<?> option : command.options()) {
            if (name.equals(isShort ? option.shortName() : option.name())) {
                return option;
            }
        }
        throw error("unknown option " + name + (isShort ? "" : similarTo(name)));
    }

    private String similarTo(String name) {
        StringJoiner similar = new StringJoiner(", ", " (similar: ", ")").setEmptyValue("");
        for (Option<?> option : command.options()) {
            if (distance(name, option.name()) <= MAX_TYPING_ERRORS) {
                similar.add(option.name());
            }
        }
        return similar.toString();
    }

    /** Levenshtein's distance: how many characters must be put in, taken out or changed. */
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int change = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(change, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[b.length()];
    }

    private UsageException error(String message) {
        return new UsageException(command, message);
    }
}
