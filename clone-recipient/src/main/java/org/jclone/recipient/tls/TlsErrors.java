package org.jclone.recipient.tls;

import java.util.Locale;
import javax.net.ssl.SSLException;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.DonorAddress;

/** Says what a failure of TLS means. What the donor objects to comes as an alert, which each provider words its own way. */
public final class TlsErrors {

    private enum Alert {
        PROTOCOL_VERSION(
                "no version of TLS fits both sides",
                "Compare --tls-version with SELECT @@tls_version on the donor; TLS before 1.2 is spoken by neither jclone nor"
                        + " MySQL from 8.0.28 on."),
        HANDSHAKE_FAILURE(
                "no cipher fits both sides",
                "Compare --ssl-cipher and --tls-ciphersuites with SELECT @@ssl_cipher, @@tls_ciphersuites on the donor."),
        UNKNOWN_CA(
                "the donor does not know the authority that signed our certificate",
                "--ssl-cert must be signed by an authority in the donor's ssl_ca."),
        CERTIFICATE_EXPIRED(
                "our certificate has expired, says the donor", "Renew --ssl-cert, or look at the donor's clock."),
        CERTIFICATE_REVOKED(
                "our certificate is revoked, says the donor", "Ask the donor's administrator for a new one."),
        BAD_CERTIFICATE(
                "the donor refuses our certificate", "See the donor's error log; check --ssl-cert and --ssl-key."),
        CERTIFICATE_UNKNOWN(
                "the donor refuses our certificate", "See the donor's error log; check --ssl-cert and --ssl-key."),
        CERTIFICATE_REQUIRED(
                "the donor wants a certificate of ours",
                "Give --ssl-cert and --ssl-key, signed by the donor's ssl_ca.");

        private final String message;
        private final String hint;

        Alert(String message, String hint) {
            this.message = message;
            this.hint = hint;
        }

        /** {@code Received fatal alert: protocol_version}, or {@code TLSV1_ALERT_PROTOCOL_VERSION}. */
        boolean isIn(String text) {
            return text.contains(name().toLowerCase(Locale.ROOT));
        }
    }

    private TlsErrors() {}

    public static CloneException translate(SSLException failure, DonorAddress donor) {
        String before = "TLS with " + donor + " failed: ";
        StringBuilder texts = new StringBuilder();
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof DonorCertificateException distrusted) {
                return new CloneException(
                        CloneErrorCode.TLS_FAILED, before + distrusted.getMessage(), distrusted.hint(), failure);
            }
            texts.append(String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT))
                    .append('\n');
        }
        for (Alert alert : Alert.values()) {
            if (alert.isIn(texts.toString())) {
                return new CloneException(
                        CloneErrorCode.TLS_FAILED,
                        before + alert.message + " (" + failure.getMessage() + ')',
                        alert.hint,
                        failure);
            }
        }
        return new CloneException(
                CloneErrorCode.TLS_FAILED,
                before + failure.getMessage(),
                "See the donor's error log; a donor that closes here may want another version of TLS (--tls-version), other"
                        + " ciphers, or a client certificate (--ssl-cert, --ssl-key).",
                failure);
    }
}
