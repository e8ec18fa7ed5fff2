package org.jclone.protocol.innodb.page;

import static org.jclone.protocol.wire.FieldWriter.requireU32;

import java.nio.ByteBuffer;
import java.util.Optional;
import org.jclone.protocol.wire.Bytes;

/**
 * The pages that a recipient creates for a file that DDL created on the donor during the clone: zeros, except for page
 * 0. The redo log recreates the contents.
 *
 * <pre>
 * offset  size  type   value
 *      0     4  u32    checksum
 *      8     4  u32    server version, such as 90704
 *     12     4  u32    1, the version of the tablespace
 *     34     4  u32    space id
 *     38     4  u32    space id
 *     54     4  u32    FSP flags
 *      e   111  bytes  encryption information, if the donor sent a key; e see {@link EncryptionInfo}
 *  end-8     4  u32    checksum again (not on zip pages)
 * </pre>
 *
 * <p>Source: docs/protocol/02-innodb-clone-stream.md section 4.5.
 */
public final class TablespaceFirstPage {

    private static final int SPACE_VERSION = 1;
    private static final int INITIAL_PAGES = 7;
    private static final int INITIAL_UNDO_BYTES = 16 << 20;

    private TablespaceFirstPage() {}

    /**
     * Creates page 0.
     *
     * @param flags as announced; the page size bits are added
     * @param pageSize the donor's {@code innodb_page_size}
     * @param serverVersion as a number: 9.7.4 is 90704
     * @param encryptionInfo wrapped with the recipient's master key
     */
    public static ByteBuffer create(
            long spaceId, FspFlags flags, int pageSize, int serverVersion, Optional<Bytes> encryptionInfo) {
        requireU32("spaceId", spaceId);
        ByteBuffer page = ByteBuffer.allocate(flags.physicalPageSize(pageSize));
        page.putInt(PageHeader.SERVER_VERSION, serverVersion);
        page.putInt(PageHeader.SPACE_VERSION, SPACE_VERSION);
        page.putInt(PageHeader.SPACE_ID, (int) spaceId);
        page.putInt(PageHeader.FSP_SPACE_ID, (int) spaceId);
        page.putInt(PageHeader.FSP_FLAGS, (int) flags.withPageSize(pageSize).value());
        encryptionInfo.ifPresent(info -> putEncryptionInfo(page, info, flags, pageSize));
        if (flags.isZip()) {
            PageChecksum.writeZip(page);
        } else {
            PageChecksum.write(page);
        }
        return page;
    }

    /** Returns the size of the new file in bytes: seven pages, or 16 MiB of pages for an undo tablespace. */
    public static long initialFileSize(long spaceId, FspFlags flags, int pageSize) {
        long pages = SpaceIds.isUndo(spaceId) ? INITIAL_UNDO_BYTES / PageSizes.require(pageSize) : INITIAL_PAGES;
        return pages * flags.physicalPageSize(pageSize);
    }

    private static void putEncryptionInfo(ByteBuffer page, Bytes info, FspFlags flags, int pageSize) {
        if (info.length() != EncryptionInfo.LENGTH) {
            throw new IllegalArgumentException(
                    "encryption information: " + info.length() + " bytes (expected: " + EncryptionInfo.LENGTH + ')');
        }
        page.put(EncryptionInfo.offsetInFirstPage(flags, pageSize), info.toByteArray());
    }
}
