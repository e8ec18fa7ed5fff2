package org.jclone.recipient.api;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * All that a check found out.
 *
 * @param donorVersion from its greeting, if it came that far
 * @param account the account as the donor knows it, if the login succeeded
 * @param findings at least one for each {@link CheckItem} that applies, the worst first
 */
public record CheckReport(
        DonorAddress donor, Optional<String> donorVersion, Optional<String> account, List<Finding> findings) {

    public CheckReport {
        findings = findings.stream()
                .sorted(Comparator.comparing(Finding::state).thenComparing(Finding::item))
                .toList();
    }

    public List<Finding> in(Finding.State state) {
        return findings.stream().filter(finding -> finding.state() == state).toList();
    }

    /** The worst state there is. */
    public Finding.State state() {
        return findings.isEmpty() ? Finding.State.UNKNOWN : findings.get(0).state();
    }

    /** 0 if nothing would stop a clone; else the exit status with which a clone would fail first. */
    public int exitStatus() {
        return findings.stream()
                .flatMap(finding -> finding.failure().stream())
                .findFirst()
                .map(CloneErrorCode::exitStatus)
                .orElse(0);
    }
}
