package org.jclone.recipient.tls;

import java.util.Locale;
import javax.net.ssl.SSLException;
import org.jclone.protocol.netty.TlsNotOfferedException;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.DonorAddress;
import org.jclone.recipient.explain.Failure;

/** Says what a TLS failure means. The donor reports its objections in alerts, which each provider words differently. */
public final class TlsErrors {

    private enum Alert {
        PROTOCOL_VERSION("no TLS version is accepted by both sides", Failure.TlsFailed.NO_VERSION),
        HANDSHAKE_FAILURE("no cipher suite is accepted by both sides", Failure.TlsFailed.NO_CIPHER),
        UNKNOWN_CA(
                "the donor does not know the authority that signed our certificate", Failure.TlsFailed.CLIENT_FOREIGN),
        CERTIFICATE_EXPIRED("the donor says that our certificate has expired", Failure.TlsFailed.CLIENT_EXPIRED),
        CERTIFICATE_REVOKED("the donor says that our certificate is revoked", Failure.TlsFailed.CLIENT_REVOKED),
        BAD_CERTIFICATE("the donor refuses our certificate", Failure.TlsFailed.CLIENT_REFUSED),
        CERTIFICATE_UNKNOWN("the donor refuses our certificate", Failure.TlsFailed.CLIENT_REFUSED),
        CERTIFICATE_REQUIRED("the donor requires a client certificate", Failure.TlsFailed.CLIENT_MISSING);

        private final String message;
        private final Failure.TlsFailed meaning;

        Alert(String message, Failure.TlsFailed meaning) {
            this.message = message;
            this.meaning = meaning;
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
                return distrusted.reason().exception(before + distrusted.getMessage(), failure);
            }
            texts.append(String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT))
                    .append('\n');
        }
        for (Alert alert : Alert.values()) {
            if (alert.isIn(texts.toString())) {
                return alert.meaning.exception(before + alert.message + " (" + failure.getMessage() + ')', failure);
            }
        }
        return Failure.General.TLS_FAILED.exception(before + failure.getMessage(), failure);
    }
}
