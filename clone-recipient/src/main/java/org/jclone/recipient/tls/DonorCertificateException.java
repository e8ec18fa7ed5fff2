package org.jclone.recipient.tls;

import java.security.cert.CertificateException;

/** The donor's certificate cannot be trusted. */
final class DonorCertificateException extends CertificateException {

    private static final long serialVersionUID = 1L;

    /** Why the certificate is refused. */
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

        /** Returns the case of TLS_FAILED in the explanations. */
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
