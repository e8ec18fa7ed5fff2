package org.jclone.protocol.innodb.encryption;

/** The bytes are not a keyring of {@code component_keyring_file}. */
public final class KeyringFormatException extends Exception {

    private static final long serialVersionUID = 1L;

    private final int offset;

    /**
     * @param offset byte offset in the file
     * @param reason what was found and what was expected; never any part of a key
     */
    KeyringFormatException(int offset, String reason) {
        super("at offset " + offset + ": " + reason);
        this.offset = offset;
    }

    public int offset() {
        return offset;
    }
}
