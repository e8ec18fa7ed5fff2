package org.jclone.recipient.api;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Whether the donor's data fits the server that is to run on it.
 *
 * @param mismatches all that was found, fatal ones first
 * @param notChecked what could not be compared, and what would make it possible
 */
public record Compatibility(List<Mismatch> mismatches, List<String> notChecked) {

    /** The subject of what says that the target's first start upgrades the clone. */
    public static final String UPGRADE = "upgrade";

    public Compatibility {
        mismatches = List.copyOf(mismatches);
        notChecked = List.copyOf(notChecked);
    }

    /** The same with further mismatches, which are harmless. */
    public Compatibility with(List<Mismatch> more) {
        List<Mismatch> all = new ArrayList<>(mismatches);
        all.addAll(more);
        return new Compatibility(all, notChecked);
    }

    /** Says what the first start upgrades; empty if it upgrades nothing, as far as is known. */
    public Optional<Mismatch> upgrade() {
        return mismatches.stream()
                .filter(mismatch -> mismatch.subject().equals(UPGRADE))
                .findFirst();
    }

    /** The mismatches with which MySQL's own recipient would refuse. */
    public List<Mismatch> fatal() {
        return mismatches.stream()
                .filter(mismatch -> mismatch.severity() == Mismatch.Severity.FATAL)
                .toList();
    }
}
