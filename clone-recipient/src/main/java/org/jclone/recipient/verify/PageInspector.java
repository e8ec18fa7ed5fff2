package org.jclone.recipient.verify;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.LinkOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Set;
import org.jclone.protocol.innodb.encryption.EncryptionInfoBlock;
import org.jclone.protocol.innodb.encryption.KeyOpener;
import org.jclone.protocol.innodb.encryption.PageCipher;
import org.jclone.protocol.innodb.encryption.TablespaceKey;
import org.jclone.protocol.innodb.encryption.WrappedKey;
import org.jclone.protocol.innodb.encryption.WrongMasterKeyException;
import org.jclone.protocol.innodb.page.PageCheck;
import org.jclone.protocol.innodb.page.PageCheck.Finding;
import org.jclone.protocol.innodb.page.PageScanner;
import org.jclone.protocol.wire.MalformedPacketException;
import org.jclone.recipient.storage.FileIo;
import org.jclone.recipient.storage.Volume;

/**
 * Checks the pages of one file on disk like {@link PageScanner}, and decrypts encrypted pages. The key is in page 0 of
 * the file. It is read at the first encrypted page, and wiped on {@link #close()}.
 *
 * <p>Not thread-safe.
 */
final class PageInspector implements AutoCloseable {

    private final PageFile file;
    private final int pageSize;
    private final KeyOpener keys;
    private final PageScanner scanner;
    private Optional<PageCipher> cipher = Optional.empty();
    private boolean keyWanted;
    private byte[] encrypted;
    private byte[] plain;
    private ByteBuffer plainPage;
    private PageScanner plainScanner;
    private long unopened;

    /** @param pageSize the server's {@code innodb_page_size} */
    PageInspector(PageFile file, int pageSize, KeyOpener keys) {
        this.file = file;
        this.pageSize = pageSize;
        this.keys = keys;
        this.scanner = new PageScanner(file.check(pageSize));
    }

    /**
     * Works like {@link PageScanner#scan}. A page whose key is not available is {@link Finding#ENCRYPTED}, if the parts
     * in plain text are right.
     */
    PageCheck.Result scan(ByteBuffer memory, int offset, long pageNumber) throws IOException {
        PageCheck.Result result = scanner.scan(memory, offset, pageNumber);
        if (result.finding() != Finding.ENCRYPTED) {
            return result;
        }
        if (!keyWanted) {
            keyWanted = true;
            findKey();
        }
        if (cipher.isEmpty()) {
            unopened++;
            return result;
        }
        return decrypt(cipher.get(), memory, offset, pageNumber);
    }

    private PageCheck.Result decrypt(PageCipher key, ByteBuffer memory, int offset, long pageNumber) {
        if (plain == null) {
            encrypted = new byte[scanner.pageLength()];
            plain = new byte[encrypted.length];
            plainPage = ByteBuffer.wrap(plain);
            plainScanner = new PageScanner(file.check(pageSize));
        }
        memory.get(offset, encrypted);
        try {
            key.decrypt(encrypted, plain);
        } catch (MalformedPacketException e) {
            return new PageCheck.Result(Finding.BAD_COMPRESSION, e.getMessage());
        }
        PageCheck.Result result = plainScanner.scan(plainPage, 0, pageNumber);
        if (result.finding() == Finding.ENCRYPTED) {
            return new PageCheck.Result(Finding.WRONG_CHECKSUM, "of a page that is encrypted twice (expected: once)");
        }
        return result.isOk() ? result : new PageCheck.Result(result.finding(), result.detail() + ", after decryption");
    }

    private void findKey() throws IOException {
        Optional<WrappedKey> wrapped = wrappedKey(file, pageSize);
        if (wrapped.isEmpty()) {
            return;
        }
        try (TablespaceKey key = keys.open(wrapped.get())) {
            // A clone accepts encryption with page compression only on a file system with the donor's block size.
            cipher = Optional.of(new PageCipher(key, Volume.blockSize(file.path())));
        } catch (WrongMasterKeyException e) {
            cipher = Optional.empty();
        }
    }

    /** Returns why the key in the file's page 0 cannot be opened; empty if it can, or there is none. */
    static Optional<String> keyProblem(PageFile file, int pageSize, KeyOpener keys) throws IOException {
        Optional<WrappedKey> wrapped = wrappedKey(file, pageSize);
        if (wrapped.isEmpty()) {
            return Optional.empty();
        }
        try {
            keys.open(wrapped.get()).close();
            return Optional.empty();
        } catch (WrongMasterKeyException e) {
            return Optional.of("the key of the tablespace cannot be opened: " + e.getMessage());
        }
    }

    private static Optional<WrappedKey> wrappedKey(PageFile file, int pageSize) throws IOException {
        if (file.region().firstPage() != 0) {
            return Optional.empty();
        }
        ByteBuffer page = ByteBuffer.allocate(file.unit(pageSize));
        try (FileChannel channel =
                FileChannel.open(file.path(), Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS))) {
            FileIo.read(channel, page, 0);
        }
        try {
            return EncryptionInfoBlock.ofFirstPage(page.rewind(), file.flags(), pageSize);
        } catch (MalformedPacketException e) {
            return Optional.empty(); // its checksum tells whether that is damage
        }
    }

    /** Like {@link PageScanner#sum}. */
    int sum() {
        return scanner.sum();
    }

    /** Like {@link PageScanner#lsn}. */
    long lsn() {
        return scanner.lsn();
    }

    /** Counts encrypted pages without a key; only their number and space id were checked. */
    long unopened() {
        return unopened;
    }

    @Override
    public void close() {
        cipher.ifPresent(PageCipher::close);
    }
}
