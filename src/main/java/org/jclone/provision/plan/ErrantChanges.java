package org.jclone.provision.plan;

import static java.util.stream.Collectors.joining;

import java.util.List;

/**
 * What errant transactions changed, as far as the target's binary logs show.
 *
 * @param changes by object, those with the most transactions first
 * @param unread what could not be read, each with the reason, and the statement that helps if there is one
 */
public record ErrantChanges(List<Change> changes, List<String> unread) {

    /** No changes. */
    public static final ErrantChanges NONE = new ErrantChanges(List.of(), List.of());

    /** How many changes a message names. */
    private static final int NAMED = 10;

    /**
     * One object.
     *
     * @param object a table such as {@code shop.orders}, or the first words of a statement with what it names, such as
     *     {@code CREATE TABLE shop.orders}; never more of a statement, which may contain a password
     * @param transactions that changed it
     * @param events row events or statements
     */
    public record Change(String object, long transactions, long events) {

        @Override
        public String toString() {
            return object + " (" + transactions + (transactions == 1 ? " transaction" : " transactions")
                    + (events == transactions ? "" : ", " + events + " events") + ")";
        }
    }

    public ErrantChanges {
        changes = List.copyOf(changes);
        unread = List.copyOf(unread);
    }

    /** {@return one line; empty if there is nothing to say} */
    public String describe() {
        String named = changes.stream().limit(NAMED).map(Change::toString).collect(joining(", "));
        if (changes.size() > NAMED) {
            named += ", and " + (changes.size() - NAMED) + " more";
        }
        String missing = String.join("; ", unread);
        return named
                + (named.isEmpty() || missing.isEmpty() ? "" : "; ")
                + (missing.isEmpty() ? "" : "not read: " + missing);
    }
}
