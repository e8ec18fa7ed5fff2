package org.jclone.recipient.api;

import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;

/**
 * How the connections to the donor are protected.
 *
 * @param sslMode whether to use TLS, and how to verify the donor's certificate
 * @param policy versions, ciphers, revocation, and the TLS implementation
 * @param sslCa PEM file with the trusted authorities
 * @param sslCert PEM file with the client's certificate
 * @param sslKey PEM file with the key of {@code sslCert}
 * @param sslKeyPassword password of {@code sslKey}, empty if the key is not encrypted; wiped when the clone ends
 */
public record TlsSettings(
        SslMode sslMode,
        TlsPolicy policy,
        Optional<Path> sslCa,
        Optional<Path> sslCert,
        Optional<Path> sslKey,
        Password sslKeyPassword) {

    public TlsSettings {
        Objects.requireNonNull(sslMode, "sslMode");
        Objects.requireNonNull(policy, "policy");
        Objects.requireNonNull(sslKeyPassword, "sslKeyPassword");
        require(sslCert.isPresent() == sslKey.isPresent(), "--ssl-cert and --ssl-key go together, one is missing");
        require(
                sslCa.isPresent() || !sslMode.verifiesCertificate(),
                "--ssl-mode=" + sslMode + " needs --ssl-ca, to verify the donor's certificate with");
        require(
                sslMode.verifiesCertificate() || !policy.hasRevocationLists(),
                "--ssl-crl and --ssl-crlpath need --ssl-ca and a mode that verifies: VERIFY_CA or VERIFY_IDENTITY");
    }

    /**
     * Returns the default mode: {@link SslMode#VERIFY_IDENTITY} with an authority to verify with, else
     * {@link SslMode#REQUIRED}, or {@link SslMode#PREFERRED} if the donor is on this machine. Clear text over a network is never the default.
     */
    static SslMode defaultMode(DonorAddress donor, Optional<Path> sslCa) {
        if (sslCa.isPresent()) {
            return SslMode.VERIFY_IDENTITY;
        }
        return donor.isLoopback() ? SslMode.PREFERRED : SslMode.REQUIRED;
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw new IllegalArgumentException(message);
        }
    }
}
