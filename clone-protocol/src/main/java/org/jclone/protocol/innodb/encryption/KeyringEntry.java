package org.jclone.protocol.innodb.encryption;

import java.util.Arrays;
import java.util.Objects;

/**
 * One key of a keyring, of InnoDB or of anybody else who keeps keys there.
 *
 * <p>Holds the only copy of the key, which {@link #close()} wipes.
 */
public final class KeyringEntry implements AutoCloseable {

    /** Longest key; the server itself stops at 16384 bytes. */
    public static final int MAX_DATA_LENGTH = 1 << 16;

    static final String TYPE_AES = "AES";

    private final String user;
    private final String dataId;
    private final String dataType;
    private final byte[] data;

    /** @param data the entry owns it */
    KeyringEntry(String user, String dataId, String dataType, byte[] data) {
        this.user = Objects.requireNonNull(user, "user");
        this.dataId = Objects.requireNonNull(dataId, "dataId");
        this.dataType = Objects.requireNonNull(dataType, "dataType");
        this.data = data;
    }

    static KeyringEntry of(MasterKey key) {
        return new KeyringEntry("", key.name().keyringId(), TYPE_AES, key.toByteArray());
    }

    /** Empty for the keys of the server itself. */
    public String user() {
        return user;
    }

    public String dataId() {
        return dataId;
    }

    /** Such as {@code AES} or {@code SECRET}. */
    public String dataType() {
        return dataType;
    }

    public int dataLength() {
        return data.length;
    }

    /** A copy, which the caller wipes. */
    public byte[] data() {
        return data.clone();
    }

    @Override
    public void close() {
        Secrets.wipe(data);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof KeyringEntry that
                && user.equals(that.user)
                && dataId.equals(that.dataId)
                && dataType.equals(that.dataType)
                && Arrays.equals(data, that.data);
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
