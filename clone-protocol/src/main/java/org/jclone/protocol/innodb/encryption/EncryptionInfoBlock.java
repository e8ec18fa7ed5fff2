package org.jclone.protocol.innodb.encryption;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.jclone.protocol.innodb.page.EncryptionInfo;
import org.jclone.protocol.innodb.page.FspFlags;
import org.jclone.protocol.innodb.page.PageChecksum;
import org.jclone.protocol.wire.MalformedPacketException;

/**
 * Converts a key in place, in page 0 of a tablespace or in the header of a redo file. On disk a key is wrapped with a
 * master key; in the clone stream it is plain, with the master key id 0. The conversion changes only the encryption
 * information and the checksum of page 0. The block of the redo header that holds the encryption information has no
 * checksum.
 *
 * <p>Source: docs/protocol/02-innodb-clone-stream.md sections 9.1 to 9.4.
 */
public final class EncryptionInfoBlock {

    private static final String NAME = "EncryptionInfo";

    /** The form of a key. */
    public enum Form {
        /** No key: the file is not encrypted, or not yet. */
        NONE,
        /** Plain, as in the clone stream. */
        PLAIN,
        /** Wrapped, as on disk. */
        WRAPPED,
        /** None of these, or the format of a server older than 8.0.5. */
        UNKNOWN
    }

    private EncryptionInfoBlock() {}

    /**
     * Determines the form of the encryption information at the absolute index {@code at}. The checksum identifies a
     * plain key.
     */
    private static Form formAt(ByteBuffer bytes, int at) {
        if (isZero(bytes, at)) {
            return Form.NONE;
        }
        for (int i = 0; i < EncryptionInfo.MAGIC.length(); i++) {
            if (bytes.get(at + i) != EncryptionInfo.MAGIC.get(i)) {
                return Form.UNKNOWN;
            }
        }
        CRC32C crc = new CRC32C();
        crc.update(bytes.slice(at + EncryptionInfo.KEY, TablespaceKey.LENGTH));
        return (int) crc.getValue() == bytes.getInt(at + EncryptionInfo.KEY_CHECKSUM) ? Form.PLAIN : Form.WRAPPED;
    }

    /**
     * Determines the form of the key in page 0, which lies between position and limit of {@code page}.
     *
     * @param pageSize the donor's {@code innodb_page_size}
     */
    public static Form formInFirstPage(ByteBuffer page, FspFlags flags, int pageSize) {
        return formAt(page.slice(), EncryptionInfo.offsetInFirstPage(flags, pageSize));
    }

    /** Returns whether the bytes between position and limit of {@code page} contain a plain key anywhere. */
    public static boolean holdsPlainKey(ByteBuffer page) {
        ByteBuffer bytes = page.slice();
        for (int at = 0; at + EncryptionInfo.LENGTH <= bytes.limit(); at++) {
            if (bytes.get(at) == EncryptionInfo.MAGIC.get(0) && formAt(bytes, at) == Form.PLAIN) {
                return true;
            }
        }
        return false;
    }

    /** Determines the form of the key in the header of a redo file, which begins at the position of {@code header}. */
    public static Form formInRedoHeader(ByteBuffer header) {
        return formAt(header.slice(), EncryptionInfo.REDO_FILE_OFFSET);
    }

    /**
     * Returns the wrapped key in page 0; empty if there is no key or it is plain.
     *
     * @throws MalformedPacketException if the bytes are not encryption information
     */
    public static Optional<WrappedKey> ofFirstPage(ByteBuffer page, FspFlags flags, int pageSize) {
        return wrappedKeyAt(page.slice(), EncryptionInfo.offsetInFirstPage(flags, pageSize));
    }

    /**
     * Returns the wrapped key in the header of a redo file; empty if there is no key or it is plain.
     *
     * @throws MalformedPacketException if the bytes are not encryption information
     */
    public static Optional<WrappedKey> ofRedoHeader(ByteBuffer header) {
        return wrappedKeyAt(header.slice(), EncryptionInfo.REDO_FILE_OFFSET);
    }

