package org.jclone.protocol.innodb.page;

import static org.jclone.protocol.wire.FieldWriter.requireU32;

/**
 * The flags of a tablespace, as in file metadata and in page 0.
 *
 * <pre>
 * bits    meaning
 *    0    post-antelope
 *  1- 4   zip page size: 0 = not compressed, else 512 &lt;&lt; v
 *    5    atomic BLOBs
 *  6- 9   page size: 0 = 16 KiB, else 512 &lt;&lt; v
 *   10    DATA DIRECTORY
 *   11    shared: a general tablespace
 *   12    temporary
 *   13    encrypted
 *   14    has serialized dictionary information (SDI)
 * </pre>
 *
 * <p>A file that is not a tablespace has all bits set, {@link #NONE}, and none of the properties.
 *
 * <p>Source: docs/protocol/02-innodb-clone-stream.md section 10.
 *
 * @param value unsigned 32 bits, possibly invalid: see {@link #isValid()}
 */
public record FspFlags(long value) {

    /** The value for redo files and {@code ib_buffer_pool}. */
    public static final FspFlags NONE = new FspFlags(0xffff_ffffL);

    private static final int ZIP_SHIFT = 1;
    private static final int PAGE_SIZE_SHIFT = 6;
    private static final int SIZE_MASK = 0xf;
    private static final int SIZE_UNIT = 512;
    private static final int MAX_ZIP_CODE = 5;
    private static final int MIN_PAGE_SIZE_CODE = 3;
    private static final int MAX_PAGE_SIZE_CODE = 7;
    private static final int USED_BITS = 15;

    public FspFlags {
        requireU32("fspFlags", value);
    }

    /** Returns false for {@link #NONE}. */
    public boolean isTablespace() {
        return value != NONE.value;
    }

    /** Returns whether the flags are those of a tablespace and consistent. */
    public boolean isValid() {
        int pageSizeCode = code(PAGE_SIZE_SHIFT);
        boolean pageSizeKnown =
                pageSizeCode == 0 || pageSizeCode >= MIN_PAGE_SIZE_CODE && pageSizeCode <= MAX_PAGE_SIZE_CODE;
        return value >> USED_BITS == 0
                && pageSizeKnown
                && code(ZIP_SHIFT) <= MAX_ZIP_CODE
                && zipPageSize() <= pageSize();
    }

    /** Returns whether the tablespace has ROW_FORMAT=COMPRESSED. */
    public boolean isZip() {
        return zipPageSize() != 0;
    }

    /** Returns the size of a page on disk if {@link #isZip()}, else 0. */
    public int zipPageSize() {
        int code = isTablespace() ? code(ZIP_SHIFT) : 0;
        return code == 0 ? 0 : SIZE_UNIT << code;
    }

    /** Returns the logical page size, the donor's {@code innodb_page_size}. */
    public int pageSize() {
        int code = isTablespace() ? code(PAGE_SIZE_SHIFT) : 0;
        return code == 0 ? PageSizes.DEFAULT : SIZE_UNIT << code;
    }

    /**
     * Returns the size of a page on disk.
     *
     * @param pageSize the donor's {@code innodb_page_size}
     */
    public int physicalPageSize(int pageSize) {
        return isZip() ? zipPageSize() : pageSize;
    }

    /** Returns these flags with the bits for {@code pageSize}. */
    public FspFlags withPageSize(int pageSize) {
        PageSizes.require(pageSize);
        long code = pageSize == PageSizes.DEFAULT ? 0 : Integer.numberOfTrailingZeros(pageSize / SIZE_UNIT);
        return new FspFlags(value & ~((long) SIZE_MASK << PAGE_SIZE_SHIFT) | code << PAGE_SIZE_SHIFT);
    }

    public boolean isPostAntelope() {
        return bit(0);
    }

    public boolean hasAtomicBlobs() {
        return bit(5);
    }

    public boolean hasDataDirectory() {
        return bit(10);
    }

    /** Returns whether the tablespace is shared, that is, made by CREATE TABLESPACE. */
    public boolean isGeneral() {
        return bit(11);
    }

    public boolean isTemporary() {
        return bit(12);
    }

    public boolean isEncrypted() {
        return bit(13);
    }

    public boolean hasSdi() {
        return bit(14);
    }

    @Override
    public String toString() {
        return "0x" + Long.toHexString(value);
    }

    private boolean bit(int number) {
        return isTablespace() && (value >> number & 1) != 0;
    }

    private int code(int shift) {
        return (int) (value >> shift) & SIZE_MASK;
    }
}
