package org.jclone.recipient.verify;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.jclone.protocol.innodb.encryption.KeyOpener;
import org.jclone.protocol.innodb.page.PageCheck;
import org.jclone.protocol.innodb.page.PageHeader;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.storage.DirectReader;
import org.jclone.recipient.storage.StopCheck;
import org.jclone.recipient.storage.StorageErrors;

/**
 * Checks one file after its last byte was written, and sums it up. Reads back the pages that arrived torn and were not
 * replaced, the encrypted pages, and page 0, which the recipient may have rewritten. Pages known to be good are not
 * read again. A page that never arrived is a hole that nothing was written to. Not thread-safe.
 */
final class FinalCheck {

    /** Pages checked at a time. */
    private static final int BATCH = 1 << 16;

    /** Fits into the processor's cache. Several threads read at the same time. */
    private static final int READ_BYTES = 1 << 18;

    private static final ThreadLocal<ByteBuffer> BUFFERS =
            ThreadLocal.withInitial(() -> DirectReader.allocate(READ_BYTES));

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(BATCH * Integer.BYTES);

    private final PageSums sums;
    private final int pageSize;
    private final DamageList damages;
    private final KeyOpener keys;
    private final StopCheck stop;

    private PageFile file;
    private boolean settled;
    private DirectReader reader;
    private PageInspector inspector;
    private int sumOfHole;
    private ByteBuffer holes;

    /** @param stop asked before each read */
    FinalCheck(PageSums sums, int pageSize, DamageList damages, KeyOpener keys, StopCheck stop) {
        this.sums = sums;
        this.keys = keys;
        this.stop = stop;
        this.pageSize = pageSize;
        this.damages = damages;
    }

    private interface Work<T> {
        T run() throws IOException, CloneException;
    }

    /** Opens the file for {@code work}. */
    private <T> T with(PageFile checked, Work<T> work) throws CloneException {
        file = checked;
        sumOfHole = sumOfZeros(unit());
        try (DirectReader opened = DirectReader.open(checked.path());
                PageInspector opener = checked.isTablespace() ? new PageInspector(checked, pageSize, keys) : null) {
            reader = opened;
            inspector = opener;
            return work.run();
        } catch (IOException e) {
            throw StorageErrors.of("read", checked.path(), -1, e);
        }
    }

    /**
     * Reads back the pages of a range that need it, so that {@link #run} need not read them. Several checks may settle
     * ranges of one file at the same time.
     *
     * @param checked with a region that has room for all pages of the file
     * @param first page in the file, not 0
     */
    void settle(PageFile checked, long first, int count) throws CloneException {
        with(checked, () -> complete(first, count, reader.size()));
    }

    /**
     * @param checked with a region that has room for all pages of the file
     * @param spaceBytes size of all files of its tablespace
     */
    ManifestFile run(PageFile checked, long spaceBytes) throws CloneException {
        settled = checked.flags().isEncrypted(); // pages that are still suspicious have already been reported
        return with(checked, () -> {
            long length = reader.size();
            CRC32C hash = new CRC32C();
            long units = (length + unit() - 1) / unit();
            for (long first = 0; first < units; first += BATCH) {
                int count = (int) Math.min(BATCH, units - first);
                ByteBuffer batch = complete(first, count, length);
                hash.update(batch);
            }
            if (checked.isTablespace() && length >= unit()) {
                checkFirstPage(spaceBytes);
            }
            return new ManifestFile(
                    file.path(), length, file.flags(), file.spaceId(), unit(), file.region(), (int) hash.getValue());
        });
    }

    static int sumOfZeros(int length) {
        return sumOf(ByteBuffer.allocate(length), 0, length);
    }

