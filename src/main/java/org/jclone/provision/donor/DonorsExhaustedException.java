package org.jclone.provision.donor;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.DonorAddress;

/** No donor could be cloned. */
public final class DonorsExhaustedException extends CloneException {

    private static final long serialVersionUID = 1L;

    /** What was tried, and how each attempt ended. */
    private final String summary;

    private final transient Map<DonorAddress, CloneException> lastErrors;

    /** @param lastErrors at least one; the last of them decides about the code */
    DonorsExhaustedException(String why, Map<DonorAddress, CloneException> lastErrors) {
        super(
                code(lastErrors),
                why + ": "
                        + lastErrors.entrySet().stream()
                                .map(each -> "[" + each.getKey() + "] "
                                        + each.getValue().getMessage())
                                .collect(Collectors.joining("; ")),
                "Run jclone donors: it shows each candidate and why it is not suitable.");
        this.summary = why;
        this.lastErrors = new LinkedHashMap<>(lastErrors);
    }

    /** {@return the message without the errors of the donors} */
    public String summary() {
        return summary;
    }

    /** Whether a later run may succeed: at least one failure is temporary. */
    private static CloneErrorCode code(Map<DonorAddress, CloneException> lastErrors) {
        CloneErrorCode last = CloneErrorCode.DONOR_ERROR;
        for (CloneException each : lastErrors.values()) {
            if (each.code() == CloneErrorCode.DONOR_BUSY) {
                return CloneErrorCode.DONOR_BUSY;
            }
            last = each.code();
        }
        return last;
    }

    /** {@return each donor's last error, in the order of the first attempts} */
    public Map<DonorAddress, CloneException> lastErrors() {
        return new LinkedHashMap<>(lastErrors);
    }
}
