package org.jclone.recipient.replace;

import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.StorageException;
import org.jclone.recipient.replace.SwapJournal.Fate;
import org.jclone.recipient.replace.SwapJournal.Phase;
import org.jclone.recipient.storage.CloneFolder;
import org.jclone.recipient.storage.DataDirectory;
import org.jclone.recipient.storage.Durable;
import org.jclone.recipient.storage.ServerLock;

/**
 * Replaces the content of a data directory with a clone made in its folder {@code .jclone-new}. Everything stays on one
 * file system and the directory itself is kept, so it may be a mount point. Other directories that hold a part of the
 * clone are swapped at the same time. Journal and mark are in the data directory, and no server starts on the others
 * without it.
 *
 * <pre>
 *            journal: MOVE_OUT                 journal: MOVE_IN               journal: CLEAN
 * prepare ─► mark, old entries to .jclone-old ─► new entries to their place ─► unmark, remove the old ─► no journal
 * </pre>
 *
 * <p>Until the journal is written, the old data is complete and usable. From then on the new data is complete, and an
 * interrupted swap is always finished; only {@link #restore} undoes one that kept the old data. During the swap
 * {@code #clone/#status_in_progress} makes a {@code mysqld} refuse the directory. Each step can be repeated.
 */
public final class DirectorySwap {

    private static final String NEW = DataDirectory.STAGING;
    private static final String OLD = OwnNames.OLD;

    private final Path directory;
    private final List<Path> others;
    private final Fate fate;
    private final Consumer<String> beforeStep;
    private boolean onlyStaging;

    /**
     * @param directory absolute
     * @param others absolute, none of them within another or within {@code directory}
     */
    public DirectorySwap(Path directory, Collection<Path> others, boolean keepOld) {
        this(directory, others, keepOld, step -> {});
    }

    /** @param beforeStep receives the name of each change of the disk before it is made */
    DirectorySwap(Path directory, Collection<Path> others, boolean keepOld, Consumer<String> beforeStep) {
        this(directory, others, keepOld ? Fate.KEEP : Fate.REMOVE, beforeStep);
    }

    private DirectorySwap(Path directory, Collection<Path> others, Fate fate, Consumer<String> beforeStep) {
        this.directory = directory;
        this.others = List.copyOf(others);
        this.fate = fate;
        this.beforeStep = beforeStep;
    }

    /** Returns the swap of a clone whose exchange is left to the caller: until then the old server may run. */
    public static DirectorySwap leftToCaller(Path directory, Collection<Path> others) {
        DirectorySwap swap = markedToTheEnd(directory, others);
        swap.onlyStaging = true;
        return swap;
    }

    /**
     * Returns a swap that keeps the old data for {@link #restore}, and leaves the mark, so that no server starts before
     * {@link #unmark}.
     */
    public static DirectorySwap markedToTheEnd(Path directory, Collection<Path> others) {
        return markedToTheEnd(directory, others, step -> {});
    }

    static DirectorySwap markedToTheEnd(Path directory, Collection<Path> others, Consumer<String> beforeStep) {
        return new DirectorySwap(directory, others, Fate.KEEP_MARKED, beforeStep);
    }

    /** Returns the folder in which to make the clone. */
    public Path staging() {
        return directory.resolve(NEW);
    }

    /** Creates missing directories, and {@link #check() checks} that all can be replaced. */
    public void prepare() throws CloneException {
        for (Path each : all()) {
            if (!Files.exists(each, LinkOption.NOFOLLOW_LINKS)) {
                Durable.createDirectory(each);
                Durable.flushDirectory(each.getParent());
            }
        }
        check();
    }

    private List<Path> all() {
        List<Path> all = new ArrayList<>(others);
        all.add(0, directory);
        return all;
    }

    /**
     * Checks that the existing directories can be replaced, as {@link ReplaceCheck} does; a server may use them if the
     * exchange is left to the caller.
     */
    public void check() throws CloneException {
        new ReplaceCheck(directory, others, onlyStaging).check();
    }

