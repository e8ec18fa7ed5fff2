package org.jclone.recipient.tls;

import java.security.cert.CertificateException;

/** The donor's certificate is not to be trusted. */
final class DonorCertificateException extends CertificateException {

    private static final long serialVersionUID = 1L;

    /** What is wrong with it, and what to do. */
    enum Reason {
        EXPIRED("Give the donor a new certificate: replace its ssl_cert, then ALTER INSTANCE RELOAD TLS there."
                + " If the certificate is fine, look at this machine's clock."),
        NOT_YET_VALID(
                "Look at this machine's clock and the donor's: one of them is wrong, or the certificate came early."),
        FOREIGN_AUTHORITY("--ssl-ca must hold the authority that signed the donor's ssl_cert; compare with"
                + " openssl x509 -noout -issuer -in CERT. If it does, somebody else answers at this address."),
        WRONG_NAME("Connect by a name that the certificate has, or give the donor one with this name."
                + " --ssl-mode=VERIFY_CA does without the name; certificates that MySQL makes for itself need that."),
        REVOKED(
                "Its authority has withdrawn the certificate, perhaps because the key was stolen: ask who runs the donor."
                        + " Trust nothing that answers at this address until then."),
        REVOCATION_UNKNOWN(
                "--ssl-crl or --ssl-crlpath must hold a list of each authority in the donor's chain that has not"
                        + " run out; see openssl crl -noout -issuer -nextupdate -in CRL."),
        UNUSABLE("See openssl x509 -noout -text -in CERT for what is special about the donor's certificate.");

        private final String hint;

        Reason(String hint) {
            this.hint = hint;
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

    String hint() {
        return reason.hint;
    }
}