    static int sumOf(ByteBuffer bytes, int at, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes.slice(at, length));
        return PageSums.sumOf((int) crc.getValue());
    }

    private int unit() {
        return file.unit(pageSize);
    }

    /** Returns the sums of {@code count} pages, all of them known. */
    private ByteBuffer complete(long first, int count, long length) throws IOException, CloneException {
        stop.check();
        long slot = file.region().firstSlot() + first;
        if (file.isTablespace() && first > 0 && !sums.mayHold(slot, count)) {
            return holes(count);
        }
        ByteBuffer known = ByteBuffer.allocate(count * Integer.BYTES);
        sums.read(slot, known);
        if (isHole(first, known.flip())) {
            return holes(count);
        }
        boolean changed = false;
        int from = 0;
        while (from < count) {
            int to = from;
            while (to < count && isToBeRead(known, first, to) && (to - from) * unit() < READ_BYTES) {
                to++;
            }
            if (to > from) {
                readBack(first, from, to, length, known);
                changed = true;
                from = to;
            } else if (known.getInt(from * Integer.BYTES) == PageSums.NEVER_CAME) {
                known.putInt(from * Integer.BYTES, sumOfHole);
                changed = true;
            } else {
                from++;
            }
        }
        if (changed) {
            sums.write(slot, known.duplicate());
        }
        return known;
    }

    private boolean isHole(long first, ByteBuffer known) {
        return file.isTablespace() && first > 0 && known.mismatch(NOTHING.slice(0, known.limit())) < 0;
    }

    /** Returns sums for {@code count} pages that never arrived and remain as they are on disk. */
    private ByteBuffer holes(int count) {
        if (holes == null) {
            holes = ByteBuffer.allocate(BATCH * Integer.BYTES);
            while (holes.hasRemaining()) {
                holes.putInt(sumOfHole);
            }
        }
        return holes.slice(0, count * Integer.BYTES);
    }

    private boolean isToBeRead(ByteBuffer known, long first, int index) {
        int sum = known.getInt(index * Integer.BYTES);
        return !file.isTablespace() || sum == PageSums.SUSPICIOUS && !settled || first + index == 0;
    }

    private void readBack(long first, int from, int to, long length, ByteBuffer known)
            throws IOException, CloneException {
        stop.check();
        long offset = (first + from) * unit();
        int wanted = (int) Math.min((long) (to - from) * unit(), length - offset);
        ByteBuffer bytes = read(offset, wanted);
        for (int i = from; i < to; i++) {
            int at = (i - from) * unit();
            int present = Math.min(unit(), wanted - at);
            known.putInt(i * Integer.BYTES, sum(bytes, bytes.position() + at, present, first + i));
        }
    }

    private ByteBuffer read(long offset, int length) throws IOException {
        ByteBuffer bytes = BUFFERS.get();
        reader.read(bytes, offset, length);
        if (bytes.remaining() < length) {
            throw new EOFException("the file has become shorter");
        }
        return bytes;
    }

    private int sum(ByteBuffer bytes, int at, int present, long pageInFile) throws IOException {
        if (inspector == null || present < unit()) {
            return sumOf(bytes, at, present);
        }
        long number = file.region().firstPage() + pageInFile;
        PageCheck.Result result = inspector.scan(bytes, at, number);
        if (!result.isOk()) {
            damages.add(new Damage(file.path(), number, pageInFile * unit(), describe(result)));
            return PageSums.SUSPICIOUS; // a process that resumes this clone must find it too
        }
        return PageSums.sumOf(inspector.sum());
    }

    /** Checks that what page 0 says about the tablespace matches the file. */
    private void checkFirstPage(long spaceBytes) throws IOException {
        if (file.region().firstPage() != 0) {
            return;
        }
        ByteBuffer header = read(0, PageHeader.FSP_FLAGS + Integer.BYTES);
        long spaceId = Integer.toUnsignedLong(header.getInt(PageHeader.FSP_SPACE_ID));
        if (spaceId != file.spaceId()) {
            damages.add(new Damage(
                    file.path(),
                    0,
                    0,
                    "space id " + spaceId + " in the FSP header (expected: " + file.spaceId() + ')'));
        }
        long pages = Integer.toUnsignedLong(header.getInt(PageHeader.FSP_SIZE));
        tooShort(spaceBytes, pages, unit()).ifPresent(what -> damages.add(new Damage(file.path(), 0, 0, what)));
        if (file.flags().isEncrypted()) {
            PageInspector.keyProblem(file, pageSize, keys)
                    .ifPresent(problem -> damages.add(new Damage(file.path(), 0, 0, problem)));
        }
    }

    /** Returns what is wrong with a tablespace of {@code bytes} whose page 0 says {@code pages}; empty if nothing is. */
    static Optional<String> tooShort(long bytes, long pages, int unit) {
        return pages * unit > bytes
                ? Optional.of("tablespace of " + bytes + " bytes (expected: " + pages + " pages of " + unit + ')')
                : Optional.empty();
    }

    static String describe(PageCheck.Result result) {
        return switch (result.finding()) {
            case OK, EMPTY, ENCRYPTED, DOUBLEWRITE -> "fine";
            case WRONG_LENGTH -> "length " + result.detail();
            case WRONG_PAGE_NUMBER -> "page number " + result.detail();
            case WRONG_SPACE_ID -> "space id " + result.detail();
            case TORN -> "torn: " + result.detail();
            case WRONG_CHECKSUM -> "checksum " + result.detail();
            case BAD_COMPRESSION -> "page cannot be decompressed: " + result.detail();
        };
    }
}
