package org.jclone.recipient.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jclone.protocol.innodb.encryption.KeyOpener;
import org.jclone.protocol.innodb.encryption.MasterKey;
import org.jclone.protocol.innodb.encryption.MasterKeyName;
import org.jclone.protocol.innodb.encryption.PageCipher;
import org.jclone.protocol.innodb.encryption.RedoBlockCipher;
import org.jclone.protocol.innodb.encryption.TablespaceKey;
import org.jclone.protocol.innodb.encryption.WrappedKey;
import org.jclone.protocol.innodb.page.EncryptionInfo;
import org.jclone.protocol.innodb.page.FspFlags;
import org.jclone.protocol.innodb.page.PageChecksum;
import org.jclone.protocol.innodb.page.PageHeader;
import org.jclone.protocol.innodb.page.RedoHeader;
import org.jclone.protocol.innodb.page.RedoLogBlock;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneEvent;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.VerificationReport;
import org.jclone.recipient.api.VerifyMode;
import org.jclone.recipient.storage.CloneFolder;
import org.jclone.recipient.storage.StopCheck;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An encrypted table of four pages, whose last page is not encrypted, and an encrypted redo log. */
class EncryptedVerificationTest {

    private static final int PAGE = 16384;
    private static final int SPACE = 5;
    private static final long START_LSN = 512 * 1000;
    private static final FspFlags ENCRYPTED = new FspFlags(0x6021);

    @TempDir
    Path root;

    private final MasterKey master = MasterKey.of(new MasterKeyName("u".repeat(36), 1), random(32, 1));
    private final TablespaceKey key = TablespaceKey.of(random(TablespaceKey.LENGTH, 2));
    private final KeyOpener keyring = wrapped -> wrapped.unwrap(master);
    private long slots = 4;
    private CloneVerification verification;
    private Path table;
    private Path redo;

    @BeforeEach
    void begin() throws Exception {
        Files.createDirectories(root.resolve("#clone"));
        Files.createFile(root.resolve("#clone/#status_fix"));
        Files.createDirectories(root.resolve("#innodb_redo"));
        table = root.resolve("a.ibd");
        redo = root.resolve("#innodb_redo/#ib_redo0");
        Files.write(redo, redo());
        Files.write(table, new byte[4 * PAGE]);
        start();
        receiveAll();
    }

    private void start() throws CloneException {
        verification = CloneVerification.begin(VerifyMode.STRICT, root, PAGE);
        verification.copyCheck().onDamage(failure -> {
            throw new AssertionError(failure);
        });
    }

    private void receiveAll() throws Exception {
        for (int number = 0; number < 4; number++) {
            receive(true, number, page(number));
        }
    }

    @AfterEach
    void close() throws Exception {
        verification.close();
    }

    private static byte[] random(int length, int seed) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private byte[] redo() {
        ByteBuffer log = ByteBuffer.allocate(65536);
        RedoHeader header = new RedoHeader(
                77,
                START_LSN,
                "MySQL Clone",
                0,
                START_LSN + 20,
                START_LSN + 20,
                WrappedKey.of(key, master).toBytes());
        ByteBuf out = Unpooled.buffer();
        RedoHeader.CODEC.encode(header, out);
        log.put(0, out.array(), 0, RedoHeader.LENGTH);
        try (RedoBlockCipher cipher = new RedoBlockCipher(key)) {
            for (int i = 0; i <= 3; i++) {
                long lsn = START_LSN + i * 512L;
                ByteBuffer block = log.slice(RedoHeader.LENGTH + i * 512, 512);
                new RedoLogBlock(RedoLogBlock.numberAt(lsn), i < 3 ? 512 : 100, false, 0, RedoLogBlock.epochAt(lsn))
                        .writeTo(block);
                cipher.encrypt(block);
            }
        }
        return log.array();
    }

    private ByteBuffer page(int number) {
        ByteBuffer page = ByteBuffer.wrap(random(PAGE, 100 + number));
        page.putInt(PageHeader.PAGE_NUMBER, number);
        page.putLong(PageHeader.LSN, START_LSN);
        page.putLong(PageHeader.FLUSH_LSN, 0);
        page.putShort(PageHeader.TYPE, (short) 17855);
        page.putInt(PageHeader.SPACE_ID, SPACE);
        page.putInt(PAGE - 4, (int) START_LSN);
        if (number == 0) {
            page.putInt(PageHeader.FSP_SPACE_ID, SPACE);
            page.putInt(PageHeader.FSP_SIZE, 4);
            page.putInt(PageHeader.FSP_FLAGS, (int) ENCRYPTED.value());
            page.put(
                    EncryptionInfo.offsetInFirstPage(ENCRYPTED, PAGE),
                    WrappedKey.of(key, master).toBytes().toByteArray());
        }
        PageChecksum.write(page);
        if (number == 1 || number == 2) {
            try (PageCipher cipher = new PageCipher(key, 4096)) {
                cipher.encrypt(page);
            }
        }
        return page;
    }

    private void receive(boolean inFileCopy, int number, ByteBuffer page) throws Exception {
        verification.copyCheck().check(file(), inFileCopy, (long) number * PAGE, page.duplicate());
        ByteBuffer content = ByteBuffer.wrap(Files.readAllBytes(table));
        content.put(number * PAGE, page, 0, PAGE);
        Files.write(table, content.array());
    }

