package org.jclone.recipient.connection;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PublicKey;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jclone.protocol.auth.AuthPolicy;
import org.jclone.protocol.auth.AuthenticationException;
import org.jclone.protocol.auth.RsaPassword;
import org.jclone.protocol.compress.CompressionAlgorithm;
import org.jclone.protocol.netty.CompressionOffer;
import org.jclone.protocol.netty.LoginOptions;
import org.jclone.protocol.wire.Bytes;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.CloneRequest;
import org.jclone.recipient.api.Compression;
import org.jclone.recipient.api.DonorAddress;
import org.jclone.recipient.api.LoginSettings;
import org.jclone.recipient.api.TlsSettings;
import org.jclone.recipient.explain.Failure;
import org.jclone.recipient.tls.TlsContexts;

/** Turns the login settings of a request into those of the protocol. */
public final class Logins {

    private Logins() {}

    /** Uses the request's compression; AUTO counts as off. */
    public static LoginOptions options(CloneRequest request) throws CloneException {
        return options(request, request.transfer().compression().mode());
    }

    /** @param compression the decision for {@link Compression.Mode#AUTO}, or the request's own mode */
    public static LoginOptions options(CloneRequest request, Compression.Mode compression) throws CloneException {
        CompressionOffer offer =
                compression == Compression.Mode.ON ? offer(request.transfer().compression()) : CompressionOffer.NONE;
        return options(request.donor(), request.login(), request.tls(), offer);
    }

    public static LoginOptions options(
            DonorAddress server, LoginSettings login, TlsSettings tls, CompressionOffer offer) throws CloneException {
        if (login.password().isUsedUp() || tls.sslKeyPassword().isUsedUp()) {
            throw Failure.Usage.USED_UP.exception(
                    "the password of this request was used up by an earlier run, which wiped it");
        }
        Optional<PublicKey> key = tls.serverPublicKey().isPresent()
                ? Optional.of(read(tls.serverPublicKey().get()))
                : Optional.empty();
        boolean tlsRequired = !tls.sslMode().allowsClearText();
        return new LoginOptions(
                login.user(),
                IntStream.range(0, login.password().factors())
                        .<Supplier<byte[]>>mapToObj(
                                factor -> () -> login.password().toUtf8(factor))
                        .toList(),
                new AuthPolicy(tlsRequired, tls.getServerPublicKey(), key),
                TlsContexts.handlers(server, tls, login.connectTimeout()),
                tlsRequired,
                server.socket().isPresent(),
                offer,
                attributes());
    }

    /** Returns the algorithms to offer where compression is wanted. */
    public static CompressionOffer offer(Compression wanted) {
        return new CompressionOffer(
                wanted.algorithms().stream()
                        .map(algorithm -> CompressionAlgorithm.valueOf(algorithm.name()))
                        .toList(),
                wanted.zstdLevel());
    }

    private static Map<String, String> attributes() {
        Map<String, String> attributes = new LinkedHashMap<>();
        attributes.put("program_name", "jclone");
        String version = Logins.class.getPackage().getImplementationVersion();
        attributes.put("_client_version", version == null ? "development" : version);
        attributes.put("_pid", Long.toString(ProcessHandle.current().pid()));
        attributes.put("_os", System.getProperty("os.name"));
        attributes.put("_platform", System.getProperty("os.arch"));
        return attributes;
    }

    private static PublicKey read(Path file) throws CloneException {
        try {
            return RsaPassword.publicKeyFromPem(Bytes.of(Files.readAllBytes(file)));
        } catch (IOException | AuthenticationException e) {
            throw Failure.Usage.PUBLIC_KEY.exception(
                    "cannot read a public key from " + file + ": " + e.getMessage(), e);
        }
    }
}
