package org.jclone.protocol.innodb.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.zip.Deflater;
import org.jclone.protocol.innodb.page.PageCheck.Finding;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PageCheckTest {

    private static final int PAGE_SIZE = 16384;
    private static final int SPACE_ID = 0x00010203;
    private static final int PAGE_NUMBER = 77;
    private static final int INDEX_PAGE = 17855;

    private static final PageCheck PLAIN = new PageCheck(new FspFlags(0x4021), PAGE_SIZE, SPACE_ID);
    private static final PageCheck ZIP = new PageCheck(new FspFlags(0x4029), PAGE_SIZE, SPACE_ID);

    @Test
    void acceptsAPageThatAServerWrote() {
        PageCheck.Result result = PLAIN.check(page(), PAGE_NUMBER);

        assertThat(result).isEqualTo(new PageCheck.Result(Finding.OK, ""));
        assertThat(result.isOk()).isTrue();
    }

    @Test
    void doesNotMoveTheBuffer() {
        ByteBuffer file = ByteBuffer.allocate(2 * PAGE_SIZE).put(PAGE_SIZE, page(), 0, PAGE_SIZE);

        assertFinding(Finding.OK, PLAIN.check(file.position(PAGE_SIZE), PAGE_NUMBER));
        assertThat(file.position()).isEqualTo(PAGE_SIZE);
    }

    @Test
    void acceptsZerosAnywhere() {
        ByteBuffer zeros = ByteBuffer.allocate(PAGE_SIZE);
        assertFinding(Finding.EMPTY, PLAIN.check(zeros, PAGE_NUMBER));
        assertFinding(Finding.EMPTY, PLAIN.check(zeros.putLong(PageHeader.FLUSH_LSN, -1), PAGE_NUMBER));
        assertFinding(Finding.WRONG_PAGE_NUMBER, PLAIN.check(zeros.put(PageHeader.TYPE, (byte) 1), PAGE_NUMBER));
        ByteBuffer lastByte = ByteBuffer.allocate(PAGE_SIZE).put(PAGE_SIZE - 1, (byte) 1);
        assertFinding(Finding.WRONG_PAGE_NUMBER, PLAIN.check(lastByte, PAGE_NUMBER));
    }

    @Test
    void reportsWhatIsWrong() {
        assertThat(PLAIN.check(page().limit(8192), PAGE_NUMBER))
                .isEqualTo(new PageCheck.Result(Finding.WRONG_LENGTH, "8192 (expected: 16384)"));
        assertThat(PLAIN.check(page(), PAGE_NUMBER + 1))
                .isEqualTo(new PageCheck.Result(Finding.WRONG_PAGE_NUMBER, "77 (expected: 78)"));
        assertThat(PLAIN.check(page().putInt(PageHeader.SPACE_ID, 5), PAGE_NUMBER))
                .isEqualTo(new PageCheck.Result(Finding.WRONG_SPACE_ID, "5 (expected: 66051)"));
        assertThat(PLAIN.check(page().putInt(PAGE_SIZE - 4, 1), PAGE_NUMBER))
                .isEqualTo(new PageCheck.Result(Finding.TORN, "low half of LSN 0x1 (expected: 0x9abcdef0)"));
        PageCheck.Result checksum = PLAIN.check(page().putInt(PageHeader.CHECKSUM, 0x11), PAGE_NUMBER);
        assertThat(checksum.finding()).isEqualTo(Finding.WRONG_CHECKSUM);
        assertThat(checksum.detail()).startsWith("0x11 (expected: 0x");
        assertThat(checksum.isOk()).isFalse();
    }

    /** Up to 8.0.19 the doublewrite buffer was in the system tablespace. Its last content remains there forever. */
    @ParameterizedTest
    @CsvSource({"4096, 256, 767", "8192, 128, 383", "16384, 64, 191", "32768, 64, 191", "65536, 64, 191"})
    void acceptsAnyContentInTheDoublewriteBufferOfOldServers(int pageSize, long first, long last) {
        FspFlags flags = new FspFlags(0).withPageSize(pageSize);
        PageCheck system = new PageCheck(flags, pageSize, SpaceIds.SYSTEM);
        ByteBuffer torn = ByteBuffer.allocate(pageSize).put(0, page(), 0, 4096);
        for (long number : new long[] {first, last}) {
            assertFinding(Finding.DOUBLEWRITE, system.check(torn, number));
            assertThat(new PageScanner(system).scan(torn, 0, number).isOk()).isTrue();
            assertFinding(Finding.WRONG_PAGE_NUMBER, new PageCheck(flags, pageSize, 1).check(torn, number));
        }
        assertFinding(Finding.WRONG_PAGE_NUMBER, system.check(torn, first - 1));
        assertFinding(Finding.WRONG_PAGE_NUMBER, system.check(torn, last + 1));
    }

    /** The field was added in 4.1.1. Servers have never compared it in the system tablespace. */
    @Test
    void acceptsAnySpaceIdInAnOldSystemTablespace() {
        PageCheck system = new PageCheck(new FspFlags(0), PAGE_SIZE, SpaceIds.SYSTEM);
        assertFinding(Finding.OK, system.check(withNumber(5), 5));
        assertFinding(Finding.OK, new PageScanner(system).scan(withNumber(5), 0, 5));
        assertFinding(Finding.WRONG_PAGE_NUMBER, system.check(withNumber(5), 6));
    }

    /** Before 5.1 only index pages had a type. Other pages had whatever the buffer contained. */
    @Test
    void acceptsAnyTypeInAnOldPage() {
        for (int type = 0; type < 20; type++) {
            ByteBuffer page = page().putShort(PageHeader.TYPE, (short) type);
            PageChecksum.write(page);
            assertFinding(Finding.OK, PLAIN.check(page, PAGE_NUMBER));
            assertFinding(Finding.OK, new PageScanner(PLAIN).scan(page, 0, PAGE_NUMBER));
            ByteBuffer zip = page().limit(8192).putShort(PageHeader.TYPE, (short) type);
            PageChecksum.writeZip(zip);
            assertFinding(Finding.OK, ZIP.check(zip, PAGE_NUMBER));
        }
    }

    @Test
    void acceptsAFlushedButUnusedPageWithoutANumber() {
        ByteBuffer unused = ByteBuffer.allocate(PAGE_SIZE);
        unused.putLong(PageHeader.LSN, 0x123456789abcdef0L).putInt(PAGE_SIZE - 4, 0x9abcdef0);
        PageChecksum.write(unused);
        assertFinding(Finding.OK, PLAIN.check(unused, PAGE_NUMBER));

        for (ByteBuffer harmed :
                List.of(copy(unused).putInt(PAGE_SIZE - 4, 1), copy(unused).put(0, (byte) 1))) {
            assertFinding(Finding.WRONG_PAGE_NUMBER, PLAIN.check(harmed, PAGE_NUMBER));
        }
        ByteBuffer withData = copy(unused).put(5000, (byte) 1);
        PageChecksum.write(withData);
        assertFinding(Finding.WRONG_PAGE_NUMBER, PLAIN.check(withData, PAGE_NUMBER));
    }

    /** A page may be of any age, and the check of a page knows no redo log. */
    @Test
    void acceptsAnyLsn() {
        for (long lsn : new long[] {0, 1, -1}) {
            ByteBuffer page = page().putLong(PageHeader.LSN, lsn).putInt(PAGE_SIZE - 4, (int) lsn);
            PageChecksum.write(page);
            assertFinding(Finding.OK, PLAIN.check(page, PAGE_NUMBER));
        }
    }

    @Test
    void zipPagesHaveNoTrailer() {
        ByteBuffer page = page().limit(8192);
        assertFinding(Finding.WRONG_CHECKSUM, ZIP.check(page, PAGE_NUMBER));
        PageChecksum.writeZip(page);
        assertFinding(Finding.OK, ZIP.check(page, PAGE_NUMBER));
    }

    @Test
    void checksOnlyTheNumbersOfEncryptedPages() {
        for (PageType type : PageType.values()) {
            ByteBuffer page = page().putShort(PageHeader.TYPE, (short) type.wireCode());
            if (type.isEncrypted()) {
                assertFinding(Finding.ENCRYPTED, PLAIN.check(page, PAGE_NUMBER));
                assertFinding(Finding.WRONG_PAGE_NUMBER, PLAIN.check(page, PAGE_NUMBER - 1));
            } else {
                assertThat(PLAIN.check(page, PAGE_NUMBER).isOk()).isFalse();
            }
        }
    }

    @Test
    void checksTheSystemTablespaceAsUnencrypted() {
        PageCheck system = new PageCheck(new FspFlags(0), PAGE_SIZE, SpaceIds.SYSTEM);
        ByteBuffer page = withNumber(5).putShort(PageHeader.TYPE, (short) PageType.FIL_PAGE_ENCRYPTED.wireCode());
        assertFinding(Finding.WRONG_CHECKSUM, system.check(page, 5));
    }

    @Test
    void checksThePageInsideZlib() {
        ByteBuffer page = page();
        byte[] data = bytes(page, PageHeader.DATA, PAGE_SIZE);
        ByteBuffer compressed = compressed(page, PageHeader.ALGORITHM_ZLIB, deflate(data));

        assertFinding(Finding.OK, PLAIN.check(compressed, PAGE_NUMBER));

        assertFinding(Finding.BAD_COMPRESSION, PLAIN.check(copy(compressed).put(26, (byte) 3), PAGE_NUMBER));
        assertFinding(Finding.BAD_COMPRESSION, PLAIN.check(copy(compressed).put(27, (byte) 9), PAGE_NUMBER));
        assertFinding(Finding.BAD_COMPRESSION, PLAIN.check(copy(compressed).putShort(30, (short) 9), PAGE_NUMBER));
        assertFinding(Finding.BAD_COMPRESSION, PLAIN.check(copy(compressed).putShort(32, (short) 9), PAGE_NUMBER));
        assertFinding(Finding.BAD_COMPRESSION, PLAIN.check(copy(compressed).putShort(32, (short) -1), PAGE_NUMBER));
        assertFinding(Finding.BAD_COMPRESSION, PLAIN.check(copy(compressed).put(38, (byte) 0), PAGE_NUMBER));
        int last = PageHeader.DATA + compressed.getShort(PageHeader.COMPRESSION_LENGTH) - 1;
        byte changed = (byte) (compressed.get(last) ^ 1);
        assertFinding(Finding.BAD_COMPRESSION, PLAIN.check(copy(compressed).put(last, changed), PAGE_NUMBER));
        PageCheck.Result broken = PLAIN.check(copy(compressed).put(27, (byte) 9), PAGE_NUMBER);
        assertThat(broken.detail()).startsWith("version 2, algorithm 9, original length 16346, compressed length ");
    }

    @Test
    void findsTheWrongPageInsideCompression() {
        byte[] other = bytes(page(), PageHeader.DATA, PAGE_SIZE);
        other[100]++;

        assertFinding(
                Finding.WRONG_CHECKSUM,
                PLAIN.check(compressed(page(), PageHeader.ALGORITHM_ZLIB, deflate(other)), PAGE_NUMBER));
    }

    @Test
    void checksThePageInsideLz4() {
        ByteBuffer page = page();
        for (int i = 1000; i < PAGE_SIZE - 8; i++) {
            page.put(i, (byte) 'z');
        }
        PageChecksum.write(page);
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        byte[] head = bytes(page, PageHeader.DATA, 1001);
        writeToken(block, head.length, PAGE_SIZE - 8 - 1001 - 4);
        block.writeBytes(head);
        block.writeBytes(new byte[] {1, 0});
        writeExtension(block, PAGE_SIZE - 8 - 1001 - 4);
        writeToken(block, 8, 0);
        block.writeBytes(bytes(page, PAGE_SIZE - 8, PAGE_SIZE));

        ByteBuffer compressed = compressed(page, PageHeader.ALGORITHM_LZ4, block.toByteArray());

        assertFinding(Finding.OK, PLAIN.check(compressed, PAGE_NUMBER));
        assertFinding(Finding.BAD_COMPRESSION, PLAIN.check(compressed.putShort(32, (short) 500), PAGE_NUMBER));
    }

    @Test
    void needsTheFlagsOfATablespace() {
        assertThatIllegalArgumentException().isThrownBy(() -> new PageCheck(new FspFlags(0), 1024, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> new PageCheck(new FspFlags(0), PAGE_SIZE, -1));
    }

    private static void assertFinding(Finding finding, PageCheck.Result result) {
        assertThat(result.finding()).as(result.detail()).isEqualTo(finding);
    }

    private static ByteBuffer page() {
        ByteBuffer page = ByteBuffer.allocate(PAGE_SIZE);
        for (int i = PageHeader.DATA; i < PAGE_SIZE; i++) {
            page.put(i, (byte) (i * 7));
        }
        page.putInt(PageHeader.PAGE_NUMBER, PAGE_NUMBER);
        page.putLong(PageHeader.LSN, 0x123456789abcdef0L);
        page.putShort(PageHeader.TYPE, (short) INDEX_PAGE);
        page.putInt(PageHeader.SPACE_ID, SPACE_ID);
        page.putInt(PAGE_SIZE - 4, 0x9abcdef0);
        PageChecksum.write(page);
        return page;
    }

    private static ByteBuffer withNumber(int number) {
        ByteBuffer page = page().putInt(PageHeader.PAGE_NUMBER, number);
        PageChecksum.write(page);
        return page;
    }

    private static ByteBuffer compressed(ByteBuffer page, int algorithm, byte[] data) {
        ByteBuffer compressed = ByteBuffer.allocate(PAGE_SIZE).put(0, page, 0, PageHeader.DATA);
        compressed.putShort(PageHeader.TYPE, (short) PageType.FIL_PAGE_COMPRESSED.wireCode());
        compressed.put(PageHeader.COMPRESSION_VERSION, (byte) 2);
        compressed.put(PageHeader.COMPRESSION_ALGORITHM, (byte) algorithm);
        compressed.putShort(PageHeader.COMPRESSION_ORIGINAL_TYPE, page.getShort(PageHeader.TYPE));
        compressed.putShort(PageHeader.COMPRESSION_ORIGINAL_LENGTH, (short) (PAGE_SIZE - PageHeader.DATA));
        compressed.putShort(PageHeader.COMPRESSION_LENGTH, (short) data.length);
        return compressed.put(PageHeader.DATA, data);
    }

    private static ByteBuffer copy(ByteBuffer page) {
        return ByteBuffer.wrap(bytes(page, 0, page.capacity()));
    }

    private static byte[] deflate(byte[] data) {
        Deflater deflater = new Deflater();
        deflater.setInput(data);
        deflater.finish();
        byte[] out = new byte[data.length];
        int length = deflater.deflate(out);
        deflater.end();
        return Arrays.copyOf(out, length);
    }

    private static void writeToken(ByteArrayOutputStream block, int literals, int match) {
        block.write(Math.min(literals, 15) << 4 | Math.min(match, 15));
        writeExtension(block, literals);
    }

    private static void writeExtension(ByteArrayOutputStream block, int length) {
        if (length >= 15) {
            int rest = length - 15;
            for (; rest >= 255; rest -= 255) {
                block.write(255);
            }
            block.write(rest);
        }
    }

    private static byte[] bytes(ByteBuffer page, int from, int to) {
        byte[] bytes = new byte[to - from];
        page.get(from, bytes);
        return bytes;
    }
}
