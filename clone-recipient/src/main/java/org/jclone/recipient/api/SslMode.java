package org.jclone.recipient.api;

/** MySQL's five TLS modes of a client. */
public enum SslMode {
    /** Never TLS. */
    DISABLED,
    /** TLS if the donor offers it; clear text otherwise. */
    PREFERRED,
    /** TLS or nothing; the certificate is not checked. */
    REQUIRED,
    /** TLS, and the donor's certificate was signed by the given authority. */
    VERIFY_CA,
    /** Like {@link #VERIFY_CA}, and the certificate is for the host that was asked for. */
    VERIFY_IDENTITY;

    public boolean allowsClearText() {
        return this == DISABLED || this == PREFERRED;
    }

    public boolean verifiesCertificate() {
        return this == VERIFY_CA || this == VERIFY_IDENTITY;
    }
}
