package org.jclone.recipient.api;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Whether the donor's data is compatible with the server that will run on it.
 *
 * @param mismatches all mismatches, fatal ones first
 * @param notChecked what could not be compared, and what would allow it
 */
public record Compatibility(List<Mismatch> mismatches, List<String> notChecked) {

    /** The subject of the mismatch that announces an upgrade at the target's first start. */
    public static final String UPGRADE = "upgrade";

    public Compatibility {
        mismatches = List.copyOf(mismatches);
        notChecked = List.copyOf(notChecked);
    }

    /**
     * {@return a copy with further, harmless mismatches}
     *
     * @param more further mismatches
     */
    public Compatibility with(List<Mismatch> more) {
        List<Mismatch> all = new ArrayList<>(mismatches);
        all.addAll(more);
        return new Compatibility(all, notChecked);
    }

    /** {@return what the first start upgrades; empty if no upgrade is known} */
    public Optional<Mismatch> upgrade() {
        return mismatches.stream()
                .filter(mismatch -> mismatch.subject().equals(UPGRADE))
                .findFirst();
    }

    /** {@return the mismatches for which MySQL's own recipient would refuse} */
    public List<Mismatch> fatal() {
        return mismatches.stream()
                .filter(mismatch -> mismatch.severity() == Mismatch.Severity.FATAL)
                .toList();
    }
}
