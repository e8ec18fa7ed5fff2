package org.jclone.recipient.verify;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;
import org.jclone.protocol.innodb.encryption.KeyOpener;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneEvent;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.DamagedException;
import org.jclone.recipient.api.StorageException;
import org.jclone.recipient.api.TargetSettings;
import org.jclone.recipient.api.VerifyMode;
import org.jclone.recipient.explain.Failure;
import org.jclone.recipient.storage.FileTasks;
import org.jclone.recipient.storage.StopCheck;

/**
 * Verifies one clone, from its first block to its manifest.
 *
 * <p>A clone that is not verified has neither page sums nor a manifest.
 */
public final class CloneVerification implements AutoCloseable {

    /** Pages that one thread reads back at a time: 64 MiB with pages of 16 KiB. */
    private static final int PAGES_TO_SETTLE = 1 << 12;

    private static final FileTasks CHECKS = new FileTasks("clone-verify", "while verifying", FileTasks.DEFAULT_THREADS);

    private final VerifyMode mode;
    private final Path root;
    private final int pageSize;
    private final PageSums sums;
    private final CopyCheck copyCheck;

    private CloneVerification(VerifyMode mode, Path root, int pageSize, PageSums sums) {
        this.mode = mode;
        this.root = root;
        this.pageSize = pageSize;
        this.sums = sums;
        this.copyCheck = CopyCheck.of(mode, sums, pageSize);
    }

    /**
     * Creates the file of page sums, or opens that of an interrupted clone.
     *
     * @param root the data directory, which has a folder {@code #clone}
     * @param pageSize the donor's {@code innodb_page_size}
     */
    public static CloneVerification begin(VerifyMode mode, Path root, int pageSize) throws StorageException {
        return new CloneVerification(mode, root, pageSize, mode == VerifyMode.OFF ? null : PageSums.open(root));
    }

    /** Returns what a manifest says about directories other than the data directory. */
    public static Map<String, String> directories(TargetSettings target) {
        return Manifest.directories(
                target.destination().directory(), target.destination().innodb());
    }

    /** Returns the check for the blocks of this clone. */
    public CopyCheck copyCheck() {
        return copyCheck;
    }

    /** Flushes the page sums. Call this before claiming durably that pages are on disk. */
    public void flush() throws StorageException {
        if (sums != null) {
            sums.flush();
        }
    }

    /**
     * Checks all files once more at their final sizes, and writes the manifest.
     *
     * @param files those of tablespaces in the order of their index, then others
     * @param redo files of the redo log, in order
     * @param about further members of the manifest
     * @param keys opens the keys that the files now hold
     * @param finalPlace final location of a file outside the data directory
     * @param stop asked before each read: reading encrypted tablespaces back may take long
     * @return warnings: tolerated damage, and findings that are not damage but that the operator should know
     * @throws CloneException {@link CloneErrorCode#DAMAGED} if the clone is damaged
     */
    public List<CloneEvent> finish(
            List<PageFile> files,
            List<PageFile> redo,
            Map<String, String> about,
            KeyOpener keys,
            UnaryOperator<Path> finalPlace,
            StopCheck stop)
            throws CloneException {
        if (sums == null) {
            return List.of();
        }
        DamageList damages = new DamageList();
        List<CloneEvent> warnings = new ArrayList<>();
        List<PageFile> all = new ArrayList<>(files);
        all.addAll(redo);
        List<PageFile> roomy = withRoom(all);
        settleEncrypted(roomy, damages, keys, stop);
        List<Callable<ManifestFile>> checks = new ArrayList<>(all.size());
        Map<Long, Long> spaceBytes = new HashMap<>();
        files.forEach(
                file -> spaceBytes.merge(file.spaceId(), file.path().toFile().length(), Long::sum));
        for (PageFile file : roomy) {
            checks.add(() -> new FinalCheck(sums, pageSize, damages, keys, stop)
                    .run(file, spaceBytes.getOrDefault(file.spaceId(), 0L)));
        }
        List<ManifestFile> checked = CHECKS.run(checks, stop).stream()
                .map(file -> file.path().startsWith(root) ? file : file.movedTo(finalPlace.apply(file.path())))
                .toList();
        Map<String, String> described = new LinkedHashMap<>(about);
        described.put(Manifest.PAGE_SIZE, Integer.toString(pageSize));
        AtomicBoolean future = new AtomicBoolean();
        new RedoCheck(damages, keys, stop)
                .run(redo.stream().map(PageFile::path).toList())
                .ifPresent(range -> {
                    described.put("checkpointLsn", Long.toString(range.checkpointLsn()));
                    described.put("endLsn", Long.toString(range.endLsn()));
                    copyCheck.latest().laterThan(range.endLsn(), pageSize).ifPresent(page -> {
                        damages.add(page);
                        future.set(true);
                    });
                    copyCheck
                            .latestOfFileCopy()
                            .laterThan(range.endLsn(), pageSize)
                            .map(CloneVerification::oldRedoLogLost)
                            .ifPresent(warnings::add);
                });
        if (damages.count() > 0 && mode == VerifyMode.STRICT) {
            Failure why = future.get() ? Failure.Damaged.FUTURE : Failure.General.DAMAGED;
            throw new DamagedException(
                    why.code(), "the clone is damaged: " + damages.summary(), why.hint(), damages.count());
        }
        sums.flush();
        new Manifest(described, checked).write(root);
        if (damages.count() > 0) {
            warnings.add(new CloneEvent.Warning(
                    "the clone is damaged: " + damages.summary(),
                    "Run CHECK TABLE on a server that was started on it, and on the donor.",
                    damages.count()));
        }
        return warnings;
    }

