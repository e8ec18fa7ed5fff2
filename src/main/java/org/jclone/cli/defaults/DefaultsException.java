package org.jclone.cli.defaults;

/** An option file that was asked for cannot be used, or one breaks the rules; the message quotes no value. */
public final class DefaultsException extends Exception {

    private static final long serialVersionUID = 1L;

    DefaultsException(String message) {
        super(message);
    }
}
