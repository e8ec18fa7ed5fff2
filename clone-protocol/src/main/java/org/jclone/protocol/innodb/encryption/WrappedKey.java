package org.jclone.protocol.innodb.encryption;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jclone.protocol.innodb.page.EncryptionInfo;
import org.jclone.protocol.wire.Bytes;
import org.jclone.protocol.wire.MalformedPacketException;

/**
 * A tablespace key in its on-disk form, wrapped with a master key. Layout: {@link EncryptionInfo}.
 *
 * @param wrapped {@link TablespaceKey#LENGTH} bytes; not secret
 * @param checksum CRC-32C of the plain bytes
 */
public record WrappedKey(MasterKeyName masterKey, Bytes wrapped, int checksum) {

    private static final String NAME = "EncryptionInfo";
    private static final String NUL_UUID = "\0".repeat(MasterKeyName.UUID_LENGTH);

    public WrappedKey {
        if (wrapped.length() != TablespaceKey.LENGTH) {
            throw new IllegalArgumentException(
                    "wrapped length: " + wrapped.length() + " (expected: " + TablespaceKey.LENGTH + ')');
        }
    }

    /** Wraps {@code key} with {@code masterKey}. */
    public static WrappedKey of(TablespaceKey key, MasterKey masterKey) {
        ByteBuffer bytes = ByteBuffer.wrap(key.toByteArray());
        masterKey.wrap(bytes, 0);
        return new WrappedKey(masterKey.name(), Bytes.of(bytes.array()), key.checksum());
    }

    /**
     * Reads the key of the {@link EncryptionInfo} at the absolute index {@code at}. The caller has checked the magic.
     *
     * @throws MalformedPacketException if the name cannot be that of a master key
     */
    static WrappedKey read(ByteBuffer in, int at) {
        long id = Integer.toUnsignedLong(in.getInt(at + EncryptionInfo.MASTER_KEY_ID));
        byte[] uuid = new byte[MasterKeyName.UUID_LENGTH];
        in.get(at + EncryptionInfo.SERVER_UUID, uuid);
        String serverUuid = new String(uuid, StandardCharsets.ISO_8859_1);
        byte[] wrapped = new byte[TablespaceKey.LENGTH];
        in.get(at + EncryptionInfo.KEY, wrapped);
        return new WrappedKey(
                masterKeyName(serverUuid.equals(NUL_UUID) ? "" : serverUuid, id),
                Bytes.of(wrapped),
                in.getInt(at + EncryptionInfo.KEY_CHECKSUM));
    }

    private static MasterKeyName masterKeyName(String serverUuid, long id) {
        try {
            return id == 0 ? MasterKeyName.DEFAULT : new MasterKeyName(serverUuid, id);
        } catch (IllegalArgumentException e) {
            throw new MalformedPacketException(NAME, "masterKeyId", EncryptionInfo.MASTER_KEY_ID, e.getMessage());
        }
    }

    /** Writes {@link EncryptionInfo#LENGTH} bytes at the absolute index {@code at}. */
    void putTo(ByteBuffer out, int at) {
        out.put(at, EncryptionInfo.MAGIC.toByteArray());
        out.putInt(at + EncryptionInfo.MASTER_KEY_ID, (int) masterKey.id());
        String uuid = masterKey.serverUuid().isEmpty() ? NUL_UUID : masterKey.serverUuid();
        out.put(at + EncryptionInfo.SERVER_UUID, uuid.getBytes(StandardCharsets.ISO_8859_1));
        out.put(at + EncryptionInfo.KEY, wrapped.toByteArray());
        out.putInt(at + EncryptionInfo.KEY_CHECKSUM, checksum);
    }

    /** Returns the encryption information in its on-disk form. */
    public Bytes toBytes() {
        ByteBuffer out = ByteBuffer.allocate(EncryptionInfo.LENGTH);
        putTo(out, 0);
        return Bytes.of(out.array());
    }

    /** @throws WrongMasterKeyException if {@code key} is not the key that wraps this one, or the bytes are damaged */
    public TablespaceKey unwrap(MasterKey key) throws WrongMasterKeyException {
        if (!key.name().equals(masterKey)) {
            throw new WrongMasterKeyException("wrapped with " + masterKey + ", not with " + key.name());
        }
        TablespaceKey plain = key.unwrap(wrapped.toByteArray());
        if (plain.checksum() != checksum) {
            plain.close();
            throw new WrongMasterKeyException("checksum mismatch after unwrapping with " + masterKey
                    + ": another key of that name, or damaged bytes");
        }
        return plain;
    }
}
