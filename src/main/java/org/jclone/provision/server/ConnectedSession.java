package org.jclone.provision.server;

import java.time.Duration;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.DonorAddress;
import org.jclone.recipient.sql.Rows;
import org.jclone.recipient.sql.ServerSql;
import org.jclone.recipient.sql.SqlException;

/** A session over a connection of the engine. */
final class ConnectedSession implements ServerSession {

    /** Removed from the session's modes: it changes the meaning of {@link Statement#literal}. */
    private static final Statement WITHOUT_THE_MODE = Statement.of("SET SESSION sql_mode ="
            + " TRIM(BOTH ',' FROM REPLACE(REPLACE(@@SESSION.sql_mode, 'NO_BACKSLASH_ESCAPES', ''), ',,', ','))");

    private interface Call {
        Rows run() throws SqlException, CloneException;
    }

    private final DonorAddress address;
    private final ServerSql sql;
    private final Version version;

    private ConnectedSession(DonorAddress address, ServerSql sql) {
        this.address = address;
        this.sql = sql;
        this.version = Version.of(sql.serverVersion());
    }

    /** Closes {@code sql} if it fails. */
    static ConnectedSession begin(DonorAddress address, ServerSql sql) throws ServerException {
        ConnectedSession session = new ConnectedSession(address, sql);
        try {
            session.query(WITHOUT_THE_MODE);
            return session;
        } catch (ServerException | RuntimeException e) {
            sql.close();
            throw e;
        }
    }

    @Override
    public Version version() {
        return version;
    }

    @Override
    public String transport() {
        return sql.transport();
    }

    @Override
    public Rows query(Statement statement) throws ServerException {
        return run(statement, () -> sql.query(statement.text()));
    }

    @Override
    public Rows query(Statement statement, Duration limit) throws ServerException {
        return run(statement, () -> sql.query(statement.text(), limit));
    }

    private Rows run(Statement statement, Call call) throws ServerException {
        try {
            return call.run();
        } catch (SqlException e) {
            throw new RefusedException(address, statement, e);
        } catch (CloneException e) {
            throw new UnreachableException(e);
        }
    }

    @Override
    public void close() {
        sql.close();
    }
}
