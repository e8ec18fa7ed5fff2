package org.jclone.donor.source;

import java.util.Objects;
import org.jclone.protocol.innodb.descriptor.FileDescriptor;
import org.jclone.protocol.innodb.page.FspFlags;
import org.jclone.protocol.innodb.page.SpaceIds;

/**
 * A data file as announced.
 *
 * @param name name in the stream: {@code ./schema/table.ibd}, a base name, or an absolute path
 * @param spaceId tablespace id; {@link SpaceIds#NONE} for {@code ib_buffer_pool}
 * @param fspFlags {@link FspFlags#NONE} if the file is not a tablespace
 * @param size in bytes
 * @param allocatedSize bytes on disk; less than {@code size} if the file has holes
 * @param fsBlockSize block size of the file system; 0 for {@code ib_buffer_pool}
 * @param flags such as {@link FileDescriptor#FLAG_ZLIB}
 */
public record SourceFile(
        String name, long spaceId, FspFlags fspFlags, long size, long allocatedSize, long fsBlockSize, int flags) {

    /** Name of the buffer pool dump, which is sent first if it exists. */
    public static final String BUFFER_POOL_DUMP = "ib_buffer_pool";

    /** Block size of common file systems. */
    public static final int DEFAULT_FS_BLOCK_SIZE = 4096;

    public SourceFile {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(fspFlags, "fspFlags");
        if (size < 0 || allocatedSize < 0) {
            throw new IllegalArgumentException("size: " + size + ", allocated: " + allocatedSize + " (expected: >= 0)");
        }
    }

    /**
     * {@return the file of a buffer pool dump}
     *
     * @param size in bytes
     */
    public static SourceFile bufferPoolDump(long size) {
        return new SourceFile(BUFFER_POOL_DUMP, SpaceIds.NONE, FspFlags.NONE, size, size, 0, 0);
    }

    /** Creates a tablespace file without holes. */
    public static SourceFile tablespace(String name, long spaceId, FspFlags fspFlags, long size) {
        return new SourceFile(name, spaceId, fspFlags, size, size, DEFAULT_FS_BLOCK_SIZE, 0);
    }

    /**
     * {@return the same file with another {@code name}}
     *
     * @param newName the new one
     */
    public SourceFile withName(String newName) {
        return new SourceFile(newName, spaceId, fspFlags, size, allocatedSize, fsBlockSize, flags);
    }

    /**
     * {@return the same file with another {@code flags}}
     *
     * @param newFlags the new one
     */
    public SourceFile withFlags(int newFlags) {
        return new SourceFile(name, spaceId, fspFlags, size, allocatedSize, fsBlockSize, newFlags);
    }
}
