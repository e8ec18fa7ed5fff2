package org.jclone.protocol.innodb.page;

/**
 * How InnoDB counts the space in a tablespace: in extents of pages.
 *
 * <p>Source: docs/protocol/02-innodb-clone-stream.md sections 7 and 9.2.
 */
public final class ExtentGeometry {

    private ExtentGeometry() {}

    /** 1 MiB of pages, but never less than 64. */
    public static int pagesPerExtent(int pageSize) {
        return switch (PageSizes.require(pageSize)) {
            case 4096 -> 256;
            case 8192 -> 128;
            default -> 64;
        };
    }

    /** Bytes of an extent on disk. */
    public static long extentBytes(FspFlags flags, int pageSize) {
        return (long) flags.physicalPageSize(pageSize) * pagesPerExtent(pageSize);
    }

    /** The size that a file of a tablespace gets at the end of a clone: whole extents once it exceeds the first. */
    public static long alignedSize(long fileSize, FspFlags flags, int pageSize) {
        long extent = extentBytes(flags, pageSize);
        return fileSize <= extent ? fileSize : Math.addExact(fileSize, extent - 1) / extent * extent;
    }
}
