package org.jclone.recipient.apply;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jclone.protocol.innodb.page.ExtentGeometry;
import org.jclone.protocol.innodb.page.FspFlags;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.storage.FileTasks;
import org.jclone.recipient.storage.StopCheck;
import org.jclone.recipient.storage.StorageErrors;

/**
 * FILE SYNC: gives every file its final size and flushes it, several at a time.
 *
 * <p>A file shorter than its known size is extended to that size; otherwise a tablespace longer than one extent is extended to whole extents. Files are never truncated. Source: docs/protocol/02-innodb-clone-stream.md, section 7.
 */
public final class FileSync {

    private final int pageSize;

    /** @param pageSize the donor's {@code innodb_page_size} */
    public FileSync(int pageSize) {
        this.pageSize = pageSize;
    }

    /**
     * Returns when all files are on disk.
     *
     * @param stop asked before each file
     */
    public void run(List<TargetFile> files, StopCheck stop) throws CloneException {
        List<Callable<Void>> syncs = new ArrayList<>(files.size());
        for (TargetFile file : files) {
            syncs.add(() -> {
                sync(file);
                return null;
            });
        }
        new FileTasks("clone-sync", "in FILE SYNC", FileTasks.DEFAULT_THREADS).run(syncs, stop);
    }

    private void sync(TargetFile file) throws CloneException {
        Path path = file.path();
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)) {
            long length = channel.size();
            long wanted = wantedLength(file, length);
            if (wanted > length) {
                channel.write(ByteBuffer.allocate(1), wanted - 1);
            }
            channel.force(true);
        } catch (IOException e) {
            throw StorageErrors.of("flush", path, -1, e);
        }
    }

    private long wantedLength(TargetFile file, long length) {
        if (length < file.size()) {
            return file.size();
        }
        if (!file.isTablespace()) {
            return length;
        }
        return ExtentGeometry.alignedSize(length, new FspFlags(file.descriptor().fspFlags()), pageSize);
    }
}
