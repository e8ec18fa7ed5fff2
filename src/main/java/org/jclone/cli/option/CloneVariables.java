package org.jclone.cli.option;

import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Accepts options by the names of MySQL's {@code clone_*} system variables. {@code docs/variables.md} describes each.
 */
final class CloneVariables {

    private static final String PREFIX = "clone-";
    private static final String DONOR_PREFIX = "donor-";

    /** All variables of 9.7, with dashes. */
    static final List<String> NAMES = List.of(
            "clone-autotune-concurrency",
            "clone-block-ddl",
            "clone-buffer-size",
            "clone-ddl-timeout",
            "clone-delay-after-data-drop",
            "clone-donor-timeout-after-network-failure",
            "clone-enable-compression",
            "clone-max-concurrency",
            "clone-max-data-bandwidth",
            "clone-max-network-bandwidth",
            "clone-ssl-ca",
            "clone-ssl-cert",
            "clone-ssl-key",
            "clone-valid-donor-list");

    private CloneVariables() {}

    /**
     * Finds the option of a variable: its name without {@code clone-} or, on the donor, also without {@code donor-}.
     *
     * @param written without leading dashes
     * @param known tells whether an option of this name, with its dashes, exists
     */
    static Optional<String> option(String written, Predicate<String> known) {
        if (!NAMES.contains(written)) {
            return Optional.empty();
        }
        String bare = written.substring(PREFIX.length());
        if (!known.test("--" + bare) && bare.startsWith(DONOR_PREFIX)) {
            bare = bare.substring(DONOR_PREFIX.length());
        }
        return Optional.of(bare).filter(name -> known.test("--" + name));
    }
}