    /** Whether a swap was begun here and not finished. */
    public static boolean isUnderWay(Path directory) {
        return SwapJournal.exists(directory);
    }

    /** Returns the bytes left by earlier runs in one of the directories, which the next run frees before it clones. */
    public long leftoverBytes(Path each) throws StorageException {
        return FileTrees.bytes(each.resolve(isUnderWay(directory) ? OLD : NEW));
    }

    /** Returns the bytes of everything in one of the directories. */
    public long bytes(Path each) throws StorageException {
        return FileTrees.bytes(each);
    }

    /** Removes an unfinished clone that an earlier run left beside the data. */
    public void discardStaging() throws CloneException {
        for (Path each : all()) {
            removeTree(each.resolve(NEW));
        }
    }

    /** Whether an earlier run left a clone beside the data that a later run can finish. */
    public boolean isStagingResumable() {
        return Files.isRegularFile(CloneFolder.in(staging()).journal(), LinkOption.NOFOLLOW_LINKS);
    }

    /** Marks a complete clone that an earlier run did not swap in as unfinished again, so that this run finishes it. */
    public void reopenStaging() throws StorageException {
        if (isStagingResumable()) {
            CloneFolder.in(staging()).setMark();
        }
    }

    /** Checks the directories again, and replaces the old data with the clone. */
    public void commit() throws CloneException {
        if (onlyStaging) {
            throw new IllegalStateException("the exchange is left to the caller");
        }
        check();
        step("journal MOVE_OUT");
        new SwapJournal(Phase.MOVE_OUT, fate, others).write(directory);
        finish();
    }

    /** Finishes the swap that the journal records; does nothing if there is none. */
    public void finish() throws CloneException {
        Optional<SwapJournal> journal = SwapJournal.read(directory);
        if (journal.isEmpty()) {
            return;
        }
        SwapJournal swap = journal.get();
        ServerLock.requireUnused(directory);
        for (Path other : swap.others()) {
            ServerLock.requireUnused(other);
        }
        if (swap.phase() == Phase.RESTORE) {
            for (Path other : swap.others()) {
                stageOldData(other);
            }
            stageOldData(directory);
            swap = next(Phase.MOVE_OUT, swap);
        }
        if (swap.phase() == Phase.MOVE_OUT) {
            moveOut(swap.others());
            swap = next(Phase.MOVE_IN, swap);
        }
        if (swap.phase() == Phase.MOVE_IN) {
            moveIn(swap.others());
            swap = next(Phase.CLEAN, swap);
        }
        clean(swap);
    }

    /** Puts the mark back: from now on a {@code mysqld} refuses the directory. */
    public void mark() throws StorageException {
        CloneFolder folder = CloneFolder.in(directory);
        createMarkFolder(folder.path());
        if (!folder.isMarked()) {
            step("mark");
        }
        folder.setMark();
        flush(directory);
    }

    /** Removes the mark: from now on a {@code mysqld} starts on the directory. */
    public void unmark() throws StorageException {
        if (CloneFolder.in(directory).isMarked()) {
            step("unmark");
            CloneFolder.in(directory).removeMark();
        }
    }

    /** Whether old data is kept. */
    public boolean keepsOldData() {
        return Files.exists(directory.resolve(OLD), LinkOption.NOFOLLOW_LINKS);
    }

    /** Removes the old data that {@link #markedToTheEnd} kept. Can be repeated. */
    public void removeOldData() throws CloneException {
        for (Path each : all()) {
            removeTree(each.resolve(OLD));
            if (Files.exists(each)) {
                flush(each);
            }
        }
    }

    /**
     * Puts the old data back that {@link #markedToTheEnd} kept, and removes the clone. Can be repeated until it returns;
     * a server refuses the directory until the old data is back.
     */
    public void restore() throws CloneException {
        finish();
        if (keepsOldData()) {
            mark();
            step("journal RESTORE");
            new SwapJournal(Phase.RESTORE, Fate.REMOVE, others).write(directory);
            finish();
        }
    }

