package org.jclone.recipient.verify;

import java.util.ArrayList;
import java.util.List;

/**
 * What was found damaged: all of it counted, the first of it kept, since a broken disk breaks more than fits in memory.
 */
public final class DamageList {

    private static final int MAX_KEPT = 20;

    private final List<Damage> first = new ArrayList<>();
    private long count;

    public synchronized void add(Damage damage) {
        count++;
        if (first.size() < MAX_KEPT) {
            first.add(damage);
        }
    }

    public synchronized long count() {
        return count;
    }

    /** The first of them, in the order in which they were found. */
    public synchronized List<Damage> first() {
        return List.copyOf(first);
    }

    /** One line for the first, and how many more there are. */
    public synchronized String summary() {
        String more = count > 1 ? " (and " + (count - 1) + " more)" : "";
        return first.isEmpty() ? "nothing" : first.get(0) + more;
    }
}
