package org.jclone.recipient.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;
import org.jclone.protocol.innodb.page.FspFlags;
import org.jclone.protocol.innodb.page.PageChecksum;
import org.jclone.protocol.innodb.page.PageHeader;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.StorageException;
import org.jclone.recipient.api.VerifyMode;
import org.jclone.recipient.storage.CloneFolder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests what is recorded and reported of each block. {@link CloneVerificationTest} tests whole clones. */
class CopyCheckTest {

    private static final int PAGE = 16384;
    private static final int SPACE = 5;
    private static final int PAGES = 4;

    /** The block begins behind other bytes of its buffer, and at the second page of its file. */
    private static final int START = 4096;

    private static final int FIRST = 1;

    @TempDir
    Path root;

    private final List<CloneException> failures = new ArrayList<>();
    private final ByteBuffer memory = ByteBuffer.allocateDirect(START + PAGES * PAGE);
    private PageSums sums;
    private CopyCheck check;

    @BeforeEach
    void open() throws Exception {
        Files.createDirectory(CloneFolder.in(root).pageSums().getParent());
        sums = PageSums.open(root);
        check = CopyCheck.of(VerifyMode.STRICT, sums, PAGE);
        check.onDamage(failures::add);
        for (int i = 0; i < PAGES; i++) {
            put(i, page(FIRST + i, 1000));
        }
    }

    @AfterEach
    void close() throws StorageException {
        sums.close();
    }

    private static ByteBuffer page(int number, long lsn) {
        ByteBuffer page = ByteBuffer.allocate(PAGE);
        page.putInt(PageHeader.PAGE_NUMBER, number);
        page.putLong(PageHeader.LSN, lsn);
        page.putShort(PageHeader.TYPE, (short) 17855);
        page.putInt(PageHeader.SPACE_ID, SPACE);
        page.putInt(PAGE - 4, (int) lsn);
        PageChecksum.write(page);
        return page;
    }

    private void put(int index, ByteBuffer page) {
        memory.put(START + index * PAGE, page, 0, PAGE);
    }

    private void damage(int index) {
        int at = START + index * PAGE + 5000;
        memory.put(at, (byte) (memory.get(at) ^ 1));
    }

    private void receive(boolean inFileCopy, int length, long offset) throws StorageException {
        PageRegion region = new PageRegion(0, 0, FIRST + PAGES - 1, 0);
        PageFile file =
                new PageFile(root.resolve("a.ibd"), new FspFlags(0x4021), SPACE, (FIRST + PAGES) * PAGE, region);
        check.check(file, inFileCopy, offset, memory.duplicate().position(START).limit(START + length));
    }

    private void receive(boolean inFileCopy, int length) throws StorageException {
        receive(inFileCopy, length, FIRST * PAGE);
    }

    private List<Integer> recorded() throws StorageException {
        ByteBuffer found = ByteBuffer.allocate(PAGES * Integer.BYTES);
        sums.read(FIRST, found);
        List<Integer> list = new ArrayList<>();
        found.flip();
        while (found.hasRemaining()) {
            list.add(found.getInt());
        }
        return list;
    }

    private int sum(int index) {
        CRC32C crc = new CRC32C();
        crc.update(memory.slice(START + index * PAGE, PAGE));
        return (int) crc.getValue();
    }

    @Test
    void recordsTheSumOfEachPage() throws Exception {
        receive(true, 3 * PAGE);
        assertThat(recorded()).containsExactly(sum(0), sum(1), sum(2), PageSums.NEVER_CAME);
    }

    @Test
    void leavesOutAPageThatIsIncomplete() throws Exception {
        receive(true, 2 * PAGE - 1);
        assertThat(recorded()).containsExactly(sum(0), PageSums.NEVER_CAME, PageSums.NEVER_CAME, PageSums.NEVER_CAME);
    }

    @Test
    void recordsATornPageOfFileCopyAsSuspicious() throws Exception {
        damage(1);
        receive(true, 3 * PAGE);
        assertThat(recorded()).containsExactly(sum(0), PageSums.SUSPICIOUS, sum(2), PageSums.NEVER_CAME);
        assertThat(failures).isEmpty();
    }

    @Test
    void reportsEachDamagedPageOfPageCopy() throws Exception {
        damage(0);
        damage(2);
        receive(false, 3 * PAGE);
        assertThat(failures)
                .extracting(CloneException::getMessage)
                .satisfiesExactly(
                        first -> assertThat(first).contains("a.ibd page 1 (offset 16384): checksum "),
                        second -> assertThat(second).contains("a.ibd page 3 (offset 49152): checksum "));
        assertThat(recorded()).containsExactly(PageSums.SUSPICIOUS, sum(1), PageSums.SUSPICIOUS, PageSums.NEVER_CAME);
    }

    /** The region has slots for three of the four pages. */
    @Test
    void recordsPagesOfAGrownFileElsewhere() throws Exception {
        receive(false, PAGES * PAGE);
        assertThat(recorded()).containsExactly(sum(0), sum(1), sum(2), PageSums.NEVER_CAME);

        sums.settleGrowth(Map.of(0, 0L));
        assertThat(recorded()).containsExactly(sum(0), sum(1), sum(2), sum(3));
    }

    @Test
    void reportsABlockThatDoesNotBeginWithAPage() throws Exception {
        receive(true, PAGE, FIRST * PAGE + 512);
        assertThat(failures)
                .singleElement()
                .satisfies(e -> assertThat(e).hasMessageContaining("a block that does not begin with a page"));
        assertThat(recorded()).containsOnly(PageSums.NEVER_CAME);
    }

    @Test
    void remembersTheLatestPageOfEachState() throws Exception {
        put(1, page(FIRST + 1, 3000));
        receive(true, 3 * PAGE);
        put(2, page(FIRST + 2, 2000));
        put(1, page(FIRST + 1, 1000));
        receive(false, 3 * PAGE);
        assertLatest(check.latestOfFileCopy(), 3000, FIRST + 1);
        assertLatest(check.latest(), 2000, FIRST + 2);
    }

    private static void assertLatest(LatestPage latest, long lsn, long page) {
        assertThat(latest.laterThan(lsn, PAGE)).isEmpty();
        assertThat(latest.laterThan(lsn - 1, PAGE)).hasValueSatisfying(found -> {
            assertThat(found.page()).isEqualTo(page);
            assertThat(found.offset()).isEqualTo(page * PAGE);
        });
    }
}
