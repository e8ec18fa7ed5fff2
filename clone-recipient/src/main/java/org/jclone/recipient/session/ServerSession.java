package org.jclone.recipient.session;

import io.netty.channel.ConnectTimeoutException;
import java.io.FileNotFoundException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jclone.protocol.netty.CompressionOffer;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.DonorAddress;
import org.jclone.recipient.api.LoginSettings;
import org.jclone.recipient.api.TlsSettings;
import org.jclone.recipient.connection.Abortion;
import org.jclone.recipient.connection.DonorSql;
import org.jclone.recipient.connection.ErrorTranslator;
import org.jclone.recipient.connection.Logins;
import org.jclone.recipient.connection.Transport;
import org.jclone.recipient.explain.Failure;
import org.jclone.recipient.sql.Rows;
import org.jclone.recipient.sql.ServerSql;
import org.jclone.recipient.sql.SqlException;

/** A connection for statements that belongs to no clone, with the threads that serve it. */
public final class ServerSession implements ServerSql {

    /** What a login may take beyond the connect timeout: a name server that does not answer is not limited by it. */
    private static final Duration ALLOWANCE = Duration.ofSeconds(2);

    private final Transport transport;
    private final DonorSql sql;

    private ServerSession(Transport transport, DonorSql sql) {
        this.transport = transport;
        this.sql = sql;
    }

    /**
     * Connects and logs in. Does not wipe the passwords.
     *
     * @param statementTimeout how long the answer to a statement may take
     */
    public static ServerSession open(
            DonorAddress server, LoginSettings login, TlsSettings tls, Duration statementTimeout)
            throws CloneException {
        ErrorTranslator errors = new ErrorTranslator(server);
        Duration connectTimeout = login.connectTimeout();
        Transport transport =
                new Transport(server, Logins.options(server, login, tls, CompressionOffer.NONE), connectTimeout, 1);
        try {
            DonorSql sql = transport
                    .openSql(errors, statementTimeout)
                    .get(connectTimeout.plus(ALLOWANCE).toMillis(), TimeUnit.MILLISECONDS);
            return new ServerSession(transport, sql);
        } catch (ExecutionException e) {
            transport.close();
            throw errors.translate(e, ErrorTranslator.CONNECTING);
        } catch (TimeoutException e) {
            transport.close();
            throw Failure.ConnectFailed.SLOW.exception(
                    "cannot connect to " + server + ": no connection within " + connectTimeout.toMillis() + " ms", e);
        } catch (InterruptedException e) {
            transport.close();
            throw Abortion.interrupted(e, ErrorTranslator.CONNECTING);
        }
    }

    /** Returns whether nothing listened at the address: the machine answered, or there is no such socket. */
    public static boolean foundNoListener(CloneException failure) {
        Throwable cause = failure.getCause();
        return failure.code() == CloneErrorCode.CONNECT_FAILED
                && (cause instanceof FileNotFoundException
                        || cause instanceof ConnectException && !(cause instanceof ConnectTimeoutException));
    }

    @Override
    public String serverVersion() {
        return sql.serverVersion();
    }

    @Override
    public String transport() {
        return sql.transport();
    }

    @Override
    public Rows query(String statement) throws SqlException, CloneException {
        return sql.query(statement);
    }

    @Override
    public Rows query(String statement, Duration limit) throws SqlException, CloneException {
        return sql.query(statement, limit);
    }

    @Override
    public long drain(String statement) throws SqlException, CloneException {
        return sql.drain(statement);
    }

    @Override
    public void tryCloneMode() throws SqlException, CloneException {
        sql.tryCloneMode();
    }

    @Override
    public void close() {
        sql.close();
        transport.close();
    }
}
