package org.jclone.tests.server;

import org.junit.jupiter.api.Assumptions;

/** A requirement of a test. If unmet, the test is skipped and reported; on CI it fails. */
public final class Requirement {

    private Requirement() {}

    /** Continues if {@code met}, else skips the running test with the reason. */
    public static void require(boolean met, String reason) {
        if (!met) {
            failOnCi(reason);
            Assumptions.abort(reason);
        }
    }

    /** Fails the test on CI, where no test may be skipped. */
    public static void failOnCi(String reason) {
        if ("true".equals(System.getenv("CI"))) {
            throw new AssertionError("on CI no test may be skipped: " + reason);
        }
    }
}
