package org.jclone.recipient.api;

import java.util.List;

/**
 * Whether the donor's data fits the server that is to run on it.
 *
 * @param mismatches all that was found, fatal ones first
 * @param notChecked what could not be compared, and what would make it possible
 */
public record Compatibility(List<Mismatch> mismatches, List<String> notChecked) {

    public Compatibility {
        mismatches = List.copyOf(mismatches);
        notChecked = List.copyOf(notChecked);
    }

    /** The mismatches with which MySQL's own recipient would refuse. */
    public List<Mismatch> fatal() {
        return mismatches.stream()
                .filter(mismatch -> mismatch.severity() == Mismatch.Severity.FATAL)
                .toList();
    }
}
