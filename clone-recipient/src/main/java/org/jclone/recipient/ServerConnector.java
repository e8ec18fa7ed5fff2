package org.jclone.recipient;

import java.time.Duration;
import java.util.Objects;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.DonorAddress;
import org.jclone.recipient.api.LoginSettings;
import org.jclone.recipient.api.TlsSettings;
import org.jclone.recipient.session.ServerSession;
import org.jclone.recipient.sql.ServerSql;

/**
 * Opens sessions for SQL statements on any MySQL server, with the logins and the TLS of a clone. Neither this nor its sessions wipe the passwords: the caller does, when no session is needed any more.
 *
 * @param server where it listens
 * @param statementTimeout limit for the answer to a statement
 */
public record ServerConnector(DonorAddress server, LoginSettings login, TlsSettings tls, Duration statementTimeout) {

    public ServerConnector {
        Objects.requireNonNull(server, "server");
        Objects.requireNonNull(login, "login");
        tls = tls.completeFor(server);
        Objects.requireNonNull(statementTimeout, "statementTimeout");
    }

    /**
     * {@return whether {@link #open} failed because nothing listens at the address: no server runs there}
     *
     * @param failure that {@link #open} threw
     */
    public static boolean foundNoListener(CloneException failure) {
        return ServerSession.foundNoListener(failure);
    }

    /**
     * Connects and logs in, on the caller's thread.
     *
     * @return a session, which the caller closes
     * @throws CloneException if the server cannot be reached, or refuses the login
     */
    public ServerSql open() throws CloneException {
        return ServerSession.open(server, login, tls, statementTimeout);
    }
}
