package org.jclone.recipient.apply;

import java.nio.ByteBuffer;
import org.jclone.protocol.innodb.page.PageHeader;
import org.jclone.protocol.innodb.page.PageType;
import org.jclone.recipient.api.StorageException;
import org.jclone.recipient.apply.WriteBuffer.Segment;
import org.jclone.recipient.storage.OpenFile;
import org.jclone.recipient.storage.OpenFiles;
import org.jclone.recipient.verify.CopyCheck;

/**
 * Writes the runs of a buffer to their files. Pages of page-compressed tables end in a hole: the bytes after the compressed data are not written, and are deallocated if the file may have data there. If the file system does not support holes, full pages are written; these end in zeros and are valid, only larger.
 *
 * <p>Source: docs/protocol/02-innodb-clone-stream.md, section 5.
 */
public final class SegmentWriter {

    private final OpenFiles openFiles;
    private final int pageSize;
    private final CopyCheck check;
    private final BlockMemory memory = new BlockMemory();
    private volatile boolean mayRewrite;

    /**
     * @param pageSize the donor's {@code innodb_page_size}
     * @param check receives all data before it is written
     */
    public SegmentWriter(OpenFiles openFiles, int pageSize, CopyCheck check) {
        this.openFiles = openFiles;
        this.pageSize = pageSize;
        this.check = check;
    }

    /** Expects from now on that blocks of FILE COPY may have been written before, possibly with older content. */
    public void expectRewrites() {
        mayRewrite = true;
    }

    /** Returns a buffer for one connection. */
    WriteBuffer newBuffer() {
        return new WriteBuffer(memory);
    }

    void write(WriteBuffer buffer) throws StorageException {
        for (Segment segment : buffer.segments()) {
            if (segment.length > 0 && !segment.file.isDropped()) {
                check.check(
                        segment.file.toPageFile(),
                        segment.firstCopy,
                        segment.fileOffset,
                        buffer.bytesOf(segment.bufferOffset, segment.length));
                write(buffer, segment);
            }
        }
    }

    private void write(WriteBuffer buffer, Segment segment) throws StorageException {
        OpenFile file = openFiles.acquire(segment.file.path());
        try {
            if (segment.file.hasHoles(pageSize)
                    && segment.fileOffset % pageSize == 0
                    && segment.length % pageSize == 0) {
                writeWithHoles(file, buffer, segment);
            } else {
                file.write(buffer.bytesOf(segment.bufferOffset, segment.length), segment.fileOffset);
            }
        } finally {
            openFiles.release(file);
        }
    }

    private void writeWithHoles(OpenFile file, WriteBuffer buffer, Segment segment) throws StorageException {
        int fsBlockSize = (int) segment.file.descriptor().fsBlockSize();
        boolean empty = segment.firstCopy && !mayRewrite;
        int runStart = 0;
        for (int page = 0; page < segment.length; page += pageSize) {
            ByteBuffer bytes = buffer.bytesOf(segment.bufferOffset + page, pageSize);
            int kept = segment.fileOffset + page == 0 ? pageSize : keptBytes(bytes, fsBlockSize);
            if (kept == pageSize) {
                continue;
            }
            long hole = segment.fileOffset + page + kept;
            if (!empty && !file.punchHole(hole, pageSize - kept)) {
                continue;
            }
            writeRun(file, buffer, segment, runStart, page + kept);
            runStart = page + pageSize;
        }
        writeRun(file, buffer, segment, runStart, segment.length);
    }

    private static void writeRun(OpenFile file, WriteBuffer buffer, Segment segment, int from, int to)
            throws StorageException {
        if (to > from) {
            file.write(buffer.bytesOf(segment.bufferOffset + from, to - from), segment.fileOffset + from);
        }
    }

    /** Returns the number of bytes of a page to write: all, or those of the compressed image rounded up to whole blocks. */
    private int keptBytes(ByteBuffer page, int fsBlockSize) {
        int type = Short.toUnsignedInt(page.getShort(page.position() + PageHeader.TYPE));
        if (type != PageType.FIL_PAGE_COMPRESSED.wireCode()
                && type != PageType.FIL_PAGE_COMPRESSED_AND_ENCRYPTED.wireCode()) {
            return pageSize;
        }
        int compressed =
                Short.toUnsignedInt(page.getShort(page.position() + PageHeader.COMPRESSION_LENGTH)) + PageHeader.DATA;
        int kept = (compressed + fsBlockSize - 1) / fsBlockSize * fsBlockSize;
        return Math.min(kept, pageSize);
    }
}