    private static CloneEvent oldRedoLogLost(Damage page) {
        return new CloneEvent.Warning(
                "the donor lost its redo log before this clone: " + page,
                "Its error log names such pages as being in the future. The clone has them as the donor has them."
                        + " Dump and load the data to get rid of them. If the donor serves a directory (jclone donor),"
                        + " something may have written to it during the clone: see what the donor says.");
    }

    /** Reads back all of each encrypted tablespace. Several threads share a large file. */
    private void settleEncrypted(List<PageFile> files, DamageList damages, KeyOpener keys, StopCheck stop)
            throws CloneException {
        List<Callable<Void>> ranges = new ArrayList<>();
        for (PageFile file : files) {
            long pages = file.flags().isEncrypted() ? file.path().toFile().length() / file.unit(pageSize) : 0;
            for (long first = 1; first < pages; first += PAGES_TO_SETTLE) {
                long from = first;
                int count = (int) Math.min(PAGES_TO_SETTLE, pages - first);
                ranges.add(() -> {
                    new FinalCheck(sums, pageSize, damages, keys, stop).settle(file, from, count);
                    return null;
                });
            }
        }
        CHECKS.run(ranges, stop);
    }

    /** Moves a file that outgrew its region to the end. */
    private List<PageFile> withRoom(List<PageFile> files) throws StorageException {
        long end = 0;
        for (PageFile file : files) {
            end = Math.max(end, file.region().firstSlot() + file.region().slots());
        }
        List<PageFile> roomy = new ArrayList<>(files.size());
        for (PageFile file : files) {
            long length = file.path().toFile().length();
            long units = (length + file.unit(pageSize) - 1) / file.unit(pageSize);
            if (units <= file.region().slots()) {
                roomy.add(file);
                continue;
            }
            sums.copy(file.region().firstSlot(), file.region().slots(), end);
            PageRegion region = new PageRegion(
                    file.region().file(), end, units, file.region().firstPage());
            roomy.add(new PageFile(file.path(), file.flags(), file.spaceId(), file.size(), region));
            end += units;
        }
        Map<Integer, Long> firstSlots = new HashMap<>();
        roomy.forEach(file -> firstSlots.put(file.region().file(), file.region().firstSlot()));
        sums.settleGrowth(firstSlots);
        return roomy;
    }

    @Override
    public void close() throws StorageException {
        if (sums != null) {
            sums.close();
        }
    }
}
