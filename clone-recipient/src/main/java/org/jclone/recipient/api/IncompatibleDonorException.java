package org.jclone.recipient.api;

import static java.util.stream.Collectors.joining;

/** The donor is not compatible with the target. Lists all mismatches. Nothing was copied or changed. */
public final class IncompatibleDonorException extends CloneException {

    private static final long serialVersionUID = 1L;

    private final transient Compatibility compatibility;

    /**
     * Makes a failure.
     *
     * @param compatibility with the mismatches
     */
    public IncompatibleDonorException(Compatibility compatibility) {
        super(
                CloneErrorCode.INCOMPATIBLE,
                "donor and target are incompatible: "
                        + compatibility.fatal().stream().map(Mismatch::toString).collect(joining("; ")),
                compatibility.fatal().stream().map(Mismatch::advice).distinct().collect(joining(" "))
                        + " Nothing was copied. --force-incompatible clones anyway.");
        this.compatibility = compatibility;
    }

    /** {@return all mismatches} */
    public Compatibility compatibility() {
        return compatibility;
    }
}
