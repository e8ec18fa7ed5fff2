package org.jclone.donor.server;

import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.LongAdder;
import javax.net.ssl.SSLException;
import org.jclone.donor.api.CloneLimits;
import org.jclone.donor.api.DonorConfig;
import org.jclone.donor.api.TlsIdentity;
import org.jclone.donor.clone.CloneRegistry;

/**
 * Shared by all connections of one donor.
 *
 * @param tls empty if TLS is not offered
 * @param cloneThreads threads that serve connections in clone mode, one thread per connection
 */
record DonorServices(
        DonorConfig config,
        Accounts accounts,
        RsaKeys rsaKeys,
        SecureRandom random,
        Optional<SslContext> tls,
        CloneRegistry clones,
        Sessions sessions,
        ServerFacts facts,
        Entrance entrance,
        LongAdder faultsMade,
        Executor cloneThreads) {

    private static final int MAX_SESSIONS = 10_000;
    private static final int SPARE_SESSIONS = 100;

    static DonorServices of(DonorConfig config, Executor cloneThreads) throws SSLException {
        Optional<SslContext> tls = Optional.empty();
        if (config.tls().identity().isPresent()) {
            tls = Optional.of(
                    tlsContext(config.tls().identity().get(), config.tls().clientAuthorities()));
        }
        return new DonorServices(
                config,
                new Accounts(config.accounts()),
                new RsaKeys(),
                new SecureRandom(),
                tls,
                new CloneRegistry(config),
                new Sessions(),
                new ServerFacts(config),
                new Entrance(maxSessions(config.limits()), System::nanoTime),
                new LongAdder(),
                cloneThreads);
    }

    /**
     * Returns the session limit: each recipient has a main, an auxiliary and data connections, and some for queries.
     */
    static int maxSessions(CloneLimits limits) {
        return Math.min(MAX_SESSIONS, limits.maxClones() * (limits.maxTasks() + 2) + SPARE_SESSIONS);
    }

    /** @param authorities authorities of client certificates; empty if clients need none */
    private static SslContext tlsContext(TlsIdentity identity, List<X509Certificate> authorities) throws SSLException {
        SslContextBuilder builder = SslContextBuilder.forServer(identity.key(), identity.chain());
        if (!authorities.isEmpty()) {
            builder.trustManager(authorities).clientAuth(ClientAuth.REQUIRE);
        }
        return builder.build();
    }

    /** Ends all connections without an error and forgets all clones. */
    void restart() {
        sessions.all().forEach(DonorSession::silence); // the connections of a clone share its error
        sessions.all().forEach(DonorSession::kill);
        clones.restart();
    }
}
