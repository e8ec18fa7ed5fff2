package org.jclone.recipient.verify;

import java.util.ArrayList;
import java.util.List;

/** Counts all damage and keeps only the first entries, because a broken disk may cause more than fits in memory. */
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

    /** Returns the first entries, in the order in which they were found. */
    public synchronized List<Damage> first() {
        return List.copyOf(first);
    }

    /** Describes the first entry, and says how many more there are. */
    public synchronized String summary() {
        String more = count > 1 ? " (and " + (count - 1) + " more)" : "";
        return first.isEmpty() ? "nothing" : first.get(0) + more;
    }
}
