package org.jclone.tests.files;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jclone.protocol.innodb.encryption.PageCipher;
import org.jclone.protocol.innodb.page.FspFlags;
import org.jclone.protocol.innodb.page.PageHeader;
import org.jclone.protocol.innodb.page.PageType;

/** The encrypted pages of a data directory, with single-bit corruption. */
public final class EncryptedPages {

    /** The location of one page. */
    private record Place(Path file, long offset, byte[] content, boolean zip) {

        private String kind() {
            if (zip) {
                return "zip";
            }
            return isPageCompressed() ? "page-compressed" : "plain";
        }

        private boolean isPageCompressed() {
            return type() == PageType.FIL_PAGE_COMPRESSED_AND_ENCRYPTED.wireCode();
        }

        private int type() {
            return ByteBuffer.wrap(content).getShort(PageHeader.TYPE) & 0xffff;
        }

        /**
         * Returns whether a checksum of InnoDB covers the byte once the page is decrypted. It covers neither the control
         * bytes in the header, nor the LSN of a zip page, nor the padding after a compressed image.
         */
        private boolean covers(int at) {
            if (at < PageHeader.DATA) {
                boolean control = at >= PageHeader.FLUSH_LSN && at < PageHeader.SPACE_ID;
                boolean lsn = at >= PageHeader.LSN && at < PageHeader.TYPE;
                return !control && !(zip && lsn);
            }
            int length = ByteBuffer.wrap(content).getShort(PageHeader.COMPRESSION_LENGTH) & 0xffff;
            return !isPageCompressed() || at < PageHeader.DATA + length;
        }
    }

    private final List<Place> places = new ArrayList<>();

    /** Finds the pages. */
    public static EncryptedPages of(Path directory) throws IOException {
        EncryptedPages pages = new EncryptedPages();
        try (Stream<Path> walk = Files.walk(directory)) {
            for (Path file : walk.filter(path -> path.toString().matches(".*(\\.ibd|\\.ibu|/undo_...)"))
                    .toList()) {
                pages.read(file);
            }
        }
        return pages;
    }

    private void read(Path file) throws IOException {
        ByteBuffer content = ByteBuffer.wrap(Files.readAllBytes(file));
        FspFlags flags = new FspFlags(Integer.toUnsignedLong(content.getInt(PageHeader.FSP_FLAGS)));
        int length = flags.physicalPageSize(flags.pageSize());
        for (int at = 0; at + length <= content.limit(); at += length) {
            ByteBuffer page = content.slice(at, length);
            if (PageCipher.isEncrypted(page)) {
                byte[] copy = new byte[length];
                page.get(copy);
                places.add(new Place(file, at, copy, flags.isZip()));
            }
        }
    }

    public int count() {
        return places.size();
    }

    /** Counts them by kind. */
    public Map<String, Integer> kinds() {
        Map<String, Integer> kinds = new TreeMap<>();
        places.forEach(place -> kinds.merge(place.kind(), 1, Integer::sum));
        return kinds;
    }

    /** Flips one bit that a checksum covers in each page. */
    public void flipOneBitEach(Random random) throws IOException {
        for (Place place : places) {
            int bit;
            do {
                bit = random.nextInt(place.content().length * Byte.SIZE);
            } while (!place.covers(bit / Byte.SIZE));
            byte changed = (byte) (place.content()[bit / Byte.SIZE] ^ 1 << bit % Byte.SIZE);
            write(place.file(), place.offset() + bit / Byte.SIZE, changed);
        }
    }

    /** Restores all pages. */
    public void restore() throws IOException {
        for (Place place : places) {
            write(place.file(), place.offset(), place.content());
        }
    }

    private static void write(Path file, long offset, byte... bytes) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(bytes), offset);
        }
    }
}
