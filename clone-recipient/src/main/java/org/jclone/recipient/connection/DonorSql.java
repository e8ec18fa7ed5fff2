package org.jclone.recipient.connection;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jclone.protocol.netty.LoggedIn;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.sql.Rows;
import org.jclone.recipient.sql.ServerSql;
import org.jclone.recipient.sql.SqlConnection;
import org.jclone.recipient.sql.SqlException;

/** Executes statements at the donor, each with a timeout. */
public final class DonorSql implements ServerSql {

    private final SqlConnection connection;
    private final LoggedIn loggedIn;
    private final ErrorTranslator errors;
    private final Duration timeout;

    DonorSql(SqlConnection connection, LoggedIn loggedIn, ErrorTranslator errors, Duration timeout) {
        this.connection = connection;
        this.loggedIn = loggedIn;
        this.errors = errors;
        this.timeout = timeout;
    }

    public LoggedIn loggedIn() {
        return loggedIn;
    }

    @Override
    public String serverVersion() {
        return loggedIn.greeting().serverVersion();
    }

    @Override
    public String transport() {
        return loggedIn.transport();
    }

    @Override
    public Rows query(String statement) throws SqlException, CloneException {
        return query(statement, timeout);
    }

    @Override
    public Rows query(String statement, Duration limit) throws SqlException, CloneException {
        return await(connection.query(statement, loggedIn.capabilities(), MAX_ROWS), limit, "while asking it");
    }

    @Override
    public long drain(String statement) throws SqlException, CloneException {
        return await(connection.drain(statement, loggedIn.capabilities()), timeout, "while measuring the network");
    }

    @Override
    public void tryCloneMode() throws SqlException, CloneException {
        await(connection.tryCloneMode(), timeout, "while trying clone mode");
    }

    private <T> T await(CompletableFuture<T> answer, Duration limit, String doing) throws SqlException, CloneException {
        try {
            return answer.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof SqlException refused) {
                throw refused;
            }
            throw errors.translate(e, doing);
        } catch (TimeoutException e) {
            throw errors.translate(DonorTimeoutException.silence(limit), doing);
        } catch (InterruptedException e) {
            throw Abortion.interrupted(e, doing);
        }
    }

    @Override
    public void close() {
        connection.quit();
    }
}
