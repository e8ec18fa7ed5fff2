package org.jclone.protocol.innodb.page;

/**
 * The division of data files into chunks, numbered from 1 in each state, and of chunks into blocks, numbered from 1 in
 * each chunk. Both are measured in pages of {@code innodb_page_size}, even in tablespaces with smaller pages on disk.
 *
 * <p>Source: docs/protocol/02-innodb-clone-stream.md sections 0, 4.1 and 5.
 *
 * @param pageSize the donor's {@code innodb_page_size}
 */
public record ChunkGeometry(int pageSize) {

    public static final int PAGES_PER_CHUNK = 4096;
    public static final int PAGES_PER_BLOCK = 64;
    public static final int BLOCKS_PER_CHUNK = PAGES_PER_CHUNK / PAGES_PER_BLOCK;

    public ChunkGeometry {
        PageSizes.require(pageSize);
    }

    public int blockBytes() {
        return PAGES_PER_BLOCK * pageSize;
    }

    public int chunkBytes() {
        return PAGES_PER_CHUNK * pageSize;
    }

    /** Returns the number of chunks in a file of {@code fileSize} bytes; 0 if it is empty. */
    public long chunkCount(long fileSize) {
        return ceilDiv(fileSize, chunkBytes());
    }

    /**
     * Returns the offset of a FILE_COPY block in its file.
     *
     * @param chunkOfFile chunk number minus the first chunk number of the file
     * @param block from 1
     */
    public long blockOffset(long chunkOfFile, long block) {
        return Math.addExact(
                Math.multiplyExact(chunkOfFile, chunkBytes()), Math.multiplyExact(block - 1, (long) blockBytes()));
    }

    /** Returns the number of blocks in the chunk {@code chunkOfFile} (from 0) of a file of {@code fileSize} bytes. */
    public int blockCount(long chunkOfFile, long fileSize) {
        long rest = fileSize - blockOffset(chunkOfFile, 1);
        return rest <= 0 ? 0 : (int) Math.min(BLOCKS_PER_CHUNK, ceilDiv(rest, blockBytes()));
    }

    private static long ceilDiv(long dividend, long divisor) {
        return dividend / divisor + (dividend % divisor == 0 ? 0 : 1);
    }
}
