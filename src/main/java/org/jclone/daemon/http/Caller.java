package org.jclone.daemon.http;

/**
 * Who makes a request.
 *
 * @param name for events and the history, such as {@code uid 1000} or {@code token ci}
 */
public record Caller(String name, Role role) {

    /** A caller without credentials, for the routes that are open to everyone. */
    public static final Caller ANONYMOUS = new Caller("anonymous", Role.READ);
}
