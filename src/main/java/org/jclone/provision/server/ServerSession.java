package org.jclone.provision.server;

import java.time.Duration;
import org.jclone.recipient.sql.Rows;

/** Runs statements one at a time on the caller's thread. */
public interface ServerSession extends AutoCloseable {

    Version version();

    /** Returns version and cipher suite of TLS, or the kind of the connection if it has no TLS. */
    String transport();

    /**
     * Runs one statement, within the time limit of the server's connector.
     *
     * @return the rows; none for a statement without a result set
     * @throws RefusedException if the server refuses it; the session stays usable
     * @throws UnreachableException if the connection fails, or the answer does not arrive in time; the session is then
     * unusable
     */
    Rows query(Statement statement) throws ServerException;

    /** @param limit time limit for the answer */
    Rows query(Statement statement, Duration limit) throws ServerException;

    /** Runs a statement without values. */
    default Rows query(String statement) throws ServerException {
        return query(Statement.of(statement));
    }

    /** Returns the words that this server's version understands. */
    default Words words() {
        return Words.of(version());
    }

    /** Returns {@code @@GLOBAL.gtid_executed}, or another expression that is a GTID set. */
    default GtidSet gtidSet(String expression) throws ServerException {
        return GtidSet.parse(query("SELECT " + expression).single().orElse(""));
    }

    @Override
    void close();
}
