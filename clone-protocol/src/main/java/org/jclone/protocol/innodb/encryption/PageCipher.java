package org.jclone.protocol.innodb.encryption;

import java.nio.ByteBuffer;
import java.util.Optional;
import org.jclone.protocol.innodb.page.PageHeader;
import org.jclone.protocol.innodb.page.PageType;
import org.jclone.protocol.wire.MalformedPacketException;

/**
 * Encrypts and decrypts pages of one tablespace, of any kind: plain, ROW_FORMAT=COMPRESSED, and page-compressed.
 *
 * <pre>
 * bytes 0..37     unchanged, except for the type at 24
 * bytes 38..n-1   AES-256-CBC; n = physical page size, or the end of the compressed bytes of a page-compressed page
 * type at 24      14 (page-compressed) to 16, R-tree to 17, all others to 15 with the original type at 28
 * </pre>
 *
 * <p>A tablespace marked encrypted may hold plain pages, and vice versa: the type of each page decides. Page 0 is
 * never encrypted. Source: docs/protocol/02-innodb-clone-stream.md section 9.6. Not thread-safe.
 */
public final class PageCipher implements AutoCloseable {

    private static final String NAME = "EncryptedPage";
    private static final int ORIGINAL_TYPE = PageHeader.COMPRESSION_ORIGINAL_TYPE;

    /** The minimum end of the encrypted part of a page. */
    private static final int MIN_END = PageHeader.DATA + CbcArea.TAIL;

    /**
     * The {@link PageHeader#COMPRESSION_VERSION} whose encrypted part ends at a multiple of the file system's block
     * size.
     */
    private static final int VERSION_WITH_WHOLE_BLOCKS = 1;

    /** After this number of calls the JVM compiles a method for good. */
    private static final int CALLS_UNTIL_COMPILED = 8000;

    private final CbcArea cbc;
    private final int fsBlockSize;

    /**
     * @param key may be closed as soon as the constructor returns
     * @param fsBlockSize block size of the file system on which the page was written, as the donor announces it; used
     *     only for page-compressed pages of the oldest version
     */
    public PageCipher(TablespaceKey key, int fsBlockSize) {
        this.cbc = new CbcArea(key);
        this.fsBlockSize = fsBlockSize;
    }

    /**
     * Lets the JVM compile the cipher, which is many times as fast then. Takes some milliseconds of CPU; the JVM
     * compiles in the background. Call it on a thread of its own, some time before pages are decrypted.
     */
    public static void warmUp() {
        byte[] bytes = new byte[CbcArea.TAIL];
        byte[] plain = new byte[CbcArea.TAIL];
        try (TablespaceKey zeros = TablespaceKey.of(new byte[TablespaceKey.LENGTH]);
                CbcArea cbc = new CbcArea(zeros)) {
            for (int i = 0; i < CALLS_UNTIL_COMPILED; i++) {
                cbc.decrypt(bytes, 0, bytes.length, plain);
            }
        }
    }

    /** Returns whether the page at the position of {@code page} has the type of an encrypted page. */
    public static boolean isEncrypted(ByteBuffer page) {
        return PageType.byWireCode(page.getShort(page.position() + PageHeader.TYPE) & 0xffff)
                .filter(PageType::isEncrypted)
                .isPresent();
    }

    /**
     * Decrypts the page between position and limit in place. Leaves a page that is not encrypted unchanged.
     *
     * @throws MalformedPacketException if the compressed length exceeds the page
     */
    public void decrypt(ByteBuffer page) {
        ByteBuffer bytes = page.slice();
        Optional<PageType> type = PageType.byWireCode(bytes.getShort(PageHeader.TYPE) & 0xffff);
        if (type.isEmpty() || !type.get().isEncrypted()) {
            return;
        }
        cbc.decrypt(bytes, PageHeader.DATA, end(bytes, type.get()));
        restoreType(bytes, type.get());
    }

    /**
     * Decrypts a page from one array into another. Unlike {@link #decrypt(ByteBuffer)} it makes no copies.
     *
     * @param page the whole page, of an encrypted type; its end is overwritten
     * @param plain has the same length, and receives the decrypted page
     * @throws MalformedPacketException if the compressed length exceeds the page
     */
    public void decrypt(byte[] page, byte[] plain) {
        ByteBuffer bytes = ByteBuffer.wrap(page);
        PageType type = PageType.byWireCode(bytes.getShort(PageHeader.TYPE) & 0xffff)
                .filter(PageType::isEncrypted)
                .orElseThrow(() -> new IllegalArgumentException("the page is not encrypted"));
        int end = end(bytes, type);
        cbc.decrypt(page, PageHeader.DATA, end, plain);
        System.arraycopy(page, 0, plain, 0, PageHeader.DATA);
        System.arraycopy(page, end, plain, end, page.length - end);
        restoreType(ByteBuffer.wrap(plain), type);
    }

    private int end(ByteBuffer page, PageType type) {
        return type == PageType.FIL_PAGE_COMPRESSED_AND_ENCRYPTED ? compressedEnd(page) : page.limit();
    }

    private static void restoreType(ByteBuffer page, PageType type) {
        switch (type) {
            case FIL_PAGE_COMPRESSED_AND_ENCRYPTED -> putType(page, PageType.FIL_PAGE_COMPRESSED);
            case FIL_PAGE_ENCRYPTED_RTREE -> putType(page, PageType.FIL_PAGE_RTREE);
            case FIL_PAGE_ENCRYPTED -> {
                page.putShort(PageHeader.TYPE, page.getShort(ORIGINAL_TYPE));
                page.putShort(ORIGINAL_TYPE, (short) 0);
            }
            case FIL_PAGE_COMPRESSED, FIL_PAGE_RTREE -> throw new IllegalStateException(type + " is not encrypted");
        }
    }

    /** Encrypts in place the page between position and limit, which must not be encrypted and must not be page 0. */
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
