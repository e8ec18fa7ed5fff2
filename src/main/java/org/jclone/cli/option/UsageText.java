package org.jclone.cli.option;

import java.util.List;

/** The help of a command: how it is used, what it does, and its options under their headings. */
public final class UsageText {

    static final String HELP = "--help";
    static final String HELP_SHORT = "-h";
    static final String VERSION = "--version";
    static final String VERSION_SHORT = "-V";

    private static final int WIDTH = 100;
    private static final int INDENT = 6;

    private UsageText() {}

    /** Lines of at most 100 characters, each with its line end. */
    public static String of(Command command) {
        StringBuilder text = new StringBuilder("Usage: ").append(command.qualifiedName());
        if (command == Command.JCLONE) {
            text.append(" COMMAND [OPTION...]\n");
        } else {
            for (Option<?> option : command.options()) {
                if (option.isRequired() || option.isPositional()) {
                    text.append(option.isRequired() ? " " + synopsis(option) : " [" + synopsis(option) + ']');
                }
            }
            text.append(" [OPTION...]\n");
        }
        text.append('\n');
        wrap(text, 0, command.summary());
        if (command == Command.JCLONE) {
            appendCommands(text);
        }
        appendOptions(text, command);
        return text.toString();
    }

    /** {@code --user=USER}, {@code --direct-io[=ON|OFF]}, {@code --verbose} or {@code FILE}. */
    public static String synopsis(Option<?> option) {
        if (option.isFlag() || option.isPositional()) {
            return option.name();
        }
        return option.valueIfBare().isPresent()
                ? option.name() + "[=" + option.label() + ']'
                : option.name() + '=' + option.label();
    }

    private static void appendCommands(StringBuilder text) {
        text.append("\nCommands:\n");
        for (Command command : Command.values()) {
            if (command != Command.JCLONE) {
                text.append("  ").append(command.commandName()).append('\n');
                wrap(text, INDENT, command.summary());
            }
        }
    }

    private static void appendOptions(StringBuilder text, Command command) {
        for (Option.Section section : Option.Section.values()) {
            List<Option<?>> options = command.options().stream()
                    .filter(option -> option.section() == section)
                    .toList();
            if (!options.isEmpty() && command == Command.FETCH) {
                text.append('\n').append(section.heading()).append(":\n");
            } else if (!options.isEmpty()) {
                text.append('\n');
            }
            options.forEach(option -> appendOption(text, option));
        }
        text.append("\n  ").append(HELP + ", " + HELP_SHORT).append('\n');
        wrap(text, INDENT, "Show this help.");
        if (command == Command.JCLONE) {
            text.append("  ").append(VERSION + ", " + VERSION_SHORT).append('\n');
            wrap(text, INDENT, "Show the version of the program and of the Java it runs on.");
        }
    }

    private static void appendOption(StringBuilder text, Option<?> option) {
        text.append("  ").append(synopsis(option));
        text.append(option.shortName().isEmpty() ? "\n" : ", " + option.shortName() + '\n');
        StringBuilder help = new StringBuilder(option.help());
        if (!option.type().range().isEmpty()) {
            help.append(" Values: ").append(option.type().range()).append('.');
        }
        option.defaultText()
                .ifPresent(value -> help.append(" Default: ").append(value).append('.'));
        if (option.isRepeatable() && !option.isFlag()) {
            help.append(" May be given several times.");
        }
        wrap(text, INDENT, help.toString());
    }

    private static void wrap(StringBuilder out, int indent, String text) {
        int column = 0;
        for (String word : text.split(" ")) {
            if (column + 1 + word.length() > WIDTH) {
                out.append('\n');
                column = 0;
            }
            if (column == 0) {
                out.append(" ".repeat(indent)).append(word);
                column = indent + word.length();
            } else {
                out.append(' ').append(word);
                column += 1 + word.length();
            }
        }
        out.append('\n');
    }
}
