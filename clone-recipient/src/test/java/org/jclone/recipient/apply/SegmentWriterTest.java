package org.jclone.recipient.apply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.jclone.recipient.apply.Descriptors.table;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.jclone.protocol.innodb.descriptor.FileDescriptor;
import org.jclone.protocol.innodb.descriptor.SnapshotState;
import org.jclone.protocol.innodb.page.PageHeader;
import org.jclone.recipient.api.StorageException;
import org.jclone.recipient.storage.DirectIo;
import org.jclone.recipient.storage.Durable;
import org.jclone.recipient.storage.OpenFile;
import org.jclone.recipient.storage.OpenFiles;
import org.jclone.recipient.verify.CopyCheck;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Pages with holes; plain runs are covered by the test of {@link BlockWriter}. */
class SegmentWriterTest {

    private static final int PAGE = Descriptors.PAGE_SIZE;
    private static final int FS_BLOCK = 4096;
    private static final boolean FIRST_COPY = true;
    private static final boolean AGAIN = false;

    @TempDir
    Path temp;

    private Path path;
    private TargetFile file;
    private OpenFiles openFiles;
    private SegmentWriter writer;
    private final WriteBuffer buffer = new WriteBuffer(new BlockMemory());

    @BeforeEach
    void setUp() throws Exception {
        Durable.createDirectory(temp.resolve("#clone"));
        openFiles = new OpenFiles(DirectIo.probe(temp, true));
        writer = new SegmentWriter(openFiles, PAGE, CopyCheck.off());
        path = temp.resolve("pc.ibd");
        Durable.createFile(path);
        file = compressed(FS_BLOCK);
    }

    @AfterEach
    void closeFiles() throws StorageException {
        openFiles.closeIdle();
    }

    private TargetFile compressed(int fsBlockSize) {
        return new TargetFile(
                table(0, "pc.ibd")
                        .flagged(FileDescriptor.FLAG_ZLIB)
                        .onBlocksOf(fsBlockSize)
                        .file(),
                path);
    }

    /** A page full of {@code filler} but for its header, even where a real one would be zero. */
    private static byte[] page(int type, int compressedLength, int filler) {
        byte[] page = new byte[PAGE];
        Arrays.fill(page, (byte) filler);
        ByteBuffer.wrap(page).putShort(PageHeader.TYPE, (short) type).putShort(PageHeader.COMPRESSION_LENGTH, (short)
                compressedLength);
        return page;
    }

    private void write(long offset, boolean firstCopy, byte[]... pages) throws StorageException {
        buffer.clear();
        WriteBuffer.Segment segment = buffer.beginSegment(file, offset, firstCopy);
        for (byte[] page : pages) {
            buffer.bytes().writeBytes(page);
            segment.length += page.length;
        }
        writer.write(buffer);
    }

    /** Asserts that the file has {@code kept} bytes of the page in {@code place}, then {@code rest} up to its end. */
    private void assertPage(int place, byte[] page, int kept, int rest) throws Exception {
        byte[] content = Arrays.copyOfRange(Files.readAllBytes(path), place * PAGE, (place + 1) * PAGE);
        assertThat(Arrays.copyOf(content, kept)).as("page %d, kept", place).isEqualTo(Arrays.copyOf(page, kept));
        for (int i = kept; i < PAGE; i++) {
            assertThat(content[i]).as("page %d, byte %d", place, i).isEqualTo((byte) rest);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "14, 1,     4096",
        "14, 4058,  4096",
        "14, 4059,  8192",
        "14, 8154,  8192",
        "14, 8155, 12288",
        "16, 5000,  8192",
    })
    void keepsWholeBlocksOfACompressedPage(int type, int compressedLength, int kept) throws Exception {
        byte[] page = page(type, compressedLength, 7);
        byte[] last = page(17855, 0, 9);
        write(PAGE, FIRST_COPY, page, last);

        assertPage(1, page, kept, 0);
        assertPage(2, last, PAGE, 0);
    }

    @Test
    void writesRunsBetweenHoles() throws Exception {
        byte[][] pages = {
            page(17855, 0, 1),
            page(14, 100, 2),
            page(14, 5000, 3),
            page(17855, 0, 4),
            page(17855, 0, 5),
            page(14, 100, 6),
            page(17855, 0, 7)
        };
        write(PAGE, FIRST_COPY, pages);

        int[] kept = {PAGE, 4096, 8192, PAGE, PAGE, 4096, PAGE};
        for (int i = 0; i < pages.length; i++) {
            assertPage(i + 1, pages[i], kept[i], 0);
        }
    }

    @Test
    void endsTheFileWithTheLastKeptBlock() throws Exception {
        write(0, FIRST_COPY, page(8, 0, 1), page(14, 100, 2));

        assertThat(path).hasSize(PAGE + FS_BLOCK);
    }

