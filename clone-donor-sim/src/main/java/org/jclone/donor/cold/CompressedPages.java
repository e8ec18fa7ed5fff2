package org.jclone.donor.cold;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jclone.protocol.innodb.descriptor.FileDescriptor;
import org.jclone.protocol.innodb.page.FspFlags;
import org.jclone.protocol.innodb.page.PageHeader;
import org.jclone.protocol.innodb.page.PageType;

/**
 * Guesses whether a table has page compression, so that recipients punch holes where the donor's file has them. Only
 * the dictionary knows for certain, but a table that was compressed when it was created or rebuilt has a compressed
 * page right after its first page. After a wrong guess the recipient's file is valid, only larger.
 *
 * <p>Source: docs/protocol/02-innodb-clone-stream.md sections 5 and 10.
 */
final class CompressedPages {

    /** Page 0 is never compressed. A table has at least seven pages. */
    private static final int FIRST_PAGE = 1;

    private static final int LAST_PAGE = 6;

    private CompressedPages() {}

    /**
     * Returns {@link FileDescriptor#FLAG_ZLIB}, {@link FileDescriptor#FLAG_LZ4}, or 0 if no page is compressed or pages
     * are small.
     */
    static int flagOf(Path file, FspFlags flags, long fsBlockSize) throws IOException {
        int pageSize = flags.pageSize();
        if (flags.isZip() || 2 * fsBlockSize > pageSize) {
            return 0;
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            ByteBuffer header = ByteBuffer.allocate(PageHeader.DATA);
            for (int page = FIRST_PAGE; page <= LAST_PAGE && (page + 1L) * pageSize <= channel.size(); page++) {
                FirstPage.readFully(channel, header.clear(), (long) page * pageSize);
                int type = Short.toUnsignedInt(header.getShort(PageHeader.TYPE));
                if (type == PageType.FIL_PAGE_COMPRESSED.wireCode()
                        || type == PageType.FIL_PAGE_COMPRESSED_AND_ENCRYPTED.wireCode()) {
                    return flagOf(header.get(PageHeader.COMPRESSION_ALGORITHM));
                }
            }
        }
        return 0;
    }

    private static int flagOf(byte algorithm) {
        return switch (algorithm) {
            case PageHeader.ALGORITHM_ZLIB -> FileDescriptor.FLAG_ZLIB;
            case PageHeader.ALGORITHM_LZ4 -> FileDescriptor.FLAG_LZ4;
            default -> 0;
        };
    }
}
