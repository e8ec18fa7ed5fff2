package org.jclone.cli.option;

/** The command line is wrong. The message says how, and quotes no value that could be a password. */
public final class UsageException extends Exception {

    private static final long serialVersionUID = 1L;

    public UsageException(String message) {
        super(message);
    }
}
