package org.jclone.recipient.api;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Details of TLS, named like the options of MySQL's clients.
 *
 * @param versions permitted versions, such as {@code TLSv1.3}; empty: 1.2 and 1.3
 * @param cipherSuites permitted cipher suites of TLS 1.3; empty: all of the platform's
 * @param ciphers permitted ciphers of TLS 1.2, by OpenSSL's names or the standard ones; empty: all of the platform's
 * @param crl PEM file with revocation lists
 * @param crlPath directory of such files
 * @param provider the TLS implementation
 */
public record TlsPolicy(
        List<String> versions,
        List<String> cipherSuites,
        List<String> ciphers,
        Optional<Path> crl,
        Optional<Path> crlPath,
        Provider provider) {

    /** The TLS implementation. */
    public enum Provider {
        /** OpenSSL if its library is available, otherwise the JDK. */
        AUTO,
        /** OpenSSL; fails if its library is not available. */
        OPENSSL,
        /** The JDK's own. */
        JDK
    }

    /** Versions that both servers and Java support. Older ones are insecure, and MySQL 8.0.28 removed them. */
    public static final List<String> VERSIONS = List.of("TLSv1.2", "TLSv1.3");

    /** The defaults. */
    public static final TlsPolicy DEFAULT =
            new TlsPolicy(List.of(), List.of(), List.of(), Optional.empty(), Optional.empty(), Provider.AUTO);

    public TlsPolicy {
        versions = List.copyOf(versions);
        cipherSuites = List.copyOf(cipherSuites);
        ciphers = List.copyOf(ciphers);
        Objects.requireNonNull(crl, "crl");
        Objects.requireNonNull(crlPath, "crlPath");
        Objects.requireNonNull(provider, "provider");
        for (String version : versions) {
            if (!VERSIONS.contains(version)) {
                throw new IllegalArgumentException("--tls-version: " + version + " (expected: TLSv1.2 or TLSv1.3)");
            }
        }
    }

    /** {@return whether certificates are checked for revocation} */
    public boolean hasRevocationLists() {
        return crl.isPresent() || crlPath.isPresent();
    }

    /**
     * {@return the same settings with another {@code versions}}
     *
     * @param value the new one
     */
    public TlsPolicy withVersions(List<String> value) {
        return RecordCopy.with(this, "versions", value);
    }

    /**
     * {@return the same settings with another {@code cipherSuites}}
     *
     * @param value the new one
     */
    public TlsPolicy withCipherSuites(List<String> value) {
        return RecordCopy.with(this, "cipherSuites", value);
    }

    /**
     * {@return the same settings with another {@code ciphers}}
     *
     * @param value the new one
     */
    public TlsPolicy withCiphers(List<String> value) {
        return RecordCopy.with(this, "ciphers", value);
    }

    /**
     * {@return the same settings with another {@code crl}}
     *
     * @param value the new one
     */
    public TlsPolicy withCrl(Path value) {
        return RecordCopy.with(this, "crl", Optional.of(value));
    }

    /**
     * {@return the same settings with another {@code crlPath}}
     *
     * @param value the new one
     */
    public TlsPolicy withCrlPath(Path value) {
        return RecordCopy.with(this, "crlPath", Optional.of(value));
    }

    /**
     * {@return the same settings with another {@code provider}}
     *
     * @param value the new one
     */
    public TlsPolicy withProvider(Provider value) {
        return RecordCopy.with(this, "provider", value);
    }
}
