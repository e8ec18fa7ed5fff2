package org.jclone.cli.defaults;

/** A requested option file cannot be used, or a file breaks the rules. The message quotes no value. */
public final class DefaultsException extends Exception {

    private static final long serialVersionUID = 1L;

    DefaultsException(String message) {
        super(message);
    }
}
