package org.jclone.recipient.verify;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jclone.protocol.innodb.encryption.PageCipher;
import org.jclone.protocol.innodb.page.PageCheck;
import org.jclone.protocol.innodb.page.PageScanner;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.DamagedException;
import org.jclone.recipient.api.StorageException;
import org.jclone.recipient.api.VerifyMode;
import org.jclone.recipient.explain.Failure;

/**
 * Checks the pages of a clone as they arrive, while they are in the processor's cache, and records the sum of each.
 *
 * <p>FILE COPY reads files while the donor writes to them, so a page may arrive torn. It is recorded as suspicious, and
 * PAGE COPY must send it again. {@link FinalCheck} reads back pages that remain suspicious, and reports them as
 * damaged. The donor prepares pages of PAGE COPY for the recipient, so a wrong one is damaged at once.
 *
 * <p>Encrypted pages are suspicious too. The key of a tablespace is in its page 0, which PAGE COPY sends in any order
 * with the other pages, when most of them are already on disk.
 *
 * <p>Source: docs/protocol/02-innodb-clone-stream.md, section 10. Thread-safe.
 */
public final class CopyCheck {

    private static final CopyCheck OFF = new CopyCheck(VerifyMode.OFF, null, 0);

    private final VerifyMode mode;
    private final PageSums sums;
    private final int pageSize;
    private final LatestPage latest = new LatestPage();
    private final LatestPage latestOfFileCopy = new LatestPage();
    private final AtomicBoolean encryptedSeen = new AtomicBoolean();
    private volatile Consumer<CloneException> onDamage = damage -> {};

    private CopyCheck(VerifyMode mode, PageSums sums, int pageSize) {
        this.mode = mode;
        this.sums = sums;
        this.pageSize = pageSize;
    }

    /** Returns a check that does nothing. */
    public static CopyCheck off() {
        return OFF;
    }

    /** @param pageSize the donor's {@code innodb_page_size} */
    public static CopyCheck of(VerifyMode mode, PageSums sums, int pageSize) {
        return mode == VerifyMode.OFF ? OFF : new CopyCheck(mode, sums, pageSize);
    }

    /** @param listener receives, on any thread, the failure for a page that makes the whole clone unusable */
    public void onDamage(Consumer<CloneException> listener) {
        onDamage = listener;
    }

    public boolean isOff() {
        return mode == VerifyMode.OFF;
    }

    /** Returns the PAGE COPY page with the highest LSN so far. The redo log must reach that LSN. */
    LatestPage latest() {
        return latest;
    }

    /**
     * Returns the FILE COPY page with the highest LSN so far. PAGE COPY sends again what the donor wrote during the
     * clone, so a page later than the redo log was so before the clone: the donor once lost its redo log.
     */
    LatestPage latestOfFileCopy() {
        return latestOfFileCopy;
    }

    /**
     * Checks bytes that are about to be written.
     *
     * @param inFileCopy whether they arrived in FILE COPY
     * @param offset in the file
     * @param bytes from position to limit, which do not change
     */
    public void check(PageFile file, boolean inFileCopy, long offset, ByteBuffer bytes) throws StorageException {
        if (isOff() || !file.isTablespace()) {
            return;
        }
        PageScanner scanner = new PageScanner(file.check(pageSize));
        int length = scanner.pageLength();
        if (offset % length != 0) {
            onDamage.accept(damaged(new Damage(file.path(), -1, offset, "a block that does not begin with a page")));
            return;
        }
        int pages = bytes.remaining() / length;
        long firstInFile = offset / length;
        ByteBuffer found = ByteBuffer.allocate(pages * Integer.BYTES);
        for (int i = 0; i < pages; i++) {
            long number = file.region().firstPage() + firstInFile + i;
            PageCheck.Result result = scanner.scan(bytes, bytes.position() + i * length, number);
            boolean encrypted = result.finding() == PageCheck.Finding.ENCRYPTED;
            if (encrypted || result.finding() == PageCheck.Finding.OK) {
                (inFileCopy ? latestOfFileCopy : latest).see(scanner.lsn(), file, number);
            }
            if (encrypted) {
                expectDecryption();
                found.putInt(PageSums.SUSPICIOUS);
            } else if (result.isOk()) {
                found.putInt(PageSums.sumOf(scanner.sum()));
            } else {
                found.putInt(PageSums.SUSPICIOUS);
                if (!inFileCopy && mode == VerifyMode.STRICT) {
                    onDamage.accept(damaged(
                            new Damage(file.path(), number, offset + (long) i * length, FinalCheck.describe(result))));
                }
            }
        }
        note(file.region(), firstInFile, found.flip());
    }

    /** While the pages come, there is time to prepare what {@link FinalCheck} does with them. */
    private void expectDecryption() {
        if (!encryptedSeen.get() && encryptedSeen.compareAndSet(false, true)) {
            Thread thread = new Thread(PageCipher::warmUp, "clone-warm-up");
            thread.setDaemon(true);
            thread.start();
        }
    }

    private void note(PageRegion region, long firstInFile, ByteBuffer found) throws StorageException {
        int end = found.limit();
        int room = (int) Math.min(end, Math.max(0, (region.slots() - firstInFile) * Integer.BYTES));
        if (room > 0) {
            sums.write(region.firstSlot() + firstInFile, found.limit(room));
        }
        if (room < end) {
            found.limit(end).position(room);
            sums.writeGrowth(region.file(), firstInFile + room / Integer.BYTES, found);
        }
    }

    private static CloneException damaged(Damage damage) {
        Failure why = Failure.General.DAMAGED;
        return new DamagedException(why.code(), "the donor sent a damaged page: " + damage, why.hint(), 1);
    }
}
