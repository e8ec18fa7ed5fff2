package org.jclone.protocol.innodb.encryption;

/** A wrapped key cannot be opened with the available master key: another key wraps it, or the bytes are damaged. */
public final class WrongMasterKeyException extends Exception {

    private static final long serialVersionUID = 1L;

    public WrongMasterKeyException(String message) {
        super(message);
    }
}
