package org.jclone.recipient.api;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The result of a check.
 *
 * @param donorVersion from the donor's greeting, if it was received
 * @param account the account as the donor matched it, if the login succeeded
 * @param findings at least one for each {@link CheckItem} that applies, the worst first
 */
public record CheckReport(
        DonorAddress donor, Optional<String> donorVersion, Optional<String> account, List<Finding> findings) {

    public CheckReport {
        findings = findings.stream()
                .sorted(Comparator.comparing(Finding::state).thenComparing(Finding::item))
                .toList();
    }

    /**
     * {@return the findings in a state}
     *
     * @param state the state
     */
    public List<Finding> in(Finding.State state) {
        return findings.stream().filter(finding -> finding.state() == state).toList();
    }

    /** {@return the worst state of all findings} */
    public Finding.State state() {
        return findings.isEmpty() ? Finding.State.UNKNOWN : findings.get(0).state();
    }

    /** {@return whether the check learned nothing about the donor and its data} */
    public boolean isBlind() {
        List<Finding> asked = findings.stream()
                .filter(finding -> finding.item() != CheckItem.VERSION)
                .filter(finding -> finding.item().group() == CheckItem.Group.DONOR
                        || finding.item().group() == CheckItem.Group.DATA)
                .toList();
        return !asked.isEmpty() && asked.stream().allMatch(finding -> finding.state() == Finding.State.UNKNOWN);
    }

    /** {@return the grants that the findings ask for, each once} */
    public List<String> grants() {
        return findings.stream()
                .flatMap(finding -> finding.statements().stream())
                .filter(CheckReport::isGrant)
                .distinct()
                .toList();
    }

    /**
     * {@return whether a statement of a finding is among {@link #grants}}
     *
     * @param statement of a finding
     */
    public static boolean isGrant(String statement) {
        return statement.startsWith("GRANT ");
    }

    /**
     * {@return 0 if nothing would stop a clone, otherwise the exit status of the first failure} A check that learned nothing about the donor is not a success: {@link CloneErrorCode#DONOR_ERROR}.
     */
    public int exitStatus() {
        return findings.stream()
                .flatMap(finding -> finding.failure().stream())
                .findFirst()
                .or(() -> isBlind() ? Optional.of(CloneErrorCode.DONOR_ERROR) : Optional.empty())
                .map(CloneErrorCode::exitStatus)
                .orElse(0);
    }
}
