package org.jclone.recipient.api;

import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;

/**
 * How the connections to the donor are protected, and how to send the password if neither TLS nor a socket protects it.
 *
 * @param mode whether to use TLS, and how to verify the donor's certificate; empty for the default, which {@link CloneRequest} fills in:
 *     {@link SslMode#VERIFY_IDENTITY} with an authority to verify with, else {@link SslMode#REQUIRED}, or {@link SslMode#PREFERRED} if the
 *     donor is on this machine. Clear text over a network is never the default
 * @param policy versions, ciphers, revocation, and the TLS implementation
 * @param sslCa PEM file with the trusted authorities
 * @param sslCert PEM file with the client's certificate
 * @param sslKey PEM file with the key of {@code sslCert}
 * @param sslKeyPassword password of {@code sslKey}, empty if the key is not encrypted; wiped when the clone ends
 * @param getServerPublicKey whether to ask the donor for its RSA key and trust it; by default not
 * @param serverPublicKey PEM file with the donor's RSA key
 */
public record TlsSettings(
        Optional<SslMode> mode,
        TlsPolicy policy,
        Optional<Path> sslCa,
        Optional<Path> sslCert,
        Optional<Path> sslKey,
        Password sslKeyPassword,
        boolean getServerPublicKey,
        Optional<Path> serverPublicKey) {

    /** The defaults, with an empty mode. */
    public static final TlsSettings DEFAULT = new TlsSettings(
            Optional.empty(),
            TlsPolicy.DEFAULT,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Password.empty(),
            false,
            Optional.empty());

    public TlsSettings {
        Objects.requireNonNull(mode, "mode");
        Objects.requireNonNull(policy, "policy");
        Objects.requireNonNull(sslCa, "sslCa");
        Objects.requireNonNull(sslCert, "sslCert");
        Objects.requireNonNull(sslKey, "sslKey");
        Objects.requireNonNull(sslKeyPassword, "sslKeyPassword");
        Objects.requireNonNull(serverPublicKey, "serverPublicKey");
    }

    /** {@return the mode} A request always has one. */
    public SslMode sslMode() {
        return mode.orElseThrow();
    }

    /**
     * {@return the same settings with a mode, for connections to this server}
     *
     * @param donor the server
     * @throws IllegalArgumentException if the settings contradict each other
     */
    public TlsSettings completeFor(DonorAddress donor) {
        SslMode byDefault =
                sslCa.isPresent() ? SslMode.VERIFY_IDENTITY : donor.isLoopback() ? SslMode.PREFERRED : SslMode.REQUIRED;
        SslMode chosen = mode.orElse(byDefault);
        require(sslCert.isPresent() == sslKey.isPresent(), "--ssl-cert and --ssl-key go together, one is missing");
        require(
                sslCa.isPresent() || !chosen.verifiesCertificate(),
                "--ssl-mode=" + chosen + " needs --ssl-ca, to verify the donor's certificate with");
        require(
                chosen.verifiesCertificate() || !policy.hasRevocationLists(),
                "--ssl-crl and --ssl-crlpath need --ssl-ca and a mode that verifies: VERIFY_CA or VERIFY_IDENTITY");
        return new TlsSettings(
                Optional.of(chosen),
                policy,
                sslCa,
                sslCert,
                sslKey,
                sslKeyPassword,
                getServerPublicKey,
                serverPublicKey);
    }

    /**
     * {@return the same settings with another {@code sslMode}}
     *
     * @param value the new one
     */
    public TlsSettings withSslMode(SslMode value) {
        return RecordCopy.with(this, "mode", Optional.of(value));
    }

    /**
     * {@return the same settings with another {@code policy}}
     *
     * @param value the new one
     */
    public TlsSettings withPolicy(TlsPolicy value) {
        return RecordCopy.with(this, "policy", value);
    }

    /**
     * {@return the same settings with another {@code sslCa}}
     *
     * @param value the new one
     */
    public TlsSettings withSslCa(Path value) {
        return RecordCopy.with(this, "sslCa", Optional.of(value));
    }

    /**
     * {@return the same settings with another {@code sslCert}}
     *
     * @param value the new one
     */
    public TlsSettings withSslCert(Path value) {
        return RecordCopy.with(this, "sslCert", Optional.of(value));
    }

    /**
     * {@return the same settings with another {@code sslKey}}
     *
     * @param value the new one
     */
    public TlsSettings withSslKey(Path value) {
        return RecordCopy.with(this, "sslKey", Optional.of(value));
    }

    /**
     * {@return the same settings with another {@code sslKeyPassword}}
     *
     * @param value the new one
     */
    public TlsSettings withSslKeyPassword(Password value) {
        return RecordCopy.with(this, "sslKeyPassword", value);
    }

    /**
     * {@return the same settings with another {@code getServerPublicKey}}
     *
     * @param value the new one
     */
    public TlsSettings withGetServerPublicKey(boolean value) {
        return RecordCopy.with(this, "getServerPublicKey", value);
    }

    /**
     * {@return the same settings with another {@code serverPublicKey}}
     *
     * @param value the new one
     */
    public TlsSettings withServerPublicKey(Path value) {
        return RecordCopy.with(this, "serverPublicKey", Optional.of(value));
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw new IllegalArgumentException(message);
        }
    }
}
