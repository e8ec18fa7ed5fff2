package org.jclone.donor.cold;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jclone.protocol.innodb.page.FspFlags;
import org.jclone.protocol.innodb.page.PageHeader;

/**
 * What the first page of a file says about it.
 *
 * @param pageNumber 0, except in the second and later files of the system tablespace
 * @param serverVersion version that created the tablespace, such as 90704; only on page 0
 * @param flags flags of the tablespace; only on page 0
 * @param pageType see {@link org.jclone.protocol.innodb.page.PageType}
 * @param spacePages size of the tablespace in pages; only on page 0
 * @param flushLsn LSN of the server's shutdown; only on page 0 of the system tablespace
 */
record FirstPage(
        long pageNumber,
        long spaceId,
        int serverVersion,
        FspFlags flags,
        int pageType,
        long spacePages,
        long flushLsn) {

    private static final int LENGTH = 64;

    static FirstPage read(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            return read(channel);
        }
    }

    private static FirstPage read(FileChannel channel) throws IOException {
        ByteBuffer head = ByteBuffer.allocate(LENGTH);
        readFully(channel, head, 0);
        return of(head);
    }

    static FirstPage of(ByteBuffer head) {
        return new FirstPage(
                Integer.toUnsignedLong(head.getInt(PageHeader.PAGE_NUMBER)),
                Integer.toUnsignedLong(head.getInt(PageHeader.SPACE_ID)),
                head.getInt(PageHeader.SERVER_VERSION),
                new FspFlags(Integer.toUnsignedLong(head.getInt(PageHeader.FSP_FLAGS))),
                Short.toUnsignedInt(head.getShort(PageHeader.TYPE)),
                Integer.toUnsignedLong(head.getInt(PageHeader.FSP_SIZE)),
                head.getLong(PageHeader.FLUSH_LSN));
    }

    /** Fills {@code into} from {@code offset} on, or fails. */
    static void readFully(FileChannel channel, ByteBuffer into, long offset) throws IOException {
        long at = offset;
        while (into.hasRemaining()) {
            int count = channel.read(into, at);
            if (count < 0) {
                throw new EOFException("the file ends at " + at + ", " + into.remaining() + " bytes too early");
            }
            at += count;
        }
    }
}
