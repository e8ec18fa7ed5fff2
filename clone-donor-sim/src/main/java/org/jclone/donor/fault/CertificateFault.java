package org.jclone.donor.fault;

/** What is wrong with the certificate that a donor shows. */
public enum CertificateFault {
    /** It is for another host name and address. */
    OTHER_HOST,
    EXPIRED,
    NOT_YET_VALID,
    /** It is right in all but who signed it: a new key at each start, signed by itself. */
    UNKNOWN_AUTHORITY
}
