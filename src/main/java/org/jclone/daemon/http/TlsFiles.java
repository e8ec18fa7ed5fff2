package org.jclone.daemon.http;

import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLException;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.Password;
import org.jclone.recipient.explain.Failure;
import org.jclone.recipient.tls.PemFiles;
import org.jclone.recipient.tls.PrivateKeys;

/**
 * The files for TLS.
 *
 * @param certificate the server's chain, PEM
 * @param key its key, PEM, without a password
 * @param clientAuthorities who issues certificates of clients; without it, clients show none
 */
public record TlsFiles(Path certificate, Path key, Optional<Path> clientAuthorities) {

    /** Reads the files. */
    SslContext context() throws CloneException {
        List<X509Certificate> chain = PemFiles.certificates(certificate, "api-tls-cert");
        PrivateKey privateKey = PrivateKeys.read(key, Password.empty());
        SslContextBuilder builder =
                SslContextBuilder.forServer(privateKey, chain).protocols("TLSv1.3", "TLSv1.2");
        if (clientAuthorities.isPresent()) {
            // A client without a certificate may still ask for /livez and /readyz, or give a token.
            builder.trustManager(PemFiles.certificates(clientAuthorities.get(), "api-tls-client-ca"))
                    .clientAuth(ClientAuth.OPTIONAL);
        }
        try {
            return builder.build();
        } catch (SSLException | IllegalArgumentException e) {
            throw Failure.TlsFailed.SETUP.exception("cannot set up TLS: " + e.getMessage(), e);
        }
    }
}
