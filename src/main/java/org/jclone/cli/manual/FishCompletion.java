package org.jclone.cli.manual;

import java.util.List;
import picocli.CommandLine.Model.CommandSpec;

/** Completion for fish 3. */
public final class FishCompletion {

    private static final String HEAD = """
            # Completion of jclone for fish. Generated from the declarations of the options; do not edit.

            # The words before the cursor that are no options: the command, and its arguments.
            function __jclone_words
                for word in (commandline -opc)
                    string match -qr -- '^-' $word; or echo $word
                end
            end

            # Whether no command is typed yet.
            function __jclone_no_command
                test (count (__jclone_words)) -eq 1
            end

            # Whether this is the command.
            function __jclone_is
                set -l words (__jclone_words)
                test (count $words) -gt 1; and test $words[2] = $argv[1]
            end

            # Whether this is the command, and the next word is its first argument.
            function __jclone_first
                __jclone_is $argv[1]; and test (count (__jclone_words)) -eq 2
            end

            complete -c jclone -f
            """;

    private FishCompletion() {}

    public static String of(CommandSpec program, List<CommandSpec> commands) {
        StringBuilder text = new StringBuilder(HEAD);
        Completion.options(program).forEach(option -> option(text, "__jclone_no_command", option));
        for (CommandSpec command : commands) {
            text.append("complete -c jclone -n __jclone_no_command -a ")
                    .append(command.name())
                    .append(" -d ")
                    .append(quoted(Summary.of(command)))
                    .append('\n');
        }
        for (CommandSpec command : commands) {
            String isCommand = "'__jclone_is " + command.name() + '\'';
            Completion.options(command).forEach(option -> option(text, isCommand, option));
            String first = "complete -c jclone -n '__jclone_first " + command.name() + "' ";
            if (command.helpCommand()) {
                commands.forEach(each ->
                        text.append(first).append("-a ").append(each.name()).append('\n'));
            }
            Completion.positionals(command).stream()
                    .limit(1)
                    .filter(argument -> argument.kind() != Completion.Kind.NOTHING)
                    .forEach(argument ->
                            text.append(first).append(value(argument)).append('\n'));
        }
        return text.toString();
    }

    private static void option(StringBuilder text, String condition, Completion option) {
        text.append("complete -c jclone -n ").append(condition);
        for (String name : option.names()) {
            text.append(name.startsWith("--") ? " -l " : " -s ")
                    .append(name.startsWith("--") ? name.substring(2) : quoted(name.substring(1)));
        }
        if (option.value() == Completion.Value.REQUIRED) {
            text.append(" -r");
        }
        if (option.value() != Completion.Value.NONE && option.kind() != Completion.Kind.NOTHING) {
            text.append(' ').append(value(option));
        }
        text.append(" -d ").append(quoted(option.text())).append('\n');
    }

    private static String value(Completion of) {
        return switch (of.kind()) {
            case NOTHING -> "-f";
            case WORDS -> "-f -a " + quoted(String.join(" ", of.words()));
            case FILE -> "-F";
            case DIRECTORY -> "-f -a '(__fish_complete_directories)'";
            case HOST -> "-f -a '(__fish_print_hostnames)'";
            case USER -> "-f -a '(__fish_complete_users)'";
        };
    }

    private static String quoted(String text) {
        return '\'' + text.replace("\\", "\\\\").replace("'", "\\'") + '\'';
    }
}
