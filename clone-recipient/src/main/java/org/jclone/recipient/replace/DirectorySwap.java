package org.jclone.recipient.replace;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.StorageException;
import org.jclone.recipient.explain.Failure;
import org.jclone.recipient.replace.SwapJournal.Fate;
import org.jclone.recipient.replace.SwapJournal.Phase;
import org.jclone.recipient.storage.CloneFolder;
import org.jclone.recipient.storage.DataDirectory;
import org.jclone.recipient.storage.DirectoryLock;
import org.jclone.recipient.storage.Durable;
import org.jclone.recipient.storage.ServerLock;
import org.jclone.recipient.storage.StorageErrors;

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

    /** The folder in which the old data is kept. */
    public static final String OLD = ".jclone-old";

    /** The record of a provisioning run, which stays where it is. */
    public static final String PROVISION_RECORD = ".jclone-provision";

    /** The folder of a provisioning run's private server. */
    public static final String PROVISION_PRIVATE = ".jclone-private";

    /** Names that are never moved, and never deleted with the old data. */
    private static final Set<String> OURS = Set.of(
            NEW,
            OLD,
            DataDirectory.SWAP_JOURNAL,
            DataDirectory.SWAP_JOURNAL + Durable.TEMPORARY_SUFFIX,
            DirectoryLock.NAME,
            PROVISION_RECORD,
            PROVISION_RECORD + Durable.TEMPORARY_SUFFIX,
            PROVISION_RECORD + ".lock",
            PROVISION_PRIVATE,
            "lost+found");

    /** Each server's data directory has one of these; a server that finds no data leaves {@code auto.cnf}. */
    private static final List<String> SIGNS =
            List.of("mysql.ibd", "ibdata1", "mysql/user.frm", "auto.cnf", CloneFolder.NAME);

    /** Names that belong to the file system, not to the data. */
    private static final Set<String> STAYING = Set.of("lost+found");

    /** Tables, binary and relay logs, and what only a data directory holds. Files of InnoDB may have any other name. */
    private static final Pattern FOREIGN_FILE = Pattern.compile(".+\\.(ibd|sdi|pem|[0-9]{6,})|auto\\.cnf");

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
     * Checks that the existing directories can be replaced: no server uses them, unless the exchange is left to the
     * caller; nothing is mounted in them at any
     * depth, and they keep no old data once an interrupted swap is finished.
     *
     * @throws CloneException {@link CloneErrorCode#TARGET_NOT_USABLE} with the reason
     */
    public void check() throws CloneException {
        Optional<SwapJournal> journal = SwapJournal.read(directory);
        for (Path each : all()) {
            if (Files.isSymbolicLink(each)) {
                throw notUsable(each, "is a symbolic link", Failure.TargetNotUsable.SYMBOLIC_LINK);
            }
            if (!onlyStaging) {
                ServerLock.requireUnused(each);
            }
            boolean takesPart = journal.isPresent()
                    && (each.equals(directory) || journal.get().others().contains(each));
            boolean keeps =
                    takesPart ? journal.get().keepsOld() : Files.exists(each.resolve(OLD), LinkOption.NOFOLLOW_LINKS);
            if (keeps) {
                throw notUsable(
                        each,
                        "still holds older data in " + OLD + ", kept by an earlier --keep-old",
                        Failure.TargetNotUsable.OLD_DATA);
            }
            if (!each.equals(directory)) {
                requireOnlyInnodb(each);
            } else if (journal.isEmpty()) {
                requireDataDirectory();
            }
            FileTrees.requireMovable(each, STAYING);
        }
    }

    /**
     * What is replaced is deleted in the end, so a directory that no server made must not be named by mistake. A server
     * before 8.0 has the tables of the schema {@code mysql} in files of their own; its system tablespace, like that of
     * any server, may be in another directory or have another name. A dropped data directory has only the clone's
     * folder.
     */
    private void requireDataDirectory() throws CloneException {
        if (!Files.exists(directory) || entries(directory).isEmpty()) {
            return;
        }
        for (String sign : SIGNS) {
            if (Files.exists(directory.resolve(sign), LinkOption.NOFOLLOW_LINKS)) {
                return;
            }
        }
        throw notUsable(
                directory,
                "is not empty and holds no data of MySQL: none of " + String.join(", ", SIGNS),
                Failure.TargetNotUsable.NO_OLD_DATA);
    }

    /**
     * A directory for undo tablespaces, redo log or system tablespace is replaced as a whole. One that holds more was
     * named by mistake, or is shared with what the clone does not replace.
     */
    private static void requireOnlyInnodb(Path other) throws CloneException {
        if (!Files.exists(other)) {
            return;
        }
        for (Path entry : entries(other)) {
            String name = entry.getFileName().toString();
            boolean foreign = Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)
                    ? !name.startsWith("#")
                    : FOREIGN_FILE.matcher(name).matches();
            if (foreign) {
                throw notUsable(
                        other,
                        "holds " + name + ", which is no undo tablespace, redo log or system tablespace",
                        Failure.TargetNotUsable.FOREIGN);
            }
        }
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
        createDirectory(folder.path());
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
        CloneFolder folder = CloneFolder.in(directory);
        createDirectory(folder.path());
        if (!folder.isMarked()) {
            step("mark");
        }
        folder.setMark();
        Durable.flushDirectory(directory);
        Path old = directory.resolve(OLD);
        createDirectory(old);
        Path oldCloneFolder = CloneFolder.in(old).path();
        createDirectory(oldCloneFolder);
        moveEntries(directory, old);
        moveEntries(folder.path(), oldCloneFolder);
        flush(directory, folder.path(), old, oldCloneFolder);
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
        for (Path entry : entries(from)) {
            String name = entry.getFileName().toString();
            boolean staying = entry.equals(CloneFolder.in(from).path()) || entry.equals(new CloneFolder(from).mark());
            if (!staying) {
                step("move " + name);
                Durable.rename(entry, to.resolve(name));
            }
        }
    }

    /** Lists a folder without our own entries. */
    static List<Path> entries(Path folder) throws StorageException {
        try (Stream<Path> list = Files.list(folder)) {
            return list.filter(entry -> !OURS.contains(entry.getFileName().toString()))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw StorageErrors.of("read directory", folder, -1, e);
        }
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

    private static CloneException notUsable(Path each, String reason, Failure.TargetNotUsable why) {
        return why.exception(each + " " + reason);
    }
}
