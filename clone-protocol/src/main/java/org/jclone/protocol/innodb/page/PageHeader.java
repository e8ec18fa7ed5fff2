package org.jclone.protocol.innodb.page;

/**
 * Offsets in a page. All fields are big-endian.
 *
 * <pre>
 * offset  size  type  field
 *      0     4  u32   checksum
 *      4     4  u32   page number
 *      8     4  u32   previous page; on page 0 the version of the server that created the file
 *     12     4  u32   next page; on page 0 the version of the tablespace
 *     16     8  u64   LSN
 *     24     2  u16   page type
 *     26     8  u64   flush LSN on page 0 of the system tablespace, control bytes of a compressed page
 *     34     4  u32   space id
 *     38              data
 *  end-8     4  u32   old checksum       (not on zip pages)
 *  end-4     4  u32   low half of LSN    (not on zip pages)
 * </pre>
 *
 * <p>The data of page 0 begins with the header of the tablespace: space id at 38, size in pages at 46, FSP flags at 54.
 *
 * <p>A page-compressed page has at 26 the version (u8), at 27 the algorithm (u8), at 28 the original type (u16), at 30
 * the original length of the data (u16), and at 32 its compressed length (u16).
 *
 * <p>Source: docs/protocol/02-innodb-clone-stream.md sections 4.5 and 10.
 */
public final class PageHeader {

    public static final int CHECKSUM = 0;
    public static final int PAGE_NUMBER = 4;
    public static final int PREVIOUS = 8;
    public static final int NEXT = 12;
    public static final int LSN = 16;
    public static final int TYPE = 24;
    public static final int FLUSH_LSN = 26;
    public static final int SPACE_ID = 34;
    public static final int DATA = 38;

    /** On page 0 only; overlays {@link #PREVIOUS}. */
    public static final int SERVER_VERSION = PREVIOUS;

    /** On page 0 only; overlays {@link #NEXT}. */
    public static final int SPACE_VERSION = NEXT;

    public static final int FSP_SPACE_ID = 38;
    public static final int FSP_SIZE = 46;
    public static final int FSP_FLAGS = 54;

    public static final int COMPRESSION_VERSION = 26;
    public static final int COMPRESSION_ALGORITHM = 27;
    public static final int COMPRESSION_ORIGINAL_TYPE = 28;
    public static final int COMPRESSION_ORIGINAL_LENGTH = 30;
    public static final int COMPRESSION_LENGTH = 32;

    /** Values of {@link #COMPRESSION_ALGORITHM}. */
    public static final int ALGORITHM_ZLIB = 1;

    public static final int ALGORITHM_LZ4 = 2;

    /** The bytes at the end of a page that is not zip: old checksum and low half of the LSN. */
    public static final int TRAILER_LENGTH = 8;

    private PageHeader() {}
}
