package org.jclone.provision.api;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The names of the variables that were set with {@code SET PERSIST}. They are in {@code mysqld-auto.cnf}, which no
 * clone contains.
 *
 * @param donor those of the donor, which the new server does not get
 * @param target those of the data that is in the directory before the run
 * @param kept whether the target's stay in force, because its data stays
 */
public record PersistedReport(Set<String> donor, Set<String> target, boolean kept) {

    public PersistedReport {
        donor = new TreeSet<>(donor);
        target = new TreeSet<>(target);
    }

    /** {@return a sentence for each server that has such variables} */
    public List<String> describe() {
        List<String> lines = new ArrayList<>();
        if (!donor.isEmpty()) {
            lines.add("not cloned, of the donor: " + String.join(", ", donor));
        }
        if (!target.isEmpty()) {
            lines.add((kept ? "kept, of this server: " : "not kept, of the old server: ") + String.join(", ", target));
        }
        return lines;
    }
}
