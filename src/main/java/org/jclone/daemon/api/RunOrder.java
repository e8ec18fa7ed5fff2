package org.jclone.daemon.api;

import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * An order of a caller.
 *
 * @param priority of several runs that wait, the one with the greatest number begins first; from -100 to 100
 * @param key names the order, so that repeating it does not begin a second run; printable ASCII
 * @param by who orders it
 */
public record RunOrder(String target, Action action, int priority, Optional<String> key, String by) {

    public static final int MAX_PRIORITY = 100;
    private static final Pattern KEY = Pattern.compile("[\\x21-\\x7e]{1,200}");

    /** What a run does. */
    public enum Action {
        /** Makes the target a replica: continues the run that the directory records, otherwise begins one. */
        PROVISION,
        /** Puts the old data back, and removes the clone. */
        ROLL_BACK
    }

    public RunOrder {
        Objects.requireNonNull(target, "target");
        Objects.requireNonNull(action, "action");
        Objects.requireNonNull(by, "by");
        if (Math.abs(priority) > MAX_PRIORITY) {
            throw new IllegalArgumentException(
                    "priority: " + priority + " (expected: -" + MAX_PRIORITY + " to " + MAX_PRIORITY + ')');
        }
        if (key.filter(text -> !KEY.matcher(text).matches()).isPresent()) {
            throw new IllegalArgumentException("key: 1 to 200 printable ASCII characters without blanks are expected");
        }
    }
}
