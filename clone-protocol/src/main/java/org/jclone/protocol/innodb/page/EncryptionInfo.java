package org.jclone.protocol.innodb.page;

import org.jclone.protocol.wire.Bytes;

/**
 * The location and layout of the encryption information. Big-endian.
 *
 * <pre>
 * offset  size  type   field
 *      0     3  ascii  magic, {@code lCC}
 *      3     4  u32    master key id
 *      7    36  ascii  server uuid, part of the master key's name
 *     43    64  bytes  tablespace key and IV, wrapped with the master key, or plain in the clone stream
 *    107     4  u32    CRC-32C of the 64 plain bytes
 * </pre>
 *
 * <p>Source: docs/protocol/02-innodb-clone-stream.md sections 9.1 and 9.2.
 */
public final class EncryptionInfo {

    public static final int LENGTH = 111;
    public static final int MASTER_KEY_ID = 3;
    public static final int SERVER_UUID = 7;
    public static final int KEY = 43;
    public static final int KEY_CHECKSUM = 107;

    /**
     * The magic of the third format, the only one since MySQL 8.0.5. Earlier formats are {@code lCA} and {@code lCB}.
     */
    public static final Bytes MAGIC = Bytes.of((byte) 'l', (byte) 'C', (byte) 'C');

    /** The offset in a redo file. */
    public static final int REDO_FILE_OFFSET = 1072;

    private static final int EXTENT_DESCRIPTORS_OFFSET = 150;
    private static final int EXTENT_DESCRIPTOR_BASE_LENGTH = 24;
    private static final int PAGES_PER_DESCRIPTOR_BYTE = 4;

    private EncryptionInfo() {}

    /**
     * Returns the offset in page 0 of a tablespace: after the descriptors of as many extents as one page describes.
     *
     * @param pageSize the donor's {@code innodb_page_size}
     */
    public static int offsetInFirstPage(FspFlags flags, int pageSize) {
        int pagesPerExtent = ExtentGeometry.pagesPerExtent(pageSize);
        int descriptorLength = EXTENT_DESCRIPTOR_BASE_LENGTH + pagesPerExtent / PAGES_PER_DESCRIPTOR_BYTE;
        int descriptors = flags.physicalPageSize(pageSize) / pagesPerExtent;
        return EXTENT_DESCRIPTORS_OFFSET + descriptorLength * descriptors;
    }
}
