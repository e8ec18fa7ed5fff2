package org.jclone.recipient.session;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.explain.Explanations;
import org.jclone.recipient.journal.DonorIdentity;
import org.jclone.recipient.sql.Rows;
import org.jclone.recipient.sql.SqlException;
import org.jclone.recipient.sql.SqlSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks a donor which start of which server it is. */
final class DonorIdentities {

    private static final Logger LOGGER = LoggerFactory.getLogger(DonorIdentities.class);

    private static final int UPTIME_VALUE = 1;
    private static final int MAX_ATTEMPTS = 3;

    /** Asked over the same connection; what it throws is a broken connection. */
    interface FurtherQuestions {
        void ask(SqlSession sql) throws CloneException;
    }

    private DonorIdentities() {}

    /**
     * As a clone begins: a connection that breaks meanwhile is opened again, and what fails for good costs only
     * --resume.
     *
     * @param further what else is to be asked once the donor has said who it is
     */
    static Optional<DonorIdentity> askPatiently(DonorConnector connector, FurtherQuestions further)
            throws CloneException {
        for (int attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
            try {
                return ask(connector, further);
            } catch (CloneException e) {
                if (e.code() == CloneErrorCode.ABORTED) {
                    throw e;
                }
                LOGGER.atInfo()
                        .addKeyValue("attempt", attempt)
                        .addKeyValue("reason", e.getMessage())
                        .log("cannot ask who the donor is");
            }
        }
        return Optional.empty();
    }

    /** Empty if the donor does not say. Every account may ask. */
    static Optional<DonorIdentity> ask(DonorConnector connector) throws CloneException {
        return ask(connector, sql -> {});
    }

    private static Optional<DonorIdentity> ask(DonorConnector connector, FurtherQuestions further)
            throws CloneException {
        try (DonorSql sql = connector.openSql()) {
            Optional<String> uuid = sql.query("SELECT @@server_uuid").single();
            Rows uptime = sql.query("SHOW GLOBAL STATUS LIKE 'Uptime'");
            OptionalLong seconds = uptime.isEmpty() ? OptionalLong.empty() : Rows.number(uptime.text(0, UPTIME_VALUE));
            Instant now = Instant.now();
            further.ask(sql);
            if (uuid.isEmpty() || seconds.isEmpty()) {
                return Optional.empty();
            }
            return Optional.of(new DonorIdentity(uuid.get(), now.getEpochSecond() - seconds.getAsLong()));
        } catch (SqlException e) {
            LOGGER.atInfo().addKeyValue("reason", e.getMessage()).log("the donor does not say who it is");
            return Optional.empty();
        }
    }

    /**
     * @throws CloneException if the server that answers is not the one, or not the start of it, that has the snapshot
     */
    static void require(DonorIdentity expected, DonorConnector connector, String donor) throws CloneException {
        Optional<DonorIdentity> found = ask(connector);
        if (found.isEmpty() || !found.get().isSameAs(expected)) {
            throw new CloneException(
                    CloneErrorCode.SNAPSHOT_GONE,
                    donor + " is not the server any more that the clone was begun from, or it was restarted: "
                            + found.map(DonorIdentities::describe).orElse("it does not say who it is")
                            + " (expected: " + describe(expected) + ')',
                    Explanations.hint("SNAPSHOT_GONE", "gone"));
        }
    }

    private static String describe(DonorIdentity identity) {
        return identity.serverUuid() + " started at " + Instant.ofEpochSecond(identity.startSeconds());
    }
}
