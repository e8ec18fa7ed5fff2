package org.jclone.recipient.verify;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import org.jclone.protocol.innodb.page.PageCheck;
import org.jclone.recipient.api.StorageException;
import org.jclone.recipient.storage.DirectIo;

/**
 * A range of pages of a file at rest. Each page is read, checked, and compared with the clone's sum.
 *
 * @param first page in the file
 * @param count of pages, or of blocks with their own sum
 * @param sums of the clone, or null
 */
record PageRange(PageFile file, int unit, long first, long count, PageSums sums) {

    /** Pages in one task: 64 MiB with pages of 16 KiB. */
    static final int PAGES = 4096;

    /**
     * Reads and checks the whole range.
     *
     * @param buffer for whole units, aligned for direct I/O
     * @param inspector null if the file has no pages
     */
    void check(FileChannel channel, ByteBuffer buffer, PageInspector inspector, DamageList damages)
            throws IOException, StorageException {
        int sumOfHole = FinalCheck.sumOfZeros(unit);
        int perRead = buffer.capacity() / unit;
        for (long page = first; page < first + count; page += perRead) {
            int pages = (int) Math.min(perRead, first + count - page);
            read(channel, buffer.clear(), page * unit, pages * unit);
            ByteBuffer expected = ByteBuffer.allocate(pages * Integer.BYTES);
            if (sums != null) {
                sums.read(file.region().firstSlot() + page, expected);
            }
            for (int i = 0; i * unit < buffer.limit(); i++) {
                int length = Math.min(unit, buffer.limit() - i * unit);
                int found = check(buffer, i * unit, length, page + i, inspector, damages);
                int wanted = expected.getInt(i * Integer.BYTES);
                boolean comparable = sums != null && wanted != PageSums.SUSPICIOUS;
                if (comparable && found != (wanted == PageSums.NEVER_CAME ? sumOfHole : wanted)) {
                    damages.add(new Damage(
                            file.path(),
                            file.region().firstPage() + page + i,
                            (page + i) * unit,
                            "content has changed since it was cloned"));
                }
            }
        }
    }

    /** Reads whole blocks for direct I/O; a partial block is read only at the end of the file. */
    private static void read(FileChannel channel, ByteBuffer buffer, long offset, int length) throws IOException {
        buffer.limit((length + DirectIo.ALIGNMENT - 1) / DirectIo.ALIGNMENT * DirectIo.ALIGNMENT);
        int count;
        do {
            count = channel.read(buffer, offset + buffer.position());
        } while (buffer.hasRemaining() && count > 0 && count % DirectIo.ALIGNMENT == 0);
        buffer.flip().limit(Math.min(buffer.limit(), length));
    }

    private int check(ByteBuffer buffer, int at, int length, long page, PageInspector inspector, DamageList damages)
            throws IOException {
        if (inspector == null || length < unit) {
            return FinalCheck.sumOf(buffer, at, length);
        }
        PageCheck.Result result = inspector.scan(buffer, at, file.region().firstPage() + page);
        if (!result.isOk()) {
            damages.add(new Damage(
                    file.path(), file.region().firstPage() + page, page * unit, FinalCheck.describe(result)));
        }
        return PageSums.sumOf(inspector.sum());
    }
}
