package org.jclone.donor.source;

/**
 * Bytes that are sent together, and their position.
 *
 * @param fileIndex index among the data files, or in REDO COPY among the redo files
 * @param fileOffset offset of the first byte
 * @param length at least 1
 * @param fileSize file size in the data descriptor; for page 0 in PAGE COPY, the size of the whole tablespace
 */
public record Block(int fileIndex, long fileOffset, int length, long fileSize) {

    public Block {
        if (fileIndex < 0 || fileOffset < 0 || length < 1 || fileSize < 0) {
            throw new IllegalArgumentException("block of " + length + " bytes at " + fileOffset + " of file "
                    + fileIndex + " with " + fileSize + " bytes");
        }
    }
}