    private void stageOldData(Path each) throws StorageException {
        if (Files.exists(each.resolve(OLD), LinkOption.NOFOLLOW_LINKS)) {
            step("stage the old data");
            Durable.rename(each.resolve(OLD), each.resolve(NEW));
            flush(each);
        }
    }

    private SwapJournal next(Phase phase, SwapJournal swap) throws StorageException {
        step("journal " + phase);
        SwapJournal next = new SwapJournal(phase, swap.old(), swap.others());
        next.write(directory);
        return next;
    }

    private void moveOut(List<Path> besides) throws StorageException {
        mark();
        Path cloneFolder = CloneFolder.in(directory).path();
        Path old = directory.resolve(OLD);
        createDirectory(old);
        Path oldCloneFolder = CloneFolder.in(old).path();
        createDirectory(oldCloneFolder);
        moveEntries(directory, old);
        moveEntries(cloneFolder, oldCloneFolder);
        flush(directory, cloneFolder, old, oldCloneFolder);
        for (Path other : besides) {
            createDirectory(other.resolve(OLD));
            moveEntries(other, other.resolve(OLD));
            flush(other, other.resolve(OLD));
        }
    }

    private void moveIn(List<Path> besides) throws StorageException {
        Path cloneFolder = CloneFolder.in(directory).path();
        Path newCloneFolder = CloneFolder.in(staging()).path();
        moveEntries(staging(), directory);
        if (Files.exists(newCloneFolder)) {
            moveEntries(newCloneFolder, cloneFolder);
            flush(newCloneFolder);
        }
        flush(staging(), cloneFolder, directory);
        for (Path other : besides) {
            if (Files.exists(other.resolve(NEW))) {
                moveEntries(other.resolve(NEW), other);
                flush(other.resolve(NEW), other);
            }
        }
    }

    private void clean(SwapJournal swap) throws CloneException {
        CloneFolder folder = CloneFolder.in(directory);
        if (swap.old() != Fate.KEEP_MARKED) {
            step("unmark");
            folder.removeMark();
        }
        step("remove the clone's journal");
        Durable.delete(folder.journal());
        flush(folder.path());
        List<Path> cleaned = new ArrayList<>(swap.others());
        cleaned.add(directory);
        for (Path each : cleaned) {
            removeTree(each.resolve(NEW));
            if (!swap.keepsOld()) {
                removeTree(each.resolve(OLD));
            }
            flush(each);
        }
        step("remove the journal");
        Durable.delete(directory.resolve(DataDirectory.SWAP_JOURNAL));
        flush(directory);
    }

    /** Moves all entries except our own, and except the folder and the mark that prevent a server from starting. */
    private void moveEntries(Path from, Path to) throws StorageException {
        for (Path entry : OwnNames.othersIn(from)) {
            String name = entry.getFileName().toString();
            boolean staying = entry.equals(CloneFolder.in(from).path()) || entry.equals(new CloneFolder(from).mark());
            if (!staying) {
                step("move " + name);
                Durable.rename(entry, to.resolve(name));
            }
        }
    }

    /** A server that may not look into the folder would not see the mark, and start. */
    private void createMarkFolder(Path folder) throws StorageException {
        createDirectory(folder);
        Durable.belongToDirectory(folder);
    }

    private void createDirectory(Path folder) throws StorageException {
        if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
            step("create " + folder.getFileName());
            Durable.createDirectory(folder);
        }
    }

    private static void flush(Path... folders) throws StorageException {
        for (Path folder : folders) {
            Durable.flushDirectory(folder);
        }
    }

    private void removeTree(Path folder) throws CloneException {
        if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        step("remove " + folder.getFileName());
        FileTrees.remove(folder, beforeStep);
    }

    private void step(String what) {
        beforeStep.accept(what);
    }
}
