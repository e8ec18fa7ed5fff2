package org.jclone.recipient.session;

import io.netty.channel.Channel;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;
import javax.net.ssl.SSLException;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.CloneRequest;
import org.jclone.recipient.api.SslMode;

/** Makes TLS handlers as a request demands: OpenSSL where it is at hand, the JDK's TLS elsewhere. */
final class TlsContexts {

    private TlsContexts() {}

    /** Empty for {@link SslMode#DISABLED}, and where TLS adds nothing: on a Unix socket it must be asked for, as in MySQL. */
    static Optional<Function<Channel, SslHandler>> handlers(CloneRequest request) throws CloneException {
        boolean askedFor = !request.sslMode().allowsClearText();
        if (request.sslMode() == SslMode.DISABLED || request.donor().socket().isPresent() && !askedFor) {
            return Optional.empty();
        }
        SslContext context = context(request);
        String host = request.donor().host();
        int port = request.donor().port();
        return Optional.of(channel -> {
            SslHandler handler = context.newHandler(channel.alloc(), host, port);
            handler.setHandshakeTimeoutMillis(request.connectTimeout().toMillis());
            return handler;
        });
    }

    private static SslContext context(CloneRequest request) throws CloneException {
        SslContextBuilder builder = SslContextBuilder.forClient()
                .sslProvider(OpenSsl.isAvailable() ? SslProvider.OPENSSL : SslProvider.JDK);
        builder.endpointIdentificationAlgorithm(request.sslMode() == SslMode.VERIFY_IDENTITY ? "HTTPS" : null);
        try {
            if (request.sslMode().verifiesCertificate()) {
                builder.trustManager(readable(request.sslCa().orElseThrow(), "certificate authority")
                        .toFile());
            } else {
                builder.trustManager(InsecureTrustManagerFactory.INSTANCE);
            }
            if (request.sslCert().isPresent()) {
                builder.keyManager(
                        readable(request.sslCert().get(), "certificate").toFile(),
                        readable(request.sslKey().orElseThrow(), "key").toFile());
            }
            return builder.build();
        } catch (SSLException | IllegalArgumentException e) {
            throw new CloneException(
                    CloneErrorCode.TLS_FAILED,
                    "cannot set up TLS: " + e.getMessage(),
                    "Check the files of --ssl-ca, --ssl-cert and --ssl-key: PEM, certificate and key of one pair.",
                    e);
        }
    }

    private static Path readable(Path file, String what) throws CloneException {
        if (!Files.isReadable(file)) {
            throw new CloneException(
                    CloneErrorCode.TLS_FAILED,
                    "cannot read the " + what + " in " + file,
                    "Check that the file exists and that the user who runs jclone may read it.");
        }
        return file;
    }
}
