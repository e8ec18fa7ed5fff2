package org.jclone.donor.server;

import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.LongAdder;
import javax.net.ssl.SSLException;
import org.jclone.donor.api.DonorConfig;
import org.jclone.donor.api.TlsIdentity;
import org.jclone.donor.clone.CloneRegistry;

/**
 * What all connections of one donor share.
 *
 * @param tls empty if TLS is not offered
 * @param cloneThreads serve connections in clone mode, each its own thread
 */
record DonorServices(
        DonorConfig config,
        Accounts accounts,
        RsaKeys rsaKeys,
        SecureRandom random,
        Optional<SslContext> tls,
        CloneRegistry clones,
        Sessions sessions,
        LongAdder faultsMade,
        Executor cloneThreads) {

    static DonorServices of(DonorConfig config, Executor cloneThreads) throws SSLException {
        Optional<SslContext> tls = Optional.empty();
        if (config.tls().isPresent()) {
            TlsIdentity identity = config.faults()
                    .certificate()
                    .map(TlsIdentity::faulty)
                    .orElse(config.tls().get());
            tls = Optional.of(SslContextBuilder.forServer(identity.key(), identity.certificate())
                    .build());
        }
        return new DonorServices(
                config,
                new Accounts(config.accounts()),
                new RsaKeys(),
                new SecureRandom(),
                tls,
                new CloneRegistry(config.source(), config.limits()),
                new Sessions(),
                new LongAdder(),
                cloneThreads);
    }

    /** Ends all connections without a word and forgets all clones. */
    void restart() {
        clones.restart();
        sessions.all().forEach(DonorSession::kill);
    }
}
