package org.jclone.recipient.tls;

import java.security.cert.CertificateException;
import org.jclone.recipient.explain.Failure;

/** The donor's certificate cannot be trusted. */
final class DonorCertificateException extends CertificateException {

    private static final long serialVersionUID = 1L;

    private final Failure.TlsFailed reason;

    DonorCertificateException(Failure.TlsFailed reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    Failure.TlsFailed reason() {
        return reason;
    }
}
