package org.jclone.recipient.sql;

import org.jclone.recipient.api.CloneException;

/** Runs statements one at a time on the caller's thread. */
public interface SqlSession extends AutoCloseable {

    /** More rows than any of our statements should return; a longer result is an error of the donor. */
    int MAX_ROWS = 10_000;

    /**
     * Runs one statement.
     *
     * @return the rows; none for a statement without a result set
     * @throws SqlException if the donor refuses it; the connection stays usable
     * @throws CloneException if the connection fails or the donor does not respond in time; the session is then unusable
     */
    Rows query(String statement) throws SqlException, CloneException;

    /** Limits the execution time and the lock waits of the statements of this session. */
    default void limit() throws SqlException, CloneException {
        query("SET SESSION max_execution_time = 8000, lock_wait_timeout = 2");
    }

    /**
     * Runs a statement and discards its rows, to measure how long they take to arrive.
     *
     * @return the bytes of all rows
     */
    long drain(String statement) throws SqlException, CloneException;

    /**
     * Enters clone mode and leaves it at once, which creates no snapshot. Call only {@link #close} afterwards.
     *
     * @throws SqlException if the donor refuses, for example because it has no clone plugin or the account lacks the privilege
     */
    void tryCloneMode() throws SqlException, CloneException;

    /** Ends the session and closes its connection. */
    @Override
    void close();
}
