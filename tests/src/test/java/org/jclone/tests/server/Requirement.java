package org.jclone.tests.server;

import org.junit.jupiter.api.Assumptions;

/** What a test needs of the machine. Without it the test is skipped by name; on CI nothing may be skipped. */
public final class Requirement {

    private Requirement() {}

    /** Goes on if {@code met}, else skips the test that runs, with the reason. */
    public static void require(boolean met, String reason) {
        if (!met) {
            failOnCi(reason);
            Assumptions.abort(reason);
        }
    }

    static void failOnCi(String reason) {
        if ("true".equals(System.getenv("CI"))) {
            throw new AssertionError("on CI no test may be skipped: " + reason);
        }
    }
}
