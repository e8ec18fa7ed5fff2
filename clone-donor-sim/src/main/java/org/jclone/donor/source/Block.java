package org.jclone.donor.source;

/**
 * Bytes that are sent as one piece, and where they belong.
 *
 * @param fileIndex among data files, or in REDO COPY among redo files
 * @param fileOffset where the first byte belongs
 * @param length at least 1
 * @param fileSize as the data descriptor tells it; for page 0 in PAGE COPY the size of the whole tablespace
 */
public record Block(int fileIndex, long fileOffset, int length, long fileSize) {

    public Block {
        if (fileIndex < 0 || fileOffset < 0 || length < 1 || fileSize < 0) {
            throw new IllegalArgumentException("block of " + length + " bytes at " + fileOffset + " of file "
                    + fileIndex + " with " + fileSize + " bytes");
        }
    }
}