    private static Optional<WrappedKey> wrappedKeyAt(ByteBuffer bytes, int at) {
        return switch (formAt(bytes, at)) {
            case NONE, PLAIN -> Optional.empty();
            case WRAPPED -> Optional.of(WrappedKey.read(bytes, at));
            case UNKNOWN ->
                throw new MalformedPacketException(NAME, "magic", 0, magic(bytes, at) + " (expected: 6c4343, \"lCC\")");
        };
    }

    /**
     * Wraps the plain key of a received page 0 in place and updates the page's checksum. Leaves other forms unchanged.
     *
     * @return the form found
     */
    public static Form wrapInFirstPage(ByteBuffer page, FspFlags flags, int pageSize, MasterKey masterKey) {
        ByteBuffer bytes = page.slice();
        Form found = wrapAt(bytes, EncryptionInfo.offsetInFirstPage(flags, pageSize), masterKey);
        if (found == Form.PLAIN) {
            writeChecksum(bytes, flags);
        }
        return found;
    }

    /**
     * Wraps the plain key of a received redo header in place. Leaves other forms unchanged.
     *
     * @return the form found
     */
    public static Form wrapInRedoHeader(ByteBuffer header, MasterKey masterKey) {
        return wrapAt(header.slice(), EncryptionInfo.REDO_FILE_OFFSET, masterKey);
    }

    private static Form wrapAt(ByteBuffer bytes, int at, MasterKey masterKey) {
        Form found = formAt(bytes, at);
        if (found == Form.PLAIN) {
            try (TablespaceKey key = TablespaceKey.read(bytes, at + EncryptionInfo.KEY)) {
                WrappedKey.of(key, masterKey).putTo(bytes, at);
            }
        }
        return found;
    }

    /** Writes a key into page 0 as a donor sends it: plain, under the donor's own uuid. */
    public static void putPlainInFirstPage(
            ByteBuffer page, FspFlags flags, int pageSize, TablespaceKey key, String donorUuid) {
        ByteBuffer bytes = page.slice();
        putPlain(bytes, EncryptionInfo.offsetInFirstPage(flags, pageSize), key, donorUuid);
        writeChecksum(bytes, flags);
    }

    /** Writes a key into a redo header as a donor sends it: plain, under the donor's own uuid. */
    public static void putPlainInRedoHeader(ByteBuffer header, TablespaceKey key, String donorUuid) {
        putPlain(header.slice(), EncryptionInfo.REDO_FILE_OFFSET, key, donorUuid);
    }

    private static void putPlain(ByteBuffer bytes, int at, TablespaceKey key, String donorUuid) {
        byte[] uuid = donorUuid.getBytes(StandardCharsets.US_ASCII);
        if (uuid.length != MasterKeyName.UUID_LENGTH) {
            throw new IllegalArgumentException(
                    "uuid length: " + uuid.length + " (expected: " + MasterKeyName.UUID_LENGTH + ')');
        }
        byte[] plain = key.toByteArray();
        bytes.put(at, EncryptionInfo.MAGIC.toByteArray());
        bytes.putInt(at + EncryptionInfo.MASTER_KEY_ID, 0);
        bytes.put(at + EncryptionInfo.SERVER_UUID, uuid);
        bytes.put(at + EncryptionInfo.KEY, plain);
        bytes.putInt(at + EncryptionInfo.KEY_CHECKSUM, key.checksum());
        Secrets.wipe(plain);
    }

    private static void writeChecksum(ByteBuffer page, FspFlags flags) {
        if (flags.isZip()) {
            PageChecksum.writeZip(page);
        } else {
            PageChecksum.write(page);
        }
    }

    private static boolean isZero(ByteBuffer bytes, int at) {
        for (int i = 0; i < EncryptionInfo.LENGTH; i++) {
            if (bytes.get(at + i) != 0) {
                return false;
            }
        }
        return true;
    }

    private static String magic(ByteBuffer bytes, int at) {
        return String.format("%02x%02x%02x", bytes.get(at), bytes.get(at + 1), bytes.get(at + 2));
    }
}
