package org.jclone.recipient.sql;

import java.time.Duration;
import org.jclone.recipient.api.CloneException;

/** A session that tells what is at the other end. */
public interface ServerSql extends SqlSession {

    /** Returns the version of the greeting, such as {@code 9.7.4}. */
    String serverVersion();

    /** Returns version and cipher suite of TLS, or the kind of connection without it. */
    String transport();

    /**
     * Runs one statement with its own time limit.
     *
     * @param limit how long the answer may take
     * @see #query(String)
     */
    Rows query(String statement, Duration limit) throws SqlException, CloneException;
}
