package org.jclone.recipient.tls;

import java.util.Locale;
import javax.net.ssl.SSLException;
import org.jclone.protocol.netty.TlsNotOfferedException;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.DonorAddress;
import org.jclone.recipient.explain.Explanations;

/** Says what a TLS failure means. The donor reports its objections in alerts, which each provider words differently. */
public final class TlsErrors {

    private static final String CODE = "TLS_FAILED";

    private enum Alert {
        PROTOCOL_VERSION("no TLS version is accepted by both sides", "no-version"),
        HANDSHAKE_FAILURE("no cipher suite is accepted by both sides", "no-cipher"),
        UNKNOWN_CA("the donor does not know the authority that signed our certificate", "client-foreign"),
        CERTIFICATE_EXPIRED("the donor says that our certificate has expired", "client-expired"),
        CERTIFICATE_REVOKED("the donor says that our certificate is revoked", "client-revoked"),
        BAD_CERTIFICATE("the donor refuses our certificate", "client-refused"),
        CERTIFICATE_UNKNOWN("the donor refuses our certificate", "client-refused"),
        CERTIFICATE_REQUIRED("the donor requires a client certificate", "client-missing");

        private final String message;
        private final String explained;

        /** @param explained the case of TLS_FAILED in the explanations */
        Alert(String message, String explained) {
            this.message = message;
            this.explained = explained;
        }

        /** Matches {@code Received fatal alert: protocol_version} and {@code TLSV1_ALERT_PROTOCOL_VERSION}. */
        boolean isIn(String text) {
            return text.contains(name().toLowerCase(Locale.ROOT));
        }
    }

    private TlsErrors() {}

    /** Whether the peer cannot be trusted, which no retry will change. */
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
