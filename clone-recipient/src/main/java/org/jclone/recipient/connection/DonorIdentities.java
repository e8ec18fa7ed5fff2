package org.jclone.recipient.connection;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jclone.protocol.netty.LoggedIn;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.explain.Failure;
import org.jclone.recipient.journal.DonorIdentity;
import org.jclone.recipient.sql.Rows;
import org.jclone.recipient.sql.SqlConnection;
import org.jclone.recipient.sql.SqlException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks which server, and which start of it, is at the other end of a connection. */
public final class DonorIdentities {

    private static final Logger LOGGER = LoggerFactory.getLogger(DonorIdentities.class);

    /**
     * A server stores the time when it starts and computes {@code Uptime} from that and the time of the statement. So the
     * difference is the stored time, and does not change when a clock is set. Every account may ask.
     */
    private static final String QUESTION = "SELECT @@server_uuid, UNIX_TIMESTAMP() - CAST(variable_value AS SIGNED)"
            + " FROM performance_schema.global_status WHERE variable_name = 'Uptime'";

    private DonorIdentities() {}

    /** Completes with nothing if the donor does not answer; fails with what broke the connection. */
    static CompletableFuture<Optional<DonorIdentity>> ask(SqlConnection connection, LoggedIn loggedIn) {
        return connection.query(QUESTION, loggedIn.capabilities(), 1).handle((rows, failure) -> {
            if (failure == null) {
                return read(rows);
            }
            Throwable cause = failure instanceof CompletionException wrapped ? wrapped.getCause() : failure;
            if (!(cause instanceof SqlException)) {
                throw new CompletionException(cause);
            }
            LOGGER.atInfo().addKeyValue("reason", cause.getMessage()).log("the donor does not say who it is");
            return Optional.empty();
        });
    }

    private static Optional<DonorIdentity> read(Rows rows) {
        OptionalLong start =
                rows.isEmpty() || rows.columns().size() != 2 ? OptionalLong.empty() : Rows.number(rows.text(0, 1));
        return start.isEmpty() ? Optional.empty() : Optional.of(new DonorIdentity(rows.text(0, 0), start.getAsLong()));
    }

    /**
     * Requires the server, and the start of it, that holds the snapshot. A donor that does not say who it is, or another
     * server at its address, says nothing about the snapshot, so that is not reported as {@link
     * CloneErrorCode#SNAPSHOT_GONE}.
     *
     * @throws OtherServerException if it is another server
     * @throws CloneException if it was restarted, or does not say who it is
     */
    public static void require(DonorIdentity expected, Optional<DonorIdentity> found, String donor)
            throws CloneException {
        if (found.isEmpty()) {
            throw Failure.DonorError.IDENTITY.exception(
                    donor + " does not say who it is (expected: " + describe(expected) + ')');
        }
        if (!found.get().isSameAs(expected)) {
            String difference = describe(found.get()) + " (expected: " + describe(expected) + ')';
            if (!found.get().serverUuid().equals(expected.serverUuid())) {
                throw new OtherServerException(donor + " is not the server that the clone began with: " + difference);
            }
            throw Failure.SnapshotGone.GONE.exception(donor + " was restarted since the clone began: " + difference);
        }
    }

    private static String describe(DonorIdentity identity) {
        return identity.serverUuid() + " started at " + Instant.ofEpochSecond(identity.startSeconds());
    }
}
