package org.jclone.protocol.innodb.descriptor;

import org.jclone.protocol.wire.Bytes;

/**
 * Key and initialization vector of an encrypted tablespace, in plain text as the donor sends them over TLS. Neither is
 * ever printed or written to disk.
 *
 * <p>Source: docs/protocol/02-innodb-clone-stream.md sections 1.5 and 9.3.
 */
public record TablespaceKey(Bytes key, Bytes iv) {

    public static final int KEY_LENGTH = 32;
    public static final int IV_LENGTH = 32;

    public TablespaceKey {
        requireLength("key", key, KEY_LENGTH);
        requireLength("iv", iv, IV_LENGTH);
    }

    @Override
    public String toString() {
        return "TablespaceKey[REDACTED]";
    }

    private static void requireLength(String field, Bytes value, int length) {
        if (value.length() != length) {
            throw new IllegalArgumentException(field + " length: " + value.length() + " (expected: " + length + ')');
        }
    }
}
