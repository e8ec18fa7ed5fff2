package org.jclone.cli.option;

/** The command line is wrong; the message says how, and quotes no value that could be a password. */
public final class UsageException extends Exception {

    private static final long serialVersionUID = 1L;

    private final Command command;

    /** @param command whose help may help */
    public UsageException(Command command, String message) {
        super(message);
        this.command = command;
    }

    public Command command() {
        return command;
    }
}
