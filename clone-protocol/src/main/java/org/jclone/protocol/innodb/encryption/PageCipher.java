package org.jclone.protocol.innodb.encryption;

import java.nio.ByteBuffer;
import java.util.Optional;
import org.jclone.protocol.innodb.page.PageHeader;
import org.jclone.protocol.innodb.page.PageType;
import org.jclone.protocol.wire.MalformedPacketException;

/**
 * Encrypts and decrypts pages of one tablespace, all kinds of them: plain, ROW_FORMAT=COMPRESSED, and compressed by
 * page compression.
 *
 * <pre>
 * bytes 0..37     stay as they are, but for the type at 24
 * bytes 38..n-1   AES-256-CBC; n = physical page size, or the end of the compressed bytes of a page-compressed page
 * type at 24      14 (page-compressed) to 16, R-tree to 17, all others to 15 with the original type at 28
 * </pre>
 *
 * <p>A tablespace marked encrypted may hold plain pages, and the other way round: the type of each page decides. Page 0
 * is never encrypted. Source: docs/protocol/02-innodb-clone-stream.md section 9.6. Not thread-safe.
 */
public final class PageCipher implements AutoCloseable {

    private static final String NAME = "EncryptedPage";
    private static final int ORIGINAL_TYPE = PageHeader.COMPRESSION_ORIGINAL_TYPE;

    /** What is encrypted of a page ends here at least. */
    private static final int MIN_END = PageHeader.DATA + CbcArea.TAIL;

    /** Of {@link PageHeader#COMPRESSION_VERSION}: what is encrypted then ends with a block of the file system. */
    private static final int VERSION_WITH_WHOLE_BLOCKS = 1;

    private final CbcArea cbc;
    private final int fsBlockSize;

    /**
     * @param key may be closed as soon as this returns
     * @param fsBlockSize of the file system where the page was written, as the donor announces it; matters only for
     *     page-compressed pages of the oldest version
     */
    public PageCipher(TablespaceKey key, int fsBlockSize) {
        this.cbc = new CbcArea(key);
        this.fsBlockSize = fsBlockSize;
    }

    /** True if the type of the page at the position of {@code page} says that it is encrypted. */
    public static boolean isEncrypted(ByteBuffer page) {
        return PageType.byWireCode(page.getShort(page.position() + PageHeader.TYPE) & 0xffff)
                .filter(PageType::isEncrypted)
                .isPresent();
    }

    /**
     * Decrypts the page between position and limit in place; one that is not encrypted stays as it is.
     *
     * @throws MalformedPacketException if it is longer compressed than whole
     */
    public void decrypt(ByteBuffer page) {
        ByteBuffer bytes = page.slice();
        Optional<PageType> type = PageType.byWireCode(bytes.getShort(PageHeader.TYPE) & 0xffff);
        if (type.isEmpty() || !type.get().isEncrypted()) {
            return;
        }
        boolean compressed = type.get() == PageType.FIL_PAGE_COMPRESSED_AND_ENCRYPTED;
        cbc.decrypt(bytes, PageHeader.DATA, compressed ? compressedEnd(bytes) : bytes.limit());
        switch (type.get()) {
            case FIL_PAGE_COMPRESSED_AND_ENCRYPTED -> putType(bytes, PageType.FIL_PAGE_COMPRESSED);
            case FIL_PAGE_ENCRYPTED_RTREE -> putType(bytes, PageType.FIL_PAGE_RTREE);
            case FIL_PAGE_ENCRYPTED -> {
                bytes.putShort(PageHeader.TYPE, bytes.getShort(ORIGINAL_TYPE));
                bytes.putShort(ORIGINAL_TYPE, (short) 0);
            }
            case FIL_PAGE_COMPRESSED, FIL_PAGE_RTREE -> throw new IllegalStateException(type + " is not encrypted");
        }
    }

    /** Encrypts the page between position and limit in place, which is not encrypted and not page 0. */
    public void encrypt(ByteBuffer page) {
        ByteBuffer bytes = page.slice();
        short original = bytes.getShort(PageHeader.TYPE);
        Optional<PageType> type = PageType.byWireCode(original & 0xffff);
        boolean compressed = type.isPresent() && type.get() == PageType.FIL_PAGE_COMPRESSED;
        cbc.encrypt(bytes, PageHeader.DATA, compressed ? compressedEnd(bytes) : bytes.limit());
        if (compressed) {
            putType(bytes, PageType.FIL_PAGE_COMPRESSED_AND_ENCRYPTED);
        } else if (type.isPresent() && type.get() == PageType.FIL_PAGE_RTREE) {
            putType(bytes, PageType.FIL_PAGE_ENCRYPTED_RTREE);
        } else {
            bytes.putShort(ORIGINAL_TYPE, original);
            putType(bytes, PageType.FIL_PAGE_ENCRYPTED);
        }
    }

    private int compressedEnd(ByteBuffer page) {
        int length = page.getShort(PageHeader.COMPRESSION_LENGTH) & 0xffff;
        int end = Math.max(PageHeader.DATA + length, MIN_END);
        if (page.get(PageHeader.COMPRESSION_VERSION) == VERSION_WITH_WHOLE_BLOCKS && fsBlockSize > 0) {
            end = (end + fsBlockSize - 1) / fsBlockSize * fsBlockSize;
        }
        if (end > page.limit()) {
            throw new MalformedPacketException(
                    NAME,
                    "compressedLength",
                    PageHeader.COMPRESSION_LENGTH,
                    length + " (expected: <= " + (page.limit() - PageHeader.DATA) + ')');
        }
        return end;
    }

    private static void putType(ByteBuffer page, PageType type) {
        page.putShort(PageHeader.TYPE, (short) type.wireCode());
    }

    @Override
    public void close() {
        cbc.close();
    }
}
