package org.jclone.protocol.innodb.page;

/**
 * The units of space in a tablespace: extents, each of several pages.
 *
 * <p>Source: docs/protocol/02-innodb-clone-stream.md sections 7 and 9.2.
 */
public final class ExtentGeometry {

    private ExtentGeometry() {}

    /** Returns the number of pages in an extent: 1 MiB of pages, but at least 64. */
    public static int pagesPerExtent(int pageSize) {
        return switch (PageSizes.require(pageSize)) {
            case 4096 -> 256;
            case 8192 -> 128;
            default -> 64;
        };
    }

    /** Returns the size of an extent on disk in bytes. */
    public static long extentBytes(FspFlags flags, int pageSize) {
        return (long) flags.physicalPageSize(pageSize) * pagesPerExtent(pageSize);
    }

    /** Returns the size of a tablespace file at the end of a clone: whole extents once it exceeds the first extent. */
    public static long alignedSize(long fileSize, FspFlags flags, int pageSize) {
        long extent = extentBytes(flags, pageSize);
        return fileSize <= extent ? fileSize : Math.addExact(fileSize, extent - 1) / extent * extent;
    }
}
