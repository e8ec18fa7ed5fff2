package org.jclone.recipient.api;

/** The five TLS modes of MySQL's clients. */
public enum SslMode {
    /** Never TLS. */
    DISABLED,
    /** TLS if the donor offers it; clear text otherwise. */
    PREFERRED,
    /** Require TLS; do not check the certificate. */
    REQUIRED,
    /** Require TLS and a donor's certificate signed by the given authority. */
    VERIFY_CA,
    /** Like {@link #VERIFY_CA}, and the certificate must name the host that was connected to. */
    VERIFY_IDENTITY;

    /** {@return whether the connection may be in clear text} */
    public boolean allowsClearText() {
        return this == DISABLED || this == PREFERRED;
    }

    /** {@return whether the donor's certificate is verified} */
    public boolean verifiesCertificate() {
        return this == VERIFY_CA || this == VERIFY_IDENTITY;
    }
}
