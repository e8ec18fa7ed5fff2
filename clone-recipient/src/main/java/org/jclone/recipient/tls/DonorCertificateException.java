package org.jclone.recipient.tls;

import java.security.cert.CertificateException;

/** The donor's certificate is not to be trusted. */
final class DonorCertificateException extends CertificateException {

    private static final long serialVersionUID = 1L;

    /** What is wrong with it. */
    enum Reason {
        EXPIRED("expired"),
        NOT_YET_VALID("not-yet-valid"),
        FOREIGN_AUTHORITY("foreign"),
        WRONG_NAME("wrong-name"),
        REVOKED("revoked"),
        REVOCATION_UNKNOWN("revocation-unknown"),
        UNUSABLE("unusable");

        private final String explained;

        Reason(String explained) {
            this.explained = explained;
        }

        /** The case of TLS_FAILED among the explanations. */
        String explained() {
            return explained;
        }
    }

    private final Reason reason;

    DonorCertificateException(Reason reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    Reason reason() {
        return reason;
    }
}
