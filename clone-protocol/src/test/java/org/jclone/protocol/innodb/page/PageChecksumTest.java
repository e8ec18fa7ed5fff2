package org.jclone.protocol.innodb.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** The expected values come from an independent computation that follows the specification. */
class PageChecksumTest {

    private static final int INNODB = 0x88ba7c4c;

    @Test
    void computesTheCheckValueOfCrc32c() {
        ByteBuffer digits = ByteBuffer.wrap("x123456789x".getBytes(StandardCharsets.US_ASCII));

        assertThat(PageChecksum.crc32c(digits, 1, 10)).isEqualTo(0xe3069283);
        assertThat(PageChecksum.crc32c(digits.position(1), 0, 9)).isEqualTo(0xe3069283);
    }

    @Test
    void computesEachAlgorithmForAPlainPage() {
        ByteBuffer page = page(16384);

        assertThat(PageChecksum.crc32c(page)).isEqualTo(0xe412b49b);
        assertThat(PageChecksum.innodb(page)).isEqualTo(INNODB);
        assertThat(PageChecksum.innodbOld(page)).isEqualTo(0x01482603);
    }

    @Test
    void computesEachAlgorithmForZipPages() {
        assertThat(PageChecksum.crc32cZip(page(8192))).isEqualTo(0x90acc40e);
        assertThat(PageChecksum.innodbZip(page(8192))).isEqualTo(0x0d06e823);
        assertThat(PageChecksum.crc32cZip(page(1024))).isEqualTo(0x97db4900);
        assertThat(PageChecksum.innodbZip(page(1024))).isEqualTo(0x60eaf551);
        assertThat(PageChecksum.crc32cZip(page(16384))).isEqualTo(0xe4f27143);
        assertThat(PageChecksum.innodbZip(page(16384))).isEqualTo(0xb29bd913);
    }

    @Test
    void adlerStartsFromZeroAndDoesNotOverflow() {
        byte[] ones = new byte[16384];
        Arrays.fill(ones, (byte) 0xff);

        assertThat(PageChecksum.innodbZip(ByteBuffer.wrap(new byte[16384]))).isZero();
        assertThat(PageChecksum.innodbZip(ByteBuffer.wrap(ones))).isEqualTo(0xe366afc5);
    }

    @Test
    void writesChecksumsThatMatch() {
        ByteBuffer plain = page(16384);
        assertThat(PageChecksum.matches(plain)).isFalse();
        PageChecksum.write(plain);
        assertThat(PageChecksum.matches(plain)).isTrue();
        assertThat(plain.getInt(0)).isEqualTo(0xe412b49b).isEqualTo(plain.getInt(16384 - 8));

        ByteBuffer zip = page(8192);
        assertThat(PageChecksum.matchesZip(zip)).isFalse();
        PageChecksum.writeZip(zip);
        assertThat(PageChecksum.matchesZip(zip)).isTrue();
    }

    @Test
    void readsAPageInTheMiddleOfABuffer() {
        ByteBuffer file = ByteBuffer.allocateDirect(3 * 16384);
        file.put(16384, page(16384), 0, 16384).position(16384).limit(2 * 16384);

        PageChecksum.write(file);

        assertThat(PageChecksum.matches(file)).isTrue();
        assertThat(file.getInt(16384)).isEqualTo(0xe412b49b);
        assertThat(file.position()).isEqualTo(16384);
    }

    @Test
    void acceptsTheAlgorithmNone() {
        ByteBuffer plain = page(16384).putInt(0, PageChecksum.NONE);
        assertThat(PageChecksum.matches(plain)).isFalse();
        assertThat(PageChecksum.matches(plain.putInt(16384 - 8, PageChecksum.NONE)))
                .isTrue();
        assertThat(PageChecksum.matchesZip(page(8192).putInt(0, PageChecksum.NONE)))
                .isTrue();
    }

    @Test
    void acceptsAllFormsOfTheAlgorithmInnodb() {
        ByteBuffer plain = page(16384).putInt(0, INNODB);
        assertThat(PageChecksum.matches(plain)).isFalse();
        assertThat(PageChecksum.matches(plain.putInt(16384 - 8, PageChecksum.innodbOld(plain))))
                .isTrue();
        assertThat(PageChecksum.matches(plain.putInt(16384 - 8, plain.getInt(16))))
                .isTrue();
        assertThat(PageChecksum.matches(plain.putInt(0, 0))).isTrue();
        assertThat(PageChecksum.matches(plain.putInt(0, 1))).isFalse();
        plain.putInt(0, 0).putInt(16384 - 8, 0).putLong(16, 0);
        assertThat(PageChecksum.matches(plain)).as("neither checksum nor LSN").isFalse();
        assertThat(PageChecksum.matchesZip(page(8192).putInt(0, 0x0d06e823))).isTrue();
    }

    /** Big-endian servers reversed each group of eight bytes within a range. */
    @Test
    void acceptsTheCrc32OfBigEndianServers() {
        ByteBuffer plain = page(16384);
        ByteBuffer turned = page(16384);
        turn(turned, 8, 24);
        turn(turned, 40, 16384 - 8);
        int expected = PageChecksum.crc32c(turned);
        assertThat(PageChecksum.matches(plain.putInt(0, expected))).isFalse();
        assertThat(PageChecksum.matches(plain.putInt(16384 - 8, expected))).isTrue();

        ByteBuffer zip = page(8192);
        ByteBuffer turnedZip = page(8192);
        turn(turnedZip, 8, 16);
        turn(turnedZip, 40, 8192);
        assertThat(PageChecksum.matchesZip(zip.putInt(0, PageChecksum.crc32cZip(turnedZip))))
                .isTrue();
    }

    private static void turn(ByteBuffer page, int from, int to) {
        for (int at = from; at < to; at += 8) {
            byte[] eight = new byte[8];
            page.get(at, eight);
            for (int i = 0; i < 8; i++) {
                page.put(at + i, eight[7 - i]);
            }
        }
    }

    @Test
    void findsEveryChangedBitOfAPage() {
        ByteBuffer page = page(4096);
        PageChecksum.write(page);
        for (int offset = 0; offset < 4096; offset++) {
            boolean covered = offset < 26 || offset >= 38 && offset < 4096 - 4;
            page.put(offset, (byte) (page.get(offset) ^ 1));
            assertThat(PageChecksum.matches(page)).as("changed at %d", offset).isEqualTo(!covered);
            page.put(offset, (byte) (page.get(offset) ^ 1));
        }
    }

    private static ByteBuffer page(int length) {
        ByteBuffer page = ByteBuffer.allocate(length);
        for (int i = 0; i < length; i++) {
            page.put(i, (byte) (i * 31 + 7));
        }
        return page;
    }
}
