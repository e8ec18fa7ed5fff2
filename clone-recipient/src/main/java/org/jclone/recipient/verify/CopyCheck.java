package org.jclone.recipient.verify;

import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.jclone.protocol.innodb.page.PageCheck;
import org.jclone.protocol.innodb.page.PageScanner;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.StorageException;
import org.jclone.recipient.api.VerifyMode;
import org.jclone.recipient.explain.Explanations;

/**
 * Checks the pages of a clone as they come, while they are in the processor's cache, and notes the sum of each.
 *
 * <p>FILE COPY reads files that the donor is writing to, so a page may come torn; it is noted as suspicious, and PAGE
 * COPY must bring it again. What is suspicious in the end {@link FinalCheck} reads back and calls damaged. A page of
 * PAGE COPY is made ready for us by the donor and is wrong at once if it is wrong.
 *
 * <p>Encrypted pages are suspicious, too: the key of a tablespace comes with its page 0 in PAGE COPY, in any order with
 * the other pages, when most of them have been written long since.
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
    private volatile Consumer<CloneException> onDamage = damage -> {};

    private CopyCheck(VerifyMode mode, PageSums sums, int pageSize) {
        this.mode = mode;
        this.sums = sums;
        this.pageSize = pageSize;
    }

    /** Checks nothing. */
    public static CopyCheck off() {
        return OFF;
    }

    /** @param pageSize the donor's {@code innodb_page_size} */
    public static CopyCheck of(VerifyMode mode, PageSums sums, int pageSize) {
        return mode == VerifyMode.OFF ? OFF : new CopyCheck(mode, sums, pageSize);
    }

    /** @param listener hears, on any thread, of a page that makes the whole clone worthless */
    public void onDamage(Consumer<CloneException> listener) {
        onDamage = listener;
    }

    public boolean isOff() {
        return mode == VerifyMode.OFF;
    }

    /** The page of PAGE COPY with the highest LSN so far: the redo log must reach it. */
    LatestPage latest() {
        return latest;
    }

    /**
     * The page of FILE COPY alone with the highest LSN so far. What the donor wrote while it was cloned comes again in
     * PAGE COPY, so a page that is later than the redo log was so before the clone: the donor once lost its redo log.
     */
    LatestPage latestOfFileCopy() {
        return latestOfFileCopy;
    }

    /**
     * Takes a run of bytes that is about to be written.
     *
     * @param inFileCopy whether it came in FILE COPY
     * @param offset in the file
     * @param bytes from position to limit, which stay
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
        return new CloneException(
                CloneErrorCode.DAMAGED, "the donor sent a damaged page: " + damage, Explanations.hint("DAMAGED"));
    }
}
