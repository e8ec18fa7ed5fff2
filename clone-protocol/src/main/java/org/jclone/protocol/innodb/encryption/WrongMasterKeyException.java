package org.jclone.protocol.innodb.encryption;

/** A wrapped key cannot be opened with the master key at hand: another one wraps it, or the bytes are broken. */
public final class WrongMasterKeyException extends Exception {

    private static final long serialVersionUID = 1L;

    public WrongMasterKeyException(String message) {
        super(message);
    }
}