    private PageFile file() {
        return new PageFile(table, ENCRYPTED, SPACE, 4 * PAGE, new PageRegion(0, 0, slots, 0));
    }

    private List<CloneEvent> finish(KeyOpener keys) throws CloneException {
        return finish(keys, StopCheck.NEVER);
    }

    private List<CloneEvent> finish(KeyOpener keys, StopCheck stop) throws CloneException {
        PageFile redoFile = new PageFile(redo, FspFlags.NONE, 0xffff_fff0L, 65536, PageRegion.NONE);
        return verification.finish(
                List.of(file()), List.of(redoFile), Map.of("donor", "db1:3306"), keys, place -> place, stop);
    }

    private void assertDamaged(KeyOpener keys, String message) {
        assertThatExceptionOfType(CloneException.class)
                .isThrownBy(() -> finish(keys))
                .withMessageContaining(message);
    }

    private static byte[] flipped(byte[] bytes, int at) {
        byte[] changed = Arrays.copyOf(bytes, bytes.length);
        changed[at] ^= 8;
        return changed;
    }

    @Test
    void undamagedPagesPass() throws Exception {
        assertThat(finish(keyring)).isEmpty();
        VerificationReport report = new DirectoryCheck(root, Set.of(), 2, Optional.of(keyring)).run();
        assertThat(report.damages()).isEmpty();
        assertThat(report.manifest()).isEqualTo(VerificationReport.Comparison.COMPARED);
        assertThat(report.unopenedPages()).isZero();
        assertThat(new DirectoryCheck(root, 2).run().unopenedPages()).isEqualTo(2);
    }

    /** A read-back of terabytes lasts long; the next process continues it. */
    @Test
    void stopsBeforeEachRead() throws Exception {
        int reads = 0;
        while (isStoppedAfter(reads)) {
            assertThat(CloneFolder.in(root).manifest()).doesNotExist();
            reads++;
        }
        assertThat(reads).as("encrypted pages, page 0, both files, the log").isGreaterThanOrEqualTo(4);
        assertThat(CloneFolder.in(root).manifest()).exists();
    }

    /** Two pages have no slots before the end. */
    @Test
    void theNextProcessContinuesWithAFileThatHasGrown() throws Exception {
        verification.close();
        Files.delete(CloneFolder.in(root).pageSums());
        slots = 2;
        start();
        receiveAll();
        for (int reads = 0; isStoppedAfter(reads); reads++) {
            verification.close();
            start();
        }
        VerificationReport report = new DirectoryCheck(root, Set.of(), 2, Optional.of(keyring)).run();
        assertThat(report.damages()).isEmpty();
        assertThat(report.manifest()).isEqualTo(VerificationReport.Comparison.COMPARED);
    }

    private boolean isStoppedAfter(int reads) throws CloneException {
        AtomicInteger left = new AtomicInteger(reads);
        try {
            finish(keyring, () -> {
                if (left.getAndDecrement() <= 0) {
                    throw new CloneException(CloneErrorCode.ABORTED, "stopped", "");
                }
            });
            return false;
        } catch (CloneException e) {
            assertThat(e).hasMessage("stopped");
            return true;
        }
    }

    @Test
    void aChangedByteOfAnEncryptedPageIsFound() throws Exception {
        receive(false, 2, ByteBuffer.wrap(flipped(page(2).array(), 5000)));
        assertDamaged(keyring, table + " page 2 (offset 32768): checksum 0x");
        assertThatExceptionOfType(CloneException.class)
                .as("found once in each check")
                .isThrownBy(() -> finish(keyring))
                .withMessageContaining(table + " page 2 (offset 32768): checksum 0x")
                .satisfies(failure -> assertThat(failure).hasMessageNotContaining("more"));
        receive(false, 2, page(2));
        assertThat(finish(keyring)).isEmpty();

        byte[] whole = Files.readAllBytes(table);
        Files.write(table, flipped(whole, PAGE + 9000));
        Files.delete(CloneFolder.in(root).manifest());
        assertThat(new DirectoryCheck(root, Set.of(), 2, Optional.of(keyring))
                        .run()
                        .damages())
                .singleElement()
                .asString()
                .startsWith(table + " page 1 (offset 16384): checksum 0x")
                .endsWith("or that of another algorithm), after decryption");
        assertThat(new DirectoryCheck(root, 2).run().damages())
                .as("without key")
                .isEmpty();
    }

    @Test
    void aChangedByteOfAnEncryptedRedoBlockIsFound() throws Exception {
        byte[] whole = Files.readAllBytes(redo);
        for (int block = 0; block <= 3; block++) {
            int at = RedoHeader.LENGTH + block * 512;
            Files.write(redo, flipped(whole, at + 200));
            assertDamaged(
                    keyring,
                    redo + " at offset " + at + ": redo block of LSN " + (START_LSN + block * 512)
                            + ": checksum is wrong");
        }
    }

    @Test
    void aKeyThatCannotBeOpenedIsDamage() throws Exception {
        try (MasterKey other = MasterKey.of(new MasterKeyName("v".repeat(36), 1), random(32, 3))) {
            assertDamaged(
                    wrapped -> wrapped.unwrap(other),
                    table + " page 0 (offset 0): the key of the tablespace cannot be opened: wrapped with INNODBKey-"
                            + "u".repeat(36) + "-1, not with INNODBKey-" + "v".repeat(36) + "-1");
        }
    }
}
