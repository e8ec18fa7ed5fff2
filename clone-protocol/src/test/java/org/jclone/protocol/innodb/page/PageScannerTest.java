package org.jclone.protocol.innodb.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Random;
import java.util.zip.CRC32C;
import org.jclone.protocol.innodb.page.PageCheck.Finding;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PageScannerTest {

    private static final int SPACE_ID = 7;
    private static final long PAGE_NUMBER = 4711;
    private static final long LSN = 0x0102_0304_0506L;

    private static ByteBuffer page(int length) {
        byte[] content = new byte[length];
        new Random(length).nextBytes(content);
        ByteBuffer page = ByteBuffer.wrap(content);
        page.putInt(PageHeader.PAGE_NUMBER, (int) PAGE_NUMBER);
        page.putLong(PageHeader.LSN, LSN);
        page.putShort(PageHeader.TYPE, (short) 17855);
        page.putInt(PageHeader.SPACE_ID, SPACE_ID);
        page.putInt(length - Integer.BYTES, (int) LSN);
        PageChecksum.write(page);
        return page;
    }

    private static int crc(ByteBuffer page) {
        CRC32C crc = new CRC32C();
        crc.update(page.duplicate().clear());
        return (int) crc.getValue();
    }

    private static PageScanner scanner(int pageSize, long flags) {
        return new PageScanner(new PageCheck(new FspFlags(flags).withPageSize(pageSize), pageSize, SPACE_ID));
    }

    @ParameterizedTest
    @ValueSource(ints = {4096, 8192, 16384, 32768, 65536})
    void computesTheChecksumOfAllBytesOfAPage(int pageSize) {
        PageScanner scanner = scanner(pageSize, 0x4021);
        ByteBuffer page = page(pageSize);

        assertThat(scanner.scan(page, 0, PAGE_NUMBER).finding()).isEqualTo(Finding.OK);
        assertThat(scanner.sum()).isEqualTo(crc(page));
        assertThat(scanner.lsn()).isEqualTo(LSN);
    }

    @Test
    void readsAPageInTheMiddleOfABlockWithoutMovingPositions() {
        ByteBuffer block = ByteBuffer.allocateDirect(3 * 16384);
        block.put(16384, page(16384), 0, 16384).position(5).limit(40000);
        PageScanner scanner = scanner(16384, 0x4021);

        assertThat(scanner.scan(block, 16384, PAGE_NUMBER).isOk()).isTrue();
        assertThat(scanner.sum()).isEqualTo(crc(page(16384)));
        assertThat(block.position()).isEqualTo(5);
        assertThat(block.limit()).isEqualTo(40000);
    }

    @Test
    void readsEachBufferItIsGivenAndItsPresentContent() {
        PageScanner scanner = scanner(16384, 0x4021);
        ByteBuffer first = page(16384);
        ByteBuffer second = page(16384).putInt(8000, 1);
        PageChecksum.write(second);

        assertThat(scanner.scan(first, 0, PAGE_NUMBER).isOk()).isTrue();
        assertThat(scanner.scan(second, 0, PAGE_NUMBER).isOk()).isTrue();
        assertThat(scanner.sum()).isEqualTo(crc(second)).isNotEqualTo(crc(first));
        second.putInt(8000, 2);
        assertThat(scanner.scan(second, 0, PAGE_NUMBER).finding()).isEqualTo(Finding.WRONG_CHECKSUM);
        assertThat(scanner.sum()).isEqualTo(crc(second));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 4, 16, 20, 24, 26, 34, 38, 9000, 16376, 16380})
    void findsAChangedByteUnlessItIsOfTheFlushLsn(int at) {
        ByteBuffer page = page(16384);
        page.put(at, (byte) (page.get(at) ^ 0x10));
        PageScanner scanner = scanner(16384, 0x4021);
        boolean isOfFlushLsn = at == PageHeader.FLUSH_LSN;

        assertThat(scanner.scan(page, 0, PAGE_NUMBER).isOk()).isEqualTo(isOfFlushLsn);
        assertThat(scanner.sum()).isEqualTo(crc(page));
    }

    @Test
    void passesUnusualPagesToTheFullCheck() {
        ByteBuffer zip = page(8192);
        PageChecksum.writeZip(zip);
        PageScanner zipScanner = scanner(16384, 0x4029);
        assertThat(zipScanner.scan(zip, 0, PAGE_NUMBER).finding()).isEqualTo(Finding.OK);
        assertThat(zipScanner.sum()).isEqualTo(crc(zip));

        PageScanner scanner = scanner(16384, 0x4021);
        ByteBuffer unsummed = page(16384);
        unsummed.putInt(0, PageChecksum.NONE).putInt(16384 - 8, PageChecksum.NONE);
        assertThat(scanner.scan(unsummed, 0, PAGE_NUMBER).finding()).isEqualTo(Finding.OK);
        assertThat(scanner.scan(ByteBuffer.allocate(16384), 0, PAGE_NUMBER).finding())
                .isEqualTo(Finding.EMPTY);
        assertThat(scanner.sum()).isEqualTo(crc(ByteBuffer.allocate(16384)));
        assertThat(scanner.scan(page(16384), 0, PAGE_NUMBER + 1).finding()).isEqualTo(Finding.WRONG_PAGE_NUMBER);
    }

    /** Its result is that of the full check, without the cost of one. */
    @ParameterizedTest
    @ValueSource(ints = {14, 15, 16, 17, 18})
    void seesEncryptedPagesAsTheFullCheckDoes(int type) {
        ByteBuffer page = page(16384).putShort(PageHeader.TYPE, (short) type).putInt(16380, 0x1234_5678);
        for (PageCheck check : new PageCheck[] {
            new PageCheck(new FspFlags(0x6021), 16384, SPACE_ID),
            new PageCheck(new FspFlags(0x6021), 16384, SPACE_ID + 1),
            new PageCheck(new FspFlags(0x4021), 16384, SPACE_ID),
        }) {
            PageScanner scanner = new PageScanner(check);
            for (long number : new long[] {PAGE_NUMBER, PAGE_NUMBER + 1}) {
                assertThat(scanner.scan(page, 0, number)).isEqualTo(check.check(page, number));
                assertThat(scanner.lsn()).isEqualTo(LSN);
                assertThat(scanner.sum()).isEqualTo(crc(page));
                assertThat(scanner.sum()).as("again").isEqualTo(crc(page));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"0x2000, 200, ENCRYPTED", "0x2000, 64, DOUBLEWRITE", "0, 200, TORN"})
    void seesEncryptedPagesOfTheSystemTablespace(long flags, int number, Finding expected) {
        PageCheck check = new PageCheck(new FspFlags(flags), 16384, SpaceIds.SYSTEM);
        ByteBuffer page = page(16384)
                .putShort(PageHeader.TYPE, (short) 15)
                .putInt(PageHeader.SPACE_ID, 0)
                .putInt(PageHeader.PAGE_NUMBER, number)
                .putInt(16380, 0x1234_5678);
        assertThat(new PageScanner(check).scan(page, 0, number)).isEqualTo(check.check(page, number));
        assertThat(new PageScanner(check).scan(page, 0, number).finding()).isEqualTo(expected);
    }

    /** Pages of servers before 5.1 may have any type. */
    @Test
    void aPlainPageWithTheTypeOfAnEncryptedOneIsPlain() {
        ByteBuffer page = page(16384).putShort(PageHeader.TYPE, (short) 15);
        PageChecksum.write(page);
        assertThat(scanner(16384, 0x4021).scan(page, 0, PAGE_NUMBER).finding()).isEqualTo(Finding.OK);
        page.putInt(9000, 1);
        assertThat(scanner(16384, 0x4021).scan(page, 0, PAGE_NUMBER).finding()).isEqualTo(Finding.ENCRYPTED);
    }

    @Test
    void findsEachFlippedBitThatInnodbCovers() {
        PageScanner scanner = scanner(4096, 0x4021);
        ByteBuffer page = page(4096);
        for (int bit = 0; bit < 4096 * 8; bit++) {
            int at = bit / 8;
            page.put(at, (byte) (page.get(at) ^ 1 << bit % 8));
            boolean covered = at < PageHeader.FLUSH_LSN || at >= PageHeader.SPACE_ID;
            assertThat(scanner.scan(page, 0, PAGE_NUMBER).isOk())
                    .as("bit " + bit)
                    .isEqualTo(!covered);
            page.put(at, (byte) (page.get(at) ^ 1 << bit % 8));
        }
    }
}
