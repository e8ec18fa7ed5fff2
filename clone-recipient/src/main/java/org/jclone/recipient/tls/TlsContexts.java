package org.jclone.recipient.tls;

import io.netty.channel.Channel;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import javax.net.ssl.SSLException;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.DonorAddress;
import org.jclone.recipient.api.SslMode;
import org.jclone.recipient.api.TlsPolicy;
import org.jclone.recipient.api.TlsSettings;
import org.jclone.recipient.explain.Failure;

/** Creates TLS handlers for connections to a server. */
public final class TlsContexts {

    private TlsContexts() {}

    /** Empty for {@link SslMode#DISABLED}, and on a Unix socket unless TLS is requested explicitly, as in MySQL. */
    public static Optional<Function<Channel, SslHandler>> handlers(
            DonorAddress server, TlsSettings tls, Duration handshakeTimeout) throws CloneException {
        boolean askedFor = !tls.sslMode().allowsClearText();
        if (tls.sslMode() == SslMode.DISABLED || server.socket().isPresent() && !askedFor) {
            return Optional.empty();
        }
        SslContext context = context(tls);
        String host = server.host();
        int port = server.port();
        return Optional.of(channel -> {
            SslHandler handler = context.newHandler(channel.alloc(), host, port);
            handler.setHandshakeTimeoutMillis(handshakeTimeout.toMillis());
            return handler;
        });
    }

    private static SslContext context(TlsSettings tls) throws CloneException {
        TlsPolicy policy = tls.policy();
        SslContextBuilder builder = SslContextBuilder.forClient().sslProvider(provider(policy));
        builder.endpointIdentificationAlgorithm(tls.sslMode() == SslMode.VERIFY_IDENTITY ? "HTTPS" : null);
        if (tls.sslMode().verifiesCertificate()) {
            builder.trustManager(trust(tls));
        } else {
            builder.trustManager(InsecureTrustManagerFactory.INSTANCE);
        }
        if (tls.sslCert().isPresent()) {
            showCertificate(tls, builder);
        }
        if (!policy.versions().isEmpty()) {
            builder.protocols(policy.versions());
        }
        List<String> suites = CipherSuites.of(policy);
        if (!suites.isEmpty()) {
            builder.ciphers(suites);
        }
        try {
            return builder.build();
        } catch (SSLException | IllegalArgumentException e) {
            throw Failure.TlsFailed.SETUP.exception("cannot set up TLS: " + e.getMessage(), e);
        }
    }

    /** BoringSSL, which jclone includes, cannot choose cipher suites for TLS 1.3; the JDK can. */
    private static SslProvider provider(TlsPolicy policy) throws CloneException {
        return switch (policy.provider()) {
            case JDK -> SslProvider.JDK;
            case AUTO ->
                OpenSsl.isAvailable() && policy.cipherSuites().isEmpty() ? SslProvider.OPENSSL : SslProvider.JDK;
            case OPENSSL -> {
                if (!OpenSsl.isAvailable()) {
                    throw Failure.TlsFailed.NO_OPENSSL.exception("OpenSSL is not available: "
                            + OpenSsl.unavailabilityCause().getMessage());
                }
                yield SslProvider.OPENSSL;
            }
        };
    }

    private static DonorTrust trust(TlsSettings tls) throws CloneException {
        List<X509CRL> lists = new ArrayList<>();
        TlsPolicy policy = tls.policy();
        if (policy.crl().isPresent()) {
            lists.addAll(PemFiles.revocationLists(policy.crl().get(), "--ssl-crl"));
        }
        if (policy.crlPath().isPresent()) {
            lists.addAll(PemFiles.revocationListsOf(policy.crlPath().get(), "--ssl-crlpath"));
        }
        List<X509Certificate> authorities = PemFiles.certificates(tls.sslCa().orElseThrow(), "--ssl-ca");
        return new DonorTrust(authorities, lists, policy.hasRevocationLists());
    }

    private static void showCertificate(TlsSettings tls, SslContextBuilder builder) throws CloneException {
        Path certFile = tls.sslCert().orElseThrow();
        Path keyFile = tls.sslKey().orElseThrow();
        List<X509Certificate> chain = PemFiles.certificates(certFile, "--ssl-cert");
        PrivateKey key = PrivateKeys.read(keyFile, tls.sslKeyPassword());
        try {
            if (!PrivateKeys.isPair(key, chain.get(0).getPublicKey())) {
                throw Failure.TlsFailed.KEY_PAIR.exception(
                        "the key in " + keyFile + " does not match the certificate in " + certFile);
            }
        } catch (GeneralSecurityException e) {
            throw Failure.TlsFailed.KEY_KIND.exception("the key in " + keyFile + " cannot sign: " + e.getMessage(), e);
        }
        builder.keyManager(key, chain);
    }
}