    @Test
    void deallocatesTheRestOfAChangedPage() throws Exception {
        byte[] whole = page(17855, 0, 1);
        write(0, FIRST_COPY, whole, whole, whole);
        byte[] page = page(14, 100, 2);
        write(PAGE, AGAIN, page);

        assertPage(0, whole, PAGE, 0);
        assertThat(Files.readAllBytes(path)[PAGE]).isEqualTo((byte) 2);
        boolean holes = Files.readAllBytes(path)[PAGE + FS_BLOCK] == 0;
        assertPage(1, page, holes ? FS_BLOCK : PAGE, 0);
        assertPage(2, whole, PAGE, 0);
    }

    /** After a reconnect the donor sends a block again, with pages that are shorter by then. */
    @Test
    void deallocatesTheRestOfAPageSentAgainInFileCopy() throws Exception {
        write(PAGE, FIRST_COPY, page(14, 8000, 1), page(17855, 0, 1));
        writer.expectRewrites();
        byte[] page = page(14, 100, 2);
        write(PAGE, FIRST_COPY, page);

        boolean holes = Files.readAllBytes(path)[PAGE + FS_BLOCK] == 0;
        assertPage(1, page, holes ? FS_BLOCK : PAGE, 0);
    }

    @Test
    void writesFullPagesWithoutHoleSupport() throws Exception {
        byte[] whole = page(17855, 0, 1);
        write(0, FIRST_COPY, whole, whole, whole);
        OpenFile open = openFiles.acquire(path);
        Path moved = temp.resolve("moved.ibd");
        Files.move(path, moved); // the file stays open; that it cannot be opened again stands for a refusal
        byte[] page = page(14, 100, 2);
        write(PAGE, AGAIN, page, page);
        openFiles.release(open);
        path = moved;

        assertPage(0, whole, PAGE, 0);
        assertPage(1, page, PAGE, 0);
        assertPage(2, page, PAGE, 0);
    }

    @Test
    void writesPageZeroInFull() throws Exception {
        byte[] page = page(14, 100, 7);
        write(0, FIRST_COPY, page, page(17855, 0, 1));

        assertPage(0, page, PAGE, 0);
    }

    @ParameterizedTest
    @ValueSource(ints = {12_251, 16_346, 16_347, 0x7fff, 0x8000, 0xffff})
    void writesATornPageInFull(int compressedLength) throws Exception {
        byte[] page = page(14, compressedLength, 7);
        write(PAGE, FIRST_COPY, page);

        assertPage(1, page, PAGE, 0);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 2, 15, 17, 17855, 0xffff})
    void writesOtherPagesInFull(int type) throws Exception {
        byte[] page = page(type, 100, 7);
        write(PAGE, FIRST_COPY, page);

        assertPage(1, page, PAGE, 0);
    }

    @Test
    void writesDataOutsidePagesInFull() throws Exception {
        byte[] page = page(14, 100, 7);
        write(PAGE, FIRST_COPY, page, Arrays.copyOf(page, 100));

        assertPage(1, page, PAGE, 0);
        assertThat(path).hasSize(2 * PAGE + 100);
    }

    @Test
    void roundsToTheDonorsBlocks() throws Exception {
        file = compressed(512);
        byte[] page = page(14, 600, 7);
        byte[] last = page(17855, 0, 9);
        write(PAGE, FIRST_COPY, page, last);

        assertPage(1, page, 1024, 0);
        assertPage(2, last, PAGE, 0);
    }

    /** Columns: flags, FSP flags, block size of the donor, page size. */
    @ParameterizedTest
    @CsvSource({
        "1, 0x4021,  4096, 16384, true",
        "2, 0x4021,  4096, 16384, true",
        "1, 0x4021,   512, 16384, true",
        "1, 0x4021,  8192, 16384, true",
        "1, 0x4021,  4096,  8192, true",
        "1, 0x41e1, 32768, 65536, true",
        "0, 0x4021,  4096, 16384, false",
        "1, 0x4029,  4096, 16384, false",
        "1, 0x4021, 16384, 16384, false",
        "1, 0x4021,     0, 16384, false",
        "1, 0x40e1,   512,  4096, false",
        "1, 0x4021, 0x80000000, 16384, false",
    })
    void punchesHolesOnlyWhereTheySaveSpace(
            int flags, String fspFlags, String fsBlockSize, int pageSize, boolean holes) {
        FileDescriptor descriptor = new Descriptors(
                        SnapshotState.FILE_COPY,
                        PAGE,
                        Long.decode(fspFlags),
                        Long.decode(fsBlockSize),
                        flags,
                        7,
                        0,
                        "pc.ibd")
                .file();

        assertThat(new TargetFile(descriptor, path).hasHoles(pageSize)).isEqualTo(holes);
    }
}
