package org.jclone.protocol.innodb.page;

/**
 * The values of {@code innodb_page_size}. Source: docs/protocol/02-innodb-clone-stream.md section 0.
 */
public final class PageSizes {

    public static final int MIN = 4096;
    public static final int DEFAULT = 16384;
    public static final int MAX = 65536;

    private PageSizes() {}

    public static boolean isValid(long pageSize) {
        return pageSize >= MIN && pageSize <= MAX && Long.bitCount(pageSize) == 1;
    }

    /** @throws IllegalArgumentException if {@code pageSize} is not a page size of InnoDB */
    public static int require(int pageSize) {
        if (!isValid(pageSize)) {
            throw new IllegalArgumentException(
                    "page size: " + pageSize + " (expected: a power of two from " + MIN + " to " + MAX + ')');
        }
        return pageSize;
    }
}
