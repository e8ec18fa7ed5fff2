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
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import javax.net.ssl.SSLException;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.CloneRequest;
import org.jclone.recipient.api.SslMode;
import org.jclone.recipient.api.TlsPolicy;
import org.jclone.recipient.explain.Failure;

/** Creates TLS handlers for a request. */
public final class TlsContexts {

    private TlsContexts() {}

    /** Empty for {@link SslMode#DISABLED}, and on a Unix socket unless TLS is requested explicitly, as in MySQL. */
    public static Optional<Function<Channel, SslHandler>> handlers(CloneRequest request) throws CloneException {
        boolean askedFor = !request.tls().sslMode().allowsClearText();
        if (request.tls().sslMode() == SslMode.DISABLED
                || request.donor().socket().isPresent() && !askedFor) {
            return Optional.empty();
        }
        SslContext context = context(request);
        String host = request.donor().host();
        int port = request.donor().port();
        return Optional.of(channel -> {
            SslHandler handler = context.newHandler(channel.alloc(), host, port);
            handler.setHandshakeTimeoutMillis(
                    request.interruptions().connectTimeout().toMillis());
            return handler;
        });
    }

    private static SslContext context(CloneRequest request) throws CloneException {
        TlsPolicy policy = request.tls().policy();
        SslContextBuilder builder = SslContextBuilder.forClient().sslProvider(provider(policy));
        builder.endpointIdentificationAlgorithm(request.tls().sslMode() == SslMode.VERIFY_IDENTITY ? "HTTPS" : null);
        if (request.tls().sslMode().verifiesCertificate()) {
            builder.trustManager(trust(request));
        } else {
            builder.trustManager(InsecureTrustManagerFactory.INSTANCE);
        }
        if (request.tls().sslCert().isPresent()) {
            showCertificate(request, builder);
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

    private static DonorTrust trust(CloneRequest request) throws CloneException {
        List<X509CRL> lists = new ArrayList<>();
        TlsPolicy policy = request.tls().policy();
        if (policy.crl().isPresent()) {
            lists.addAll(PemFiles.revocationLists(policy.crl().get(), "--ssl-crl"));
        }
        if (policy.crlPath().isPresent()) {
            lists.addAll(PemFiles.revocationListsOf(policy.crlPath().get(), "--ssl-crlpath"));
        }
        List<X509Certificate> authorities =
                PemFiles.certificates(request.tls().sslCa().orElseThrow(), "--ssl-ca");
        return new DonorTrust(authorities, lists, policy.hasRevocationLists());
    }

    private static void showCertificate(CloneRequest request, SslContextBuilder builder) throws CloneException {
        Path certFile = request.tls().sslCert().orElseThrow();
        Path keyFile = request.tls().sslKey().orElseThrow();
        List<X509Certificate> chain = PemFiles.certificates(certFile, "--ssl-cert");
        PrivateKey key = PrivateKeys.read(keyFile, request.tls().sslKeyPassword());
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
