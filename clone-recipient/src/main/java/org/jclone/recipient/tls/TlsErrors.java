package org.jclone.recipient.tls;

import java.util.Locale;
import javax.net.ssl.SSLException;
import org.jclone.protocol.netty.TlsNotOfferedException;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.DonorAddress;
import org.jclone.recipient.explain.Explanations;

/**
 * Says what a failure of TLS means. What the donor objects to comes as an alert, which each provider words its own way.
 */
public final class TlsErrors {

    private static final String CODE = "TLS_FAILED";

    private enum Alert {
        PROTOCOL_VERSION("no version of TLS fits both sides", "no-version"),
        HANDSHAKE_FAILURE("no cipher fits both sides", "no-cipher"),
        UNKNOWN_CA("the donor does not know the authority that signed our certificate", "client-foreign"),
        CERTIFICATE_EXPIRED("our certificate has expired, says the donor", "client-expired"),
        CERTIFICATE_REVOKED("our certificate is revoked, says the donor", "client-revoked"),
        BAD_CERTIFICATE("the donor refuses our certificate", "client-refused"),
        CERTIFICATE_UNKNOWN("the donor refuses our certificate", "client-refused"),
        CERTIFICATE_REQUIRED("the donor wants a certificate of ours", "client-missing");

        private final String message;
        private final String explained;

        /** @param explained the case of TLS_FAILED among the explanations */
        Alert(String message, String explained) {
            this.message = message;
            this.explained = explained;
        }

        /** {@code Received fatal alert: protocol_version}, or {@code TLSV1_ALERT_PROTOCOL_VERSION}. */
        boolean isIn(String text) {
            return text.contains(name().toLowerCase(Locale.ROOT));
        }
    }

    private TlsErrors() {}

    /** Whether what answers is not who it has to be, which no further try will change. */
    public static boolean isDistrust(CloneException failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof DonorCertificateException || cause instanceof TlsNotOfferedException) {
                return true;
            }
        }
        return false;
    }

    public static CloneException translate(SSLException failure, DonorAddress donor) {
        String before = "TLS with " + donor + " failed: ";
        StringBuilder texts = new StringBuilder();
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof DonorCertificateException distrusted) {
                return new CloneException(
                        CloneErrorCode.TLS_FAILED,
                        before + distrusted.getMessage(),
                        Explanations.hint(CODE, distrusted.reason().explained()),
                        failure);
            }
            texts.append(String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT))
                    .append('\n');
        }
        for (Alert alert : Alert.values()) {
            if (alert.isIn(texts.toString())) {
                return new CloneException(
                        CloneErrorCode.TLS_FAILED,
                        before + alert.message + " (" + failure.getMessage() + ')',
                        Explanations.hint(CODE, alert.explained),
                        failure);
            }
        }
        return new CloneException(
                CloneErrorCode.TLS_FAILED, before + failure.getMessage(), Explanations.hint(CODE), failure);
    }
}
