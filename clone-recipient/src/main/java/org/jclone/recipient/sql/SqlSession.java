package org.jclone.recipient.sql;

import org.jclone.recipient.api.CloneException;

/** A connection that takes statements, one after the other, on the caller's thread. */
public interface SqlSession extends AutoCloseable {

    /** More rows than any statement of ours means to ask for are an error of the donor's. */
    int MAX_ROWS = 10_000;

    /**
     * Runs one statement.
     *
     * @return its rows; none for a statement without a result set
     * @throws SqlException if the donor refuses it; the connection goes on
     * @throws CloneException if the connection fails or the donor is silent for too long; it is of no more use then
     */
    Rows query(String statement) throws SqlException, CloneException;

    /** Bounds what statements of this session take: one that takes too long ends, and none waits for a lock. */
    default void limit() throws SqlException, CloneException {
        query("SET SESSION max_execution_time = 8000, lock_wait_timeout = 2");
    }

    /**
     * Runs a statement for the time that its rows take, and throws them away.
     *
     * @return bytes of all rows
     */
    long drain(String statement) throws SqlException, CloneException;

    /**
     * Enters clone mode and leaves it at once, which asks for no snapshot. Nothing but {@link #close} may follow.
     *
     * @throws SqlException with what the donor has against it: no plugin, no privilege
     */
    void tryCloneMode() throws SqlException, CloneException;

    /** Says good-bye. */
    @Override
    void close();
}
