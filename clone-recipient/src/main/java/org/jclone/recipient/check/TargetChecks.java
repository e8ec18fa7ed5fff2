package org.jclone.recipient.check;

import static org.jclone.recipient.api.CheckItem.COMPATIBILITY;
import static org.jclone.recipient.api.CheckItem.DURATION;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.CloneRequest;
import org.jclone.recipient.api.Compatibility;
import org.jclone.recipient.api.Finding;
import org.jclone.recipient.api.Mismatch;
import org.jclone.recipient.compat.TargetFit;
import org.jclone.recipient.sql.SqlException;

/** Checks of the server that will run on the clone, and of the duration of the clone. */
final class TargetChecks {

    /** Returns rows of half a MiB, below the smallest max_allowed_packet of a donor, to measure the transfer rate. */
    private static final String PROBE = "SELECT REPEAT('x', 524288) FROM information_schema.character_sets LIMIT 16";

    private static final long PROBE_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final int MAX_PROBES = 32;

    private final CloneRequest request;
    private final LongSupplier nanoTime;
    private OptionalLong expectedSeconds = OptionalLong.empty();

    TargetChecks(CloneRequest request, LongSupplier nanoTime) {
        this.request = request;
        this.nanoTime = nanoTime;
    }

    /** Returns all mismatches, or what is needed to check for them. */
    List<Finding> compatibility(DonorView donor) throws SqlException, CloneException {
        Compatibility found = TargetFit.prepare(request).compare(donor.sql());
        List<Finding> findings = new ArrayList<>();
        for (Mismatch mismatch : found.mismatches()) {
            findings.add(
                    switch (mismatch.severity()) {
                        case FATAL ->
                            Finding.problem(
                                    COMPATIBILITY, CloneErrorCode.INCOMPATIBLE, mismatch.toString(), mismatch.advice());
                        case HARMLESS -> Finding.warning(COMPATIBILITY, mismatch.toString(), mismatch.advice());
                    });
        }
        if (!found.notChecked().isEmpty()) {
            findings.add(Finding.unknown(COMPATIBILITY, String.join(", ", found.notChecked())));
        }
        if (findings.isEmpty()) {
            findings.add(Finding.ok(COMPATIBILITY, "the target's server fits"));
        }
        return findings;
    }

    /** Returns the bytes of all tablespaces, if the account sees them. */
    private static OptionalLong dataBytes(DonorView donor) throws SqlException, CloneException {
        if (!donor.seesProcesses()) {
            return OptionalLong.empty();
        }
        return OptionalLong.of(
                donor.query("SELECT CAST(SUM(file_size) AS UNSIGNED) FROM information_schema.innodb_tablespaces")
                        .singleNumber()
                        .orElse(0));
    }

    /** Estimates the transfer time over one connection, limited by the network only. */
    Finding duration(DonorView donor) throws SqlException, CloneException {
        donor.sql().drain(PROBE); // both sides warm up
        long begin = nanoTime.getAsLong();
        long elapsed = 0;
        long bytes = 0;
        for (int i = 0; i < MAX_PROBES && elapsed < PROBE_NANOS; i++) {
            bytes += donor.sql().drain(PROBE);
            elapsed = Math.max(1, nanoTime.getAsLong() - begin);
        }
        long perSecond = Math.max(1, bytes * TimeUnit.SECONDS.toNanos(1) / elapsed);
        String rate = mebibytes(perSecond) + "/s over one connection";
        OptionalLong needed = dataBytes(donor);
        if (needed.isEmpty()) {
            return Finding.unknown(DURATION, rate + ", the donor's size cannot be seen", donor.grantProcess());
        }
        long seconds = needed.getAsLong() / perSecond;
        expectedSeconds = OptionalLong.of(seconds);
        String time = seconds < 120 ? seconds + 1 + " s" : seconds / 60 + 1 + " min";
        return Finding.ok(
                DURATION, "about " + time + ": " + rate + "; more connections may be faster, a slow disk is not");
    }

    /** Returns the result of {@link #duration}; empty if there is none. */
    OptionalLong expectedSeconds() {
        return expectedSeconds;
    }

    private static String mebibytes(long bytes) {
        return (bytes >> 20) + " MiB";
    }
}
