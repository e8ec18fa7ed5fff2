package org.jclone.cli;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.function.BooleanSupplier;
import org.jclone.donor.fixture.FinalFile;
import org.jclone.donor.fixture.MadeData;
import org.jclone.protocol.innodb.page.PageCheck;
import org.jclone.protocol.innodb.page.PageHeader;

/** Compares a clone of synthetic data with the expected contents, page by page. */
final class PageVerifier {

    private static final int STEP_BYTES = 1 << 20;

    private final MadeData data;
    private final Path directory;
    private long pages;
    private long bytes;

    PageVerifier(MadeData data, Path directory) {
        this.data = data;
        this.directory = directory;
    }

    /**
     * Returns false as soon as {@code stopped} returns true, else true.
     *
     * @throws IOException if the contents differ; the message names file and offset
     */
    boolean run(BooleanSupplier stopped) throws IOException {
        for (FinalFile file : data.finalFiles()) {
            try (FileChannel channel = FileChannel.open(directory.resolve(file.name()))) {
                verify(file, channel, stopped);
            }
        }
        return !stopped.getAsBoolean();
    }

    /** The number of tablespace pages that are correct. */
    long pages() {
        return pages;
    }

    /** The number of bytes compared. */
    long bytes() {
        return bytes;
    }

    private void verify(FinalFile file, FileChannel channel, BooleanSupplier stopped) throws IOException {
        ByteBuffer found = ByteBuffer.allocate(STEP_BYTES);
        ByteBuffer expected = ByteBuffer.allocate(STEP_BYTES);
        int pageSize = file.flags().isTablespace() ? file.flags().physicalPageSize(data.pageSize()) : 0;
        long spaceId = -1;
        for (long at = 0; at < file.size() && !stopped.getAsBoolean(); at += STEP_BYTES) {
            int length = (int) Math.min(STEP_BYTES, file.size() - at);
            read(channel, found.clear().limit(length), at, file);
            file.content().read(at, expected.clear().limit(length));
            int mismatch = found.rewind().mismatch(expected.rewind());
            if (mismatch >= 0) {
                throw new IOException(file.name() + " differs from the donor's at offset " + (at + mismatch));
            }
            bytes += length;
            if (pageSize > 0) {
                spaceId = spaceId < 0 ? Integer.toUnsignedLong(found.getInt(PageHeader.SPACE_ID)) : spaceId;
                check(file, found, at / pageSize, new PageCheck(file.flags(), data.pageSize(), spaceId), pageSize);
            }
        }
    }

    private void check(FinalFile file, ByteBuffer found, long firstPage, PageCheck check, int pageSize)
            throws IOException {
        for (int at = 0; at < found.limit(); at += pageSize) {
            PageCheck.Result result = check.check(found.slice(at, pageSize), firstPage + at / pageSize);
            if (!result.isOk()) {
                throw new IOException("page " + (firstPage + at / pageSize) + " of " + file.name() + ": "
                        + result.finding() + ' ' + result.detail());
            }
            pages++;
        }
    }

    private static void read(FileChannel channel, ByteBuffer into, long offset, FinalFile file) throws IOException {
        while (into.hasRemaining()) {
            if (channel.read(into, offset + into.position()) < 0) {
                throw new EOFException(file.name() + " ends at " + channel.size());
            }
        }
    }
}
