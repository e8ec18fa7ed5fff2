package org.jclone.donor.fault;

/** What is wrong with the certificate that a donor presents. */
public enum CertificateFault {
    /** Issued for another host name and address. */
    OTHER_HOST,
    /** Its time is over. */
    EXPIRED,
    /** Its time has not begun. */
    NOT_YET_VALID,
    /** Signed by an unknown authority: self-signed with a new key at each start, and otherwise valid. */
    UNKNOWN_AUTHORITY
}
