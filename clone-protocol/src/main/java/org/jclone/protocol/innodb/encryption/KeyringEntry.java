package org.jclone.protocol.innodb.encryption;

import java.util.Objects;

/**
 * One key of a keyring. It may belong to InnoDB or to another user of the keyring.
 *
 * <p>Holds the only lasting copy of the key, which {@link #close()} wipes.
 */
public final class KeyringEntry implements AutoCloseable {

    /** The maximum length of a key. The server allows 16384 bytes. */
    public static final int MAX_DATA_LENGTH = 1 << 16;

    static final String TYPE_AES = "AES";

    private final String user;
    private final String dataId;
    private final String dataType;
    private final SecretBytes data;

    /** @param data wiped after it has been copied */
    KeyringEntry(String user, String dataId, String dataType, byte[] data) {
        this.user = Objects.requireNonNull(user, "user");
        this.dataId = Objects.requireNonNull(dataId, "dataId");
        this.dataType = Objects.requireNonNull(dataType, "dataType");
        this.data = SecretBytes.of(data);
        Secrets.wipe(data);
    }

    static KeyringEntry of(MasterKey key) {
        return new KeyringEntry("", key.name().keyringId(), TYPE_AES, key.toByteArray());
    }

    /** Returns the owner; empty for keys of the server itself. */
    public String user() {
        return user;
    }

    public String dataId() {
        return dataId;
    }

    /** Returns the type, such as {@code AES} or {@code SECRET}. */
    public String dataType() {
        return dataType;
    }

    public int dataLength() {
        return data.length();
    }

    /** Returns a copy, which the caller wipes. */
    public byte[] data() {
        return data.toByteArray();
    }

    @Override
    public void close() {
        data.close();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof KeyringEntry that
                && user.equals(that.user)
                && dataId.equals(that.dataId)
                && dataType.equals(that.dataType)
                && data.isSameAs(that.data);
    }

    @Override
    public int hashCode() {
        return Objects.hash(user, dataId, dataType);
    }

    @Override
    public String toString() {
        return "KeyringEntry[" + dataId + ", " + dataType + ", REDACTED]";
    }
}
