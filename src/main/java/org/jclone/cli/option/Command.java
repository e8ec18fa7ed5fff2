package org.jclone.cli.option;

import java.util.List;

/** The commands of the program and what each takes. */
public enum Command {
    /** The program itself, where no command is named. */
    JCLONE("jclone", "Copies a running MySQL server into an empty directory, over MySQL's own clone protocol."),
    FETCH("fetch", "Clone a running MySQL server into an empty directory, on which a mysqld then starts."),
    INSPECT("inspect", "Print a recorded clone conversation, message by message."),
    HELP("help", "Show how the program or one of its commands is used.");

    /** The argument of {@code help}. */
    public static final Option<Command> TOPIC = Option.of(
                    Option.Section.TARGET,
                    "COMMAND",
                    "COMMAND",
                    ValueType.choice(Command.class),
                    "The command to explain.")
            .withDefault(JCLONE);

    private final String commandName;
    private final String summary;

    Command(String commandName, String summary) {
        this.commandName = commandName;
        this.summary = summary;
    }

    public String commandName() {
        return commandName;
    }

    /** One sentence. */
    public String summary() {
        return summary;
    }

    /** Its options and arguments, without {@code --help} and {@code --version}, which all have. */
    public List<Option<?>> options() {
        return switch (this) {
            case JCLONE -> List.of();
            case FETCH -> FetchOptions.ALL;
            case INSPECT -> InspectOptions.ALL;
            case HELP -> List.of(TOPIC);
        };
    }

    /** As it is typed: {@code jclone fetch}. */
    public String qualifiedName() {
        return this == JCLONE ? commandName : JCLONE.commandName + ' ' + commandName;
    }

    @Override
    public String toString() {
        return commandName;
    }
}
