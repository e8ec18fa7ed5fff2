package org.jclone.recipient.session;

import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jclone.recipient.api.CheckItem;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.CloneRequest;
import org.jclone.recipient.api.Finding;
import org.jclone.recipient.check.DonorChecks;
import org.jclone.recipient.connection.DonorSql;

/**
 * Checks a donor as {@code jclone check} does, before it is asked for a snapshot. Only certain and lasting problems of the
 * donor stop the clone, which checks the target itself, with more knowledge.
 */
final class Preflight {

    private static final Set<CloneErrorCode> MAY_PASS =
            EnumSet.of(CloneErrorCode.DONOR_BUSY, CloneErrorCode.CONNECTION_LOST);

    private Preflight() {}

    /** @throws CloneException with the first finding with which the clone would fail */
    static void run(CloneRequest request, LongSupplier nanoClock, DonorSql sql) throws CloneException {
        DonorChecks checks = new DonorChecks(request, nanoClock).onlyWhatStopsAClone();
        checks.run(
                sql,
                sql.loggedIn().greeting().serverVersion(),
                sql.loggedIn().transport(),
                CheckSession.isLocal(request.donor()));
        Optional<Finding> fatal = checks.report().in(Finding.State.PROBLEM).stream()
                .filter(Preflight::isFatal)
                .findFirst();
        if (fatal.isPresent()) {
            throw failure(fatal.get());
        }
    }

    /** Returns whether the clone, which retries, may get further. */
    static boolean mayPass(CloneException failure) {
        return MAY_PASS.contains(failure.code());
    }

    private static boolean isFatal(Finding finding) {
        return finding.item().group() != CheckItem.Group.TARGET
                && finding.failure().filter(code -> !MAY_PASS.contains(code)).isPresent();
    }

    private static CloneException failure(Finding finding) {
        String statements = finding.statements().isEmpty() ? "" : ' ' + String.join(" ", finding.statements());
        return new CloneException(
                finding.failure().orElseThrow(),
                finding.item().title() + ": " + finding.text(),
                (finding.why() + statements).strip()
                        + " Nothing was copied. --check=OFF clones without looking first.");
    }
}
