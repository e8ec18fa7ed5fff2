package org.jclone.protocol.innodb.page;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Reverses InnoDB's page compression to check the original page. A clone never does this to files: it writes
 * compressed pages unchanged.
 *
 * <p>Source: docs/protocol/02-innodb-clone-stream.md section 10, rule 3.
 */
public final class PageCompression {

    private static final int MIN_VERSION = 1;
    private static final int MAX_VERSION = 2;

    private PageCompression() {}

    /**
     * Returns the page before compression, or empty if {@code page} does not match its control bytes.
     *
     * @param page has position 0 and its length as limit; its type is {@link PageType#FIL_PAGE_COMPRESSED}
     */
    public static Optional<ByteBuffer> decompress(ByteBuffer page) {
        int version = page.get(PageHeader.COMPRESSION_VERSION) & 0xff;
        int originalLength = page.getShort(PageHeader.COMPRESSION_ORIGINAL_LENGTH) & 0xffff;
        int length = page.getShort(PageHeader.COMPRESSION_LENGTH) & 0xffff;
        int dataLength = page.limit() - PageHeader.DATA;
        if (version < MIN_VERSION || version > MAX_VERSION || originalLength != dataLength || length > dataLength) {
            return Optional.empty();
        }
        ByteBuffer original = ByteBuffer.allocate(page.limit());
        original.put(0, page, 0, PageHeader.DATA);
        original.putShort(PageHeader.TYPE, page.getShort(PageHeader.COMPRESSION_ORIGINAL_TYPE));
        ByteBuffer from = page.slice(PageHeader.DATA, length);
        ByteBuffer to = original.slice(PageHeader.DATA, dataLength);
        boolean complete = switch (page.get(PageHeader.COMPRESSION_ALGORITHM)) {
            case PageHeader.ALGORITHM_ZLIB -> inflate(from, to);
            case PageHeader.ALGORITHM_LZ4 -> Lz4Block.decompress(from, to);
            default -> false;
        };
        return complete ? Optional.of(original) : Optional.empty();
    }

    /** Describes the control bytes in readable form. */
    static String describe(ByteBuffer page) {
        return "version " + (page.get(PageHeader.COMPRESSION_VERSION) & 0xff)
                + ", algorithm " + (page.get(PageHeader.COMPRESSION_ALGORITHM) & 0xff)
                + ", original length " + (page.getShort(PageHeader.COMPRESSION_ORIGINAL_LENGTH) & 0xffff)
                + ", compressed length " + (page.getShort(PageHeader.COMPRESSION_LENGTH) & 0xffff);
    }

    private static boolean inflate(ByteBuffer from, ByteBuffer to) {
        Inflater inflater = new Inflater();
        try {
            inflater.setInput(from);
            while (to.hasRemaining()) {
                if (inflater.inflate(to) == 0) {
                    return false;
                }
            }
            // The end of the stream, with its checksum, is read only if more output is requested. A server checks it.
            return inflater.inflate(new byte[1]) == 0 && inflater.finished();
        } catch (DataFormatException e) {
            return false;
        } finally {
            inflater.end();
        }
    }
}
