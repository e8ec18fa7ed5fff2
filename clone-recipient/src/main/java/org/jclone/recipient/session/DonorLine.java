package org.jclone.recipient.session;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jclone.protocol.innodb.descriptor.Locator;
import org.jclone.protocol.netty.LoggedIn;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.compat.DonorParameters;
import org.jclone.recipient.journal.DonorIdentity;
import org.jclone.recipient.sql.ServerSql;
import org.jclone.recipient.target.SnapshotCopy;
import org.jclone.recipient.target.Target;

/**
 * The main and the auxiliary connection to a donor, and what can be said over them. {@link DonorConnector} opens real
 * ones; a test scripts the donor's answers.
 */
interface DonorLine {

    /** Opens connections to the donor. */
    interface Opener {

        /** Opens a line, or nothing. */
        DonorLine open() throws CloneException;

        /**
         * Opens a connection for statements.
         *
         * @param doing what to name in the message of a failure
         */
        ServerSql openSql(String doing) throws CloneException;
    }

    /** The stream of blocks over a line and further connections. */
    interface Stream {

        /**
         * Runs until the donor has sent everything and all of it is written, though not flushed.
         *
         * @throws CloneException what ended it before
         */
        void run() throws CloneException;

        /** Ends {@link #run} with this reason. Any thread. */
        void onAbort(Throwable reason);

        /**
         * Reports a network failure and abandons all connections, so that the donor waits for a reconnect. After this
         * returns, nothing more of them is written.
         */
        void abandon();

        /** Exits clone mode on all connections. The donor then drops the snapshot. */
        void exit();
    }

    /** Returns how the main connection was logged in. */
    LoggedIn loggedIn();

    boolean isTls();

    /** Returns which server, and which start of it, is at the other end; empty if it does not say. */
    Optional<DonorIdentity> identity();

    /** Requests a new snapshot with COM_INIT. */
    DonorParameters init() throws CloneException;

    /** Requests with COM_REINIT the snapshot that the donor has kept. */
    void reinit(SnapshotCopy copy) throws CloneException;

    /** Prepares the stream, which begins with {@link Stream#run}. */
    Stream stream(Target target, SnapshotCopy copy);

    /** Reports a network failure, so that the donor keeps the snapshot, and waits until the connections are reset. */
    void breakOff(Locator clone);

    /** Makes the donor drop its snapshot at once. Reports no failure, because the clone has failed already. */
    void release();

    /** Resets the connections. When the result is complete, nothing more of them is written. */
    CompletableFuture<Void> abandon();
}
