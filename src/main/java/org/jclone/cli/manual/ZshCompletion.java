package org.jclone.cli.manual;

import java.util.List;
import picocli.CommandLine.Model.CommandSpec;

/** Completion for zsh. */
public final class ZshCompletion {

    private static final String HEAD = """
            #compdef jclone
            # Completion of jclone for zsh. Generated from the declarations of the options; do not edit.

            _jclone() {
              local curcontext=$curcontext context state state_descr line
              typeset -A opt_args
              local -a commands
              commands=(
            """;

    private ZshCompletion() {}

    public static String of(CommandSpec program, List<CommandSpec> commands) {
        StringBuilder text = new StringBuilder(HEAD);
        for (CommandSpec command : commands) {
            text.append("    '")
                    .append(quoted(command.name() + ':' + Summary.of(command)))
                    .append("'\n");
        }
        text.append("  )\n  _arguments -C");
        Completion.options(program).forEach(option -> specification(text, option, ""));
        text.append(" \\\n    '1:command:->command' \\\n    '*::argument:->argument'\n");
        text.append("  case $state in\n    command) _describe -t commands command commands ;;\n");
        text.append("    argument)\n      curcontext=${curcontext%:*:*}:jclone-$words[1]:\n      case $words[1] in\n");
        for (CommandSpec command : commands) {
            text.append("        ").append(command.name()).append(")\n          _arguments -S");
            Completion.options(command).forEach(option -> specification(text, option, "      "));
            List<Completion> positionals = Completion.positionals(command);
            for (int i = 0; i < positionals.size() && !command.helpCommand(); i++) {
                text.append(" \\\n          '")
                        .append(i + 1)
                        .append(value(positionals.get(i), ":"))
                        .append('\'');
            }
            if (command.helpCommand()) {
                text.append(" \\\n          '1:command:(");
                commands.forEach(each -> text.append(each.name()).append(' '));
                text.setCharAt(text.length() - 1, ')');
                text.append('\'');
            }
            text.append(" ;;\n");
        }
        return text.append("      esac ;;\n  esac\n}\n\n_jclone \"$@\"\n").toString();
    }

    /** Adds an option for {@code _arguments}; one that may be repeated is allowed to. */
    private static void specification(StringBuilder text, Completion option, String indent) {
        for (String name : option.names()) {
            boolean isLong = name.startsWith("--");
            String equals = switch (option.value()) {
                case NONE -> "";
                case OPTIONAL -> isLong ? "=-" : "-";
                case REQUIRED -> isLong ? "=" : "+";
            };
            String value = switch (option.value()) {
                case NONE -> "";
                case OPTIONAL -> value(option, "::");
                case REQUIRED -> value(option, ":");
            };
            text.append(" \\\n    ").append(indent).append("'*").append(name).append(equals);
            text.append('[').append(quoted(option.text()).replace("[", "\\[").replace("]", "\\]"));
            text.append(']').append(value).append('\'');
        }
    }

    private static String value(Completion of, String colon) {
        String label = of.label().replace(":", "\\:");
        return colon
                + label
                + ':'
                + switch (of.kind()) {
                    case NOTHING -> " ";
                    case WORDS -> '(' + String.join(" ", of.words()) + ')';
                    case FILE -> "_files";
                    case DIRECTORY -> "_files -/";
                    case HOST -> "_hosts";
                    case USER -> "_users";
                };
    }

    /** Returns text for a string in single quotes. */
    private static String quoted(String text) {
        return text.replace("'", "'\\''");
    }
}
