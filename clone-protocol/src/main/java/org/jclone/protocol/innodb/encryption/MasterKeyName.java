package org.jclone.protocol.innodb.encryption;

import static org.jclone.protocol.wire.FieldWriter.requireU32;

/**
 * Identifies the master key in the keyring that wraps a key. The uuid may belong to another server than the one that
 * uses the key.
 *
 * <p>Source: docs/protocol/02-innodb-clone-stream.md section 9.1.
 *
 * @param serverUuid 36 ASCII characters, or empty for the built-in default key
 * @param id 0 only for the built-in default key
 */
public record MasterKeyName(String serverUuid, long id) {

    public static final int UUID_LENGTH = 36;

    /** The name of the key that is built into every server and is therefore no secret. */
    public static final MasterKeyName DEFAULT = new MasterKeyName("", 0);

    private static final String PREFIX = "INNODBKey-";

    public MasterKeyName {
        requireU32("master key id", id);
        boolean isDefault = serverUuid.isEmpty() && id == 0;
        boolean isNamed =
                serverUuid.length() == UUID_LENGTH && serverUuid.chars().allMatch(c -> c > ' ' && c < 0x7f) && id != 0;
        if (!isDefault && !isNamed) {
            throw new IllegalArgumentException("master key: uuid of " + serverUuid.length() + " characters and id " + id
                    + " (expected: 36 printable ones and at least 1)");
        }
    }

    /** Returns the key's {@code data_id} in a keyring. */
    public String keyringId() {
        return PREFIX + serverUuid + '-' + id;
    }

    @Override
    public String toString() {
        return id == 0 ? "the built-in default key" : keyringId();
    }
}
