package org.jclone.recipient.session;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jclone.recipient.api.CheckItem;
import org.jclone.recipient.api.CheckReport;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.CloneRequest;
import org.jclone.recipient.api.DonorAddress;
import org.jclone.recipient.check.DonorChecks;
import org.jclone.recipient.connection.Abortion;
import org.jclone.recipient.connection.DonorSql;
import org.jclone.recipient.connection.ErrorTranslator;
import org.jclone.recipient.connection.Logins;
import org.jclone.recipient.connection.Transport;

/** Runs {@link DonorChecks} over one connection to the donor, or with the reason why there is none. */
public final class CheckSession {

    /** Longer than the limit that the checks set for their statements at the donor. */
    private static final Duration STATEMENT_TIMEOUT = Duration.ofSeconds(10);

    private final CloneRequest request;
    private final LongSupplier nanoClock;
    private final ErrorTranslator errors;

    /** @param nanoClock gives the times from which durations are computed */
    public CheckSession(CloneRequest request, LongSupplier nanoClock) {
        this.request = request;
        this.nanoClock = nanoClock;
        this.errors = new ErrorTranslator(request.donor());
    }

    /** Runs the checks on the caller's thread and wipes the password of the request. */
    public CheckReport run(Set<CheckItem> items) {
        DonorChecks checks = new DonorChecks(request, nanoClock).only(items);
        checks.runLocal();
        try (Transport transport = new Transport(
                        request.donor(),
                        Logins.options(request),
                        request.login().connectTimeout(),
                        1);
                DonorSql sql = new Abortion(errors)
                        .await(transport.openSql(errors, STATEMENT_TIMEOUT), ErrorTranslator.CONNECTING)) {
            checks.run(
                    sql,
                    sql.loggedIn().greeting().serverVersion(),
                    sql.loggedIn().transport(),
                    isLocal(request.donor()));
        } catch (CloneException e) {
            checks.onNoConnection(e);
        } finally {
            request.login().password().close();
            request.tls().sslKeyPassword().close();
        }
        return checks.report();
    }

    static boolean isLocal(DonorAddress donor) {
        try {
            return donor.socket().isPresent()
                    || InetAddress.getByName(donor.host()).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }
}
