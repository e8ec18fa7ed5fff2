package org.jclone.donor.cold;

import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.jclone.protocol.innodb.encryption.EncryptionInfoBlock;
import org.jclone.protocol.innodb.encryption.Keyring;
import org.jclone.protocol.innodb.encryption.KeyringFormatException;
import org.jclone.protocol.innodb.encryption.MasterKey;
import org.jclone.protocol.innodb.encryption.MasterKeyName;
import org.jclone.protocol.innodb.encryption.PageCipher;
import org.jclone.protocol.innodb.encryption.RedoBlockCipher;
import org.jclone.protocol.innodb.encryption.TablespaceKey;
import org.jclone.protocol.innodb.encryption.WrappedKey;
import org.jclone.protocol.innodb.encryption.WrongMasterKeyException;
import org.jclone.protocol.innodb.page.FspFlags;
import org.jclone.protocol.innodb.page.RedoHeader;
import org.jclone.protocol.innodb.page.RedoLogBlock;
import org.jclone.protocol.wire.MalformedPacketException;

/**
 * Unwraps the keys of encrypted files with the keyring of their server. A clone contains the keys in plain text, so it
 * must use TLS.
 *
 * <p>Source: docs/protocol/02-innodb-clone-stream.md sections 9.3 and 12.
 */
final class ColdKeys implements AutoCloseable {

    private static final String KEYRING_HINT = "Give the file of its component_keyring_file with --keyring-file.";

    private final Optional<Keyring> keyring;

    private ColdKeys(Optional<Keyring> keyring) {
        this.keyring = keyring;
    }

    /** @param file file of component_keyring_file; empty if there is none */
    static ColdKeys read(Optional<Path> file) throws IOException {
        if (file.isEmpty()) {
            return new ColdKeys(Optional.empty());
        }
        if (!Files.isReadable(file.get())) {
            throw new ColdDirectoryException("the keyring file " + file.get() + " cannot be read", KEYRING_HINT);
        }
        try (InputStream in = Files.newInputStream(file.get())) {
            return new ColdKeys(Optional.of(Keyring.decode(in.readNBytes(Keyring.MAX_BYTES + 1))));
        } catch (KeyringFormatException e) {
            throw new ColdDirectoryException(file.get() + " is not a keyring file: " + e.getMessage(), KEYRING_HINT);
        }
    }

    /** Fills {@code into} with page 0 as a clone carries it: with its key in plain text. */
    void readFirstPage(Path file, FspFlags flags, int pageSize, ByteBuffer into) throws IOException {
        int at = into.position();
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            FirstPage.readFully(channel, into, 0);
        }
        ByteBuffer page = into.slice(at, into.position() - at);
        WrappedKey wrapped = wrapped(file, () -> EncryptionInfoBlock.ofFirstPage(page, flags, pageSize));
        try (TablespaceKey key = unwrap(wrapped, file)) {
            EncryptionInfoBlock.putPlainInFirstPage(
                    page, flags, pageSize, key, wrapped.masterKey().serverUuid());
        }
    }

    /** Returns the cipher of an encrypted tablespace, which has no page compression. */
    PageCipher cipher(Path file, FspFlags flags, int pageSize) throws IOException {
        ByteBuffer page = ByteBuffer.allocate(flags.physicalPageSize(pageSize));
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            FirstPage.readFully(channel, page, 0);
        }
        page.flip();
        try (TablespaceKey key =
                unwrap(wrapped(file, () -> EncryptionInfoBlock.ofFirstPage(page, flags, pageSize)), file)) {
            return new PageCipher(key, pageSize);
        }
    }

    /** Decrypts the encrypted blocks of a redo file in place. */
    void decrypt(ByteBuffer blocks, RedoHeader header, Path file) throws IOException {
        boolean encrypted = false;
        for (int at = 0; at < blocks.limit() && !encrypted; at += RedoLogBlock.LENGTH) {
            encrypted = RedoLogBlock.read(blocks.position(at)).encrypted();
        }
        if (!encrypted) {
            return;
        }
        ByteBuffer bytes = ByteBuffer.allocate(RedoHeader.LENGTH);
        RedoHeader.CODEC.encode(header, Unpooled.wrappedBuffer(bytes).clear());
        WrappedKey wrapped = wrapped(file, () -> EncryptionInfoBlock.ofRedoHeader(bytes));
        try (TablespaceKey key = unwrap(wrapped, file);
                RedoBlockCipher cipher = new RedoBlockCipher(key)) {
            for (int at = 0; at < blocks.limit(); at += RedoLogBlock.LENGTH) {
                cipher.decrypt(blocks.position(at));
            }
        }
    }

    private interface Finder {

        Optional<WrappedKey> find();
    }

    private static WrappedKey wrapped(Path file, Finder finder) throws ColdDirectoryException {
        try {
            return finder.find().orElseThrow(() -> unusable(file, "there is none"));
        } catch (MalformedPacketException e) {
            throw unusable(file, e.getMessage());
        }
    }

    private static ColdDirectoryException unusable(Path file, String reason) {
        return new ColdDirectoryException(
                "the key of " + file + " cannot be read: " + reason, "Take another copy of the file.");
    }

    private TablespaceKey unwrap(WrappedKey wrapped, Path file) throws ColdDirectoryException {
        MasterKeyName name = wrapped.masterKey();
        try (MasterKey master = masterKey(name, file)) {
            return wrapped.unwrap(master);
        } catch (WrongMasterKeyException e) {
            throw new ColdDirectoryException(
                    "the keyring has a different key named " + name.keyringId() + " than that of " + file,
                    KEYRING_HINT);
        }
    }

    private MasterKey masterKey(MasterKeyName name, Path file) throws ColdDirectoryException {
        if (name.equals(MasterKeyName.DEFAULT)) {
            return MasterKey.publicDefault();
        }
        if (keyring.isEmpty()) {
            throw new ColdDirectoryException(file + " is encrypted", KEYRING_HINT);
        }
        return keyring.get()
                .masterKey(name)
                .orElseThrow(() -> new ColdDirectoryException(
                        "the keyring lacks the master key " + name.keyringId() + " of " + file, KEYRING_HINT));
    }

    @Override
    public void close() {
        keyring.ifPresent(Keyring::close);
    }
}
