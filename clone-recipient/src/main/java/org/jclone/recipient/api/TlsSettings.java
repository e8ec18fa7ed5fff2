package org.jclone.recipient.api;

import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;

/**
 * How the connections to the donor are protected.
 *
 * @param sslMode whether, and what of the donor's certificate is verified
 * @param policy versions, ciphers, revocation, and who encrypts
 * @param sslCa PEM file of the authorities to trust
 * @param sslCert PEM file of our own certificate
 * @param sslKey PEM file of the key to {@code sslCert}
 * @param sslKeyPassword of {@code sslKey}, empty if that is not encrypted; wiped when the clone is over
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
     * The mode if nobody chose: {@link SslMode#VERIFY_IDENTITY} with an authority to verify with, else
     * {@link SslMode#REQUIRED}, or {@link SslMode#PREFERRED} where nothing leaves this machine. So clear text over a
     * network is never a default.
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
