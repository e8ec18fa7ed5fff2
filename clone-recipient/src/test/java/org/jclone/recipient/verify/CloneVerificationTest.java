package org.jclone.recipient.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jclone.protocol.innodb.encryption.KeyOpener;
import org.jclone.protocol.innodb.page.FspFlags;
import org.jclone.protocol.innodb.page.PageChecksum;
import org.jclone.protocol.innodb.page.PageHeader;
import org.jclone.protocol.innodb.page.RedoHeader;
import org.jclone.protocol.innodb.page.RedoLogBlock;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneEvent;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.StorageException;
import org.jclone.recipient.api.VerificationReport;
import org.jclone.recipient.api.VerifyMode;
import org.jclone.recipient.storage.CloneFolder;
import org.jclone.recipient.storage.StopCheck;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CloneVerificationTest {

    private static final int PAGE = 16384;
    private static final int SPACE = 5;
    private static final long START_LSN = 512 * 1000;
    private static final FspFlags TABLE = new FspFlags(0x4021);

    @TempDir
    Path root;

    private final List<CloneException> failures = new ArrayList<>();
    private KeyOpener keys = KeyOpener.WITHOUT_KEYRING;
    private CloneVerification verification;
    private Path table;
    private Path redo;

    @BeforeEach
    void begin() throws Exception {
        Files.createDirectories(root.resolve("#clone"));
        Files.createDirectories(root.resolve("#innodb_redo"));
        table = root.resolve("a.ibd");
        redo = root.resolve("#innodb_redo/#ib_redo0");
        Files.write(redo, redo(3));
        start(VerifyMode.STRICT);
    }

    @AfterEach
    void close() throws StorageException {
        verification.close();
    }

    private void start(VerifyMode mode) throws StorageException {
        verification = CloneVerification.begin(mode, root, PAGE);
        verification.copyCheck().onDamage(failures::add);
    }

    private PageFile file() {
        return new PageFile(table, TABLE, SPACE, 4 * PAGE, new PageRegion(0, 0, 4, 0));
    }

    /** Makes a log of full blocks and a last one that is not full. */
    private static byte[] redo(int fullBlocks) {
        ByteBuffer log = ByteBuffer.allocate(65536);
        RedoHeader header = new RedoHeader(
                77, START_LSN, "MySQL Clone", 0, START_LSN + 20, START_LSN + 20, RedoHeader.NO_ENCRYPTION);
        ByteBuf out = Unpooled.buffer();
        RedoHeader.CODEC.encode(header, out);
        log.put(0, out.array(), 0, RedoHeader.LENGTH);
        for (int i = 0; i <= fullBlocks; i++) {
            long lsn = START_LSN + i * 512L;
            new RedoLogBlock(
                            RedoLogBlock.numberAt(lsn), i < fullBlocks ? 512 : 100, false, 0, RedoLogBlock.epochAt(lsn))
                    .writeTo(log.slice(RedoHeader.LENGTH + i * 512, 512));
        }
        return log.array();
    }

    private static ByteBuffer page(int number, long lsn) {
        ByteBuffer page = ByteBuffer.allocate(PAGE);
        page.putInt(PageHeader.PAGE_NUMBER, number);
        page.putLong(PageHeader.LSN, lsn);
        page.putShort(PageHeader.TYPE, (short) 17855);
        page.putInt(PageHeader.SPACE_ID, SPACE);
        if (number == 0) {
            page.putInt(PageHeader.FSP_SPACE_ID, SPACE);
            page.putInt(PageHeader.FSP_SIZE, 4);
            page.putInt(PageHeader.FSP_FLAGS, (int) TABLE.value());
        }
        page.putInt(PAGE - 4, (int) lsn);
        PageChecksum.write(page);
        return page;
    }

    private static ByteBuffer torn(int number) {
        ByteBuffer page = page(number, START_LSN);
        return page.put(5000, (byte) (page.get(5000) ^ 1));
    }

    private void receive(boolean inFileCopy, int number, ByteBuffer page) throws Exception {
        verification
                .copyCheck()
                .check(
                        file(),
                        inFileCopy,
                        (long) number * PAGE,
                        page.duplicate().clear());
        ByteBuffer content = ByteBuffer.wrap(Files.exists(table) ? Files.readAllBytes(table) : new byte[4 * PAGE]);
        content.put(number * PAGE, page, 0, PAGE);
        Files.write(table, content.array());
    }

    private void receiveAll(ByteBuffer second) throws Exception {
        receive(true, 0, page(0, START_LSN));
        receive(true, 1, page(1, START_LSN + 10));
        receive(true, 2, second);
    }

    private List<CloneEvent> finish() throws CloneException {
        PageFile redoFile = new PageFile(redo, FspFlags.NONE, 0xffff_fff0L, 65536, PageRegion.NONE);
        return verification.finish(
                List.of(file()), List.of(redoFile), Map.of("donor", "db1:3306"), keys, place -> place, StopCheck.NEVER);
    }

    private void assertDamaged(String message) {
        assertThatExceptionOfType(CloneException.class)
                .isThrownBy(this::finish)
                .withMessage("the clone is damaged: " + message)
                .satisfies(e -> assertThat(e.code()).isEqualTo(CloneErrorCode.DAMAGED));
        assertThat(CloneFolder.in(root).manifest()).doesNotExist();
    }

    @Test
    void writesAMatchingManifest() throws Exception {
        receiveAll(page(2, START_LSN));
        assertThat(finish()).isEmpty();
        assertThat(failures).isEmpty();
        Manifest manifest = Manifest.read(root);
        assertThat(manifest.about())
                .containsEntry("donor", "db1:3306")
                .containsEntry("pageSize", "16384")
                .containsEntry("checkpointLsn", Long.toString(START_LSN + 20))
                .containsEntry("endLsn", Long.toString(START_LSN + 3 * 512 + 100));
        assertThat(manifest.files()).extracting(ManifestFile::path).containsExactly(table, redo);

        Files.createFile(root.resolve("#clone/#status_fix"));
        VerificationReport report = new DirectoryCheck(root, 2).run();
        assertThat(report.damages()).isEmpty();
        assertThat(report.manifest()).isEqualTo(VerificationReport.Comparison.COMPARED);
        assertThat(report.bytes()).isEqualTo(4 * PAGE + 65536);
    }

    @Test
    void aTornPageThatPageCopySendsAgainIsNotDamage() throws Exception {
        receiveAll(torn(2));
        receive(false, 2, page(2, START_LSN + 5));
        assertThat(finish()).isEmpty();
        assertThat(failures).isEmpty();
    }

    @Test
    void aTornPageThatIsNotReplacedIsDamage() throws Exception {
        receiveAll(torn(2));
        assertThat(failures).as("not yet").isEmpty();
        int expected = PageChecksum.crc32c(torn(2));
        int found = torn(2).getInt(0);
        assertDamaged(table + " page 2 (offset 32768): checksum 0x" + Integer.toHexString(found) + " (expected: 0x"
                + Integer.toHexString(expected) + " or that of another algorithm)");
    }

    @Test
    void theNextProcessKnowsOfATornPage() throws Exception {
        receiveAll(torn(2));
        verification.close();
        start(VerifyMode.STRICT);
        assertThatExceptionOfType(CloneException.class)
                .isThrownBy(this::finish)
                .withMessageContaining(table + " page 2 (offset 32768)");
    }

    @Test
    void aDamagedPageOfPageCopyFailsAtOnce() throws Exception {
        receiveAll(page(2, START_LSN));
        receive(false, 2, torn(2));
        assertThat(failures)
                .singleElement()
                .satisfies(e -> assertThat(e)
                        .hasMessageStartingWith(
                                "the donor sent a damaged page: " + table + " page 2 (offset 32768): checksum "));
    }

    @Test
    void onlyWarnsOnRequest() throws Exception {
        verification.close();
        start(VerifyMode.WARN);
        receiveAll(torn(2));
        receive(false, 1, torn(1));
        assertThat(failures).isEmpty();
        assertThat(finish())
                .singleElement()
                .isInstanceOfSatisfying(
                        CloneEvent.Warning.class,
                        warning -> assertThat(warning.text())
                                .startsWith("the clone is damaged: " + table + " page 1 (offset 16384)")
                                .endsWith("(and 1 more)"));
        assertThat(CloneFolder.in(root).manifest()).exists();
    }

    @Test
    void aPageOfPageCopyLaterThanTheLogIsDamage() throws Exception {
        receiveAll(page(2, START_LSN));
        receive(false, 2, page(2, START_LSN + 2000));
        assertDamaged(table + " page 2 (offset 32768): LSN " + (START_LSN + 2000) + " (expected: up to "
                + (START_LSN + 3 * 512 + 100) + ", the end of the redo log)");
        assertThatExceptionOfType(CloneException.class)
                .isThrownBy(this::finish)
                .satisfies(damaged ->
                        assertThat(damaged.hint()).contains("Stop everything that writes to the donor's directory"));
    }

    /** Such pages remain until they are changed, and the server runs normally. */
    @Test
    void warnsOfADonorThatOnceLostItsRedoLog() throws Exception {
        receiveAll(page(2, START_LSN + 2000));
        assertThat(finish())
                .singleElement()
                .isInstanceOfSatisfying(
                        CloneEvent.Warning.class,
                        warning -> assertThat(warning.text())
                                .isEqualTo("the donor lost its redo log before this clone: " + table
                                        + " page 2 (offset 32768): LSN " + (START_LSN + 2000) + " (expected: up to "
                                        + (START_LSN + 3 * 512 + 100) + ", the end of the redo log)"));
        assertThat(CloneFolder.in(root).manifest()).exists();
    }

    @Test
    void aFirstPageThatDoesNotMatchItsFileIsDamage() throws Exception {
        ByteBuffer first = page(0, START_LSN).putInt(PageHeader.FSP_SIZE, 99);
        PageChecksum.write(first);
        receiveAll(page(2, START_LSN));
        receive(false, 0, first);
        assertDamaged(table + " page 0 (offset 0): tablespace of 65536 bytes (expected: 99 pages of 16384)");
    }

    @Test
    void aDamagedOrMissingBlockOfTheLogIsDamage() throws Exception {
        receiveAll(page(2, START_LSN));
        byte[] whole = Files.readAllBytes(redo);
        for (int block = 0; block <= 3; block++) {
            byte[] damaged = whole.clone();
            damaged[RedoHeader.LENGTH + block * 512 + 200] ^= 1;
            Files.write(redo, damaged);
            long lsn = START_LSN + block * 512L;
            assertDamaged(redo + " at offset " + (RedoHeader.LENGTH + block * 512) + ": redo block of LSN " + lsn
                    + ": checksum is wrong");
        }
        byte[] cut = whole.clone();
        Arrays.fill(cut, RedoHeader.LENGTH + 3 * 512, cut.length, (byte) 0);
        Files.write(redo, cut);
        assertThatExceptionOfType(CloneException.class)
                .isThrownBy(this::finish)
                .withMessageContaining("number 0 of epoch 0 (expected: 1004 of 1)");
    }

    @Test
    void checksAndLeavesNothingWhenOff() throws Exception {
        verification.close();
        Files.delete(CloneFolder.in(root).pageSums());
        start(VerifyMode.OFF);
        receiveAll(torn(2));
        receive(false, 1, torn(1));
        assertThat(finish()).isEmpty();
        assertThat(failures).isEmpty();
        assertThat(root.resolve("#clone")).isEmptyDirectory();
    }
}
