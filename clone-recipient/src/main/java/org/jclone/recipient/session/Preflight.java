package org.jclone.recipient.session;

import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.jclone.recipient.api.CheckItem;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.Finding;
import org.jclone.recipient.check.DonorChecks;
import org.jclone.recipient.connection.ErrorTranslator;
import org.jclone.recipient.sql.ServerSql;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks a donor as {@code jclone check} does, before it is asked for a snapshot. Only certain and lasting problems of the
 * donor stop the clone, which checks the target itself, with more knowledge.
 */
final class Preflight {

    private static final Logger LOGGER = LoggerFactory.getLogger(Preflight.class);

    /** The clone, which retries, may get further after these. */
    private static final Set<CloneErrorCode> MAY_PASS =
            EnumSet.of(CloneErrorCode.DONOR_BUSY, CloneErrorCode.CONNECTION_LOST);

    private Preflight() {}

    /** @throws CloneException with the first finding with which the clone would fail */
    static void run(CloneContext context, DonorLine.Opener lines) throws CloneException {
        try (ServerSql sql = lines.openSql(ErrorTranslator.CONNECTING)) {
            run(context, sql);
        } catch (CloneException e) {
            if (!MAY_PASS.contains(e.code())) {
                throw e;
            }
            LOGGER.atInfo().addKeyValue("reason", e.getMessage()).log("cannot look at the donor first");
            context.abortion().check();
        }
    }

    private static void run(CloneContext context, ServerSql sql) throws CloneException {
        DonorChecks checks = new DonorChecks(context.request(), context.nanoClock()).onlyWhatStopsAClone();
        checks.run(
                sql,
                sql.serverVersion(),
                sql.transport(),
                CheckSession.isLocal(context.request().donor()));
        Optional<Finding> fatal = checks.report().in(Finding.State.PROBLEM).stream()
                .filter(Preflight::isFatal)
                .findFirst();
        if (fatal.isPresent()) {
            throw failure(fatal.get());
        }
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
