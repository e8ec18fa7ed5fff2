package org.jclone.cli.manual;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Model.CommandSpec;

/** Completion for bash 4 and newer. It needs no other package, and asks nothing of the program. */
public final class BashCompletion {

    private static final String HEAD = """
            # Completion of jclone for bash. Generated from the declarations of the options; do not edit.

            # Sets what completes: "words ..." or file, directory, host, user; empty if nothing does.
            """;

    private static final String TAIL = """

            _jclone() {
              local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} command= i positional=0
              local options= choice= option= word
              COMPREPLY=()
              for ((i = 1; i < COMP_CWORD; i++)); do
                word=${COMP_WORDS[i]}
                if [[ $word == -* || $word == = || ${COMP_WORDS[i-1]} == = ]]; then
                  continue
                elif [[ -z $command ]]; then
                  command=$word
                elif ! _jclone_takes_value "$command" "${COMP_WORDS[i-1]}"; then
                  positional=$((positional + 1))
                fi
              done
              # An equals sign is a word of its own.
              if [[ $cur == = ]]; then
                option=$prev cur=
              elif [[ $prev == = ]]; then
                option=${COMP_WORDS[COMP_CWORD-2]}
              elif [[ -n $command && $prev == -* ]] && _jclone_takes_value "$command" "$prev"; then
                option=$prev
              fi
              if [[ -n $option ]]; then
                [[ $option != --* ]] || option=${option//_/-}
                _jclone_value "$command" "$option"
              elif [[ $cur == -* ]]; then
                _jclone_options "$command"
                choice="words $options"
                [[ $cur != --*_* ]] || choice=${choice//-/_} choice=${choice// __/ --}
              else
                _jclone_value "$command" "$positional"
              fi
              case $choice in
                'words '*)
                  for word in ${choice#words }; do
                    [[ ${word,,} != "${cur,,}"* ]] || COMPREPLY+=("$word")
                  done
                  [[ ${#COMPREPLY[@]} != 1 || ${COMPREPLY[0]} != *= ]] || compopt -o nospace 2>/dev/null ;;
                file) compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
                directory) compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -d -- "$cur") ;;
                host) mapfile -t COMPREPLY < <(compgen -A hostname -- "$cur") ;;
                user) mapfile -t COMPREPLY < <(compgen -u -- "$cur") ;;
              esac
            }

            complete -F _jclone jclone
            """;

    private BashCompletion() {}

    public static String of(CommandSpec program, List<CommandSpec> commands) {
        StringBuilder text = new StringBuilder(HEAD);
        text.append("_jclone_value() { # command, and an option or the number of a positional argument\n");
        text.append("  case $1:$2 in\n");
        text.append("    :0) choice='words ").append(names(commands)).append("' ;;\n");
        text.append("    help:0) choice='words ").append(names(commands)).append("' ;;\n");
        for (CommandSpec command : commands) {
            List<Completion> positionals = Completion.positionals(command);
            for (int i = 0; i < positionals.size(); i++) {
                value(text, command.name() + ':' + i, positionals.get(i));
            }
            for (Completion option : Completion.options(command)) {
                value(
                        text,
                        option.names().stream()
                                .map(name -> command.name() + ':' + name)
                                .collect(Collectors.joining(" | ")),
                        option);
            }
        }
        text.append("  esac\n}\n\n_jclone_options() { # command\n  case $1 in\n");
        text.append("    '') options='").append(words(program)).append("' ;;\n");
        for (CommandSpec command : commands) {
            text.append("    ")
                    .append(command.name())
                    .append(") options='")
                    .append(words(command))
                    .append("' ;;\n");
        }
        text.append("  esac\n}\n\n_jclone_takes_value() { # command, word: whether the next word is its value\n");
        text.append("  local word=$2\n  [[ $word != --* ]] || word=${word//_/-}\n  case $1:$word in\n");
        for (CommandSpec command : commands) {
            String patterns = Completion.options(command).stream()
                    .filter(option -> option.value() == Completion.Value.REQUIRED)
                    .flatMap(option -> option.names().stream())
                    .map(name -> command.name() + ':' + name)
                    .collect(Collectors.joining(" | "));
            if (!patterns.isEmpty()) {
                text.append("    ").append(patterns).append(") return 0 ;;\n");
            }
        }
        return text.append("  esac\n  return 1\n}\n").append(TAIL).toString();
    }

    private static void value(StringBuilder text, String pattern, Completion of) {
        String choice = switch (of.kind()) {
            case NOTHING -> "";
            case WORDS -> "words " + String.join(" ", of.words());
            case FILE -> "file";
            case DIRECTORY -> "directory";
            case HOST -> "host";
            case USER -> "user";
        };
        if (!choice.isEmpty() && of.value() != Completion.Value.NONE) {
            text.append("    ")
                    .append(pattern)
                    .append(") choice='")
                    .append(choice)
                    .append("' ;;\n");
        }
    }

    private static String names(List<CommandSpec> commands) {
        return commands.stream().map(CommandSpec::name).collect(Collectors.joining(" "));
    }

    /** Returns all names; those that take a value with their equals sign. */
    private static String words(CommandSpec command) {
        return Completion.options(command).stream()
                .flatMap(option -> option.names().stream().flatMap(name -> switch (option.value()) {
                    case NONE -> Stream.of(name);
                    case OPTIONAL -> name.startsWith("--") ? Stream.of(name, name + '=') : Stream.of(name);
                    case REQUIRED -> Stream.of(name.startsWith("--") ? name + '=' : name);
                }))
                .collect(Collectors.joining(" "));
    }
}
