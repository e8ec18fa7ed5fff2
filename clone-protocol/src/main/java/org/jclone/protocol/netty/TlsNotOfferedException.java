package org.jclone.protocol.netty;

/** TLS is required, and the donor's greeting does not offer it. */
public final class TlsNotOfferedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public TlsNotOfferedException() {
        super("the donor does not offer TLS");
    }
}
