package org.jclone.recipient.replace;

import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.explain.Failure;
import org.jclone.recipient.storage.CloneFolder;
import org.jclone.recipient.storage.ServerLock;

/**
 * Checks that a clone can replace the content of directories: a server made it, no server uses it, nothing is mounted in
 * it at any depth, and no old data is kept beside it once an interrupted swap is finished. Changes nothing.
 */
final class ReplaceCheck {

    /** Each server's data directory has one of these; a server that finds no data leaves {@code auto.cnf}. */
    private static final List<String> SIGNS =
            List.of("mysql.ibd", "ibdata1", "mysql/user.frm", "auto.cnf", CloneFolder.NAME);

    /** Tables, binary and relay logs, and what only a data directory holds. Files of InnoDB may have any other name. */
    private static final Pattern FOREIGN_FILE = Pattern.compile(".+\\.(ibd|sdi|pem|[0-9]{6,})|auto\\.cnf");

    private final Path directory;
    private final List<Path> others;
    private final boolean mayBeInUse;

    /** @param others directories that hold a part of the data; any of them may be missing */
    ReplaceCheck(Path directory, List<Path> others, boolean mayBeInUse) {
        this.directory = directory;
        this.others = others;
        this.mayBeInUse = mayBeInUse;
    }

    /** @throws CloneException {@link CloneErrorCode#TARGET_NOT_USABLE} with the reason */
    void check() throws CloneException {
        Optional<SwapJournal> journal = SwapJournal.read(directory);
        List<Path> all = new ArrayList<>(others);
        all.add(0, directory);
        for (Path each : all) {
            if (Files.isSymbolicLink(each)) {
                throw notUsable(each, "is a symbolic link", Failure.TargetNotUsable.SYMBOLIC_LINK);
            }
            if (!mayBeInUse) {
                ServerLock.requireUnused(each);
            }
            boolean takesPart = journal.isPresent()
                    && (each.equals(directory) || journal.get().others().contains(each));
            boolean keeps = takesPart
                    ? journal.get().keepsOld()
                    : Files.exists(each.resolve(OwnNames.OLD), LinkOption.NOFOLLOW_LINKS);
            if (keeps) {
                throw notUsable(
                        each,
                        "still holds older data in " + OwnNames.OLD
                                + ", kept by an earlier --keep-old or by jclone provision",
                        Failure.TargetNotUsable.OLD_DATA);
            }
            if (!each.equals(directory)) {
                requireOnlyInnodb(each);
            } else if (journal.isEmpty()) {
                requireDataDirectory();
            }
            FileTrees.requireMovable(each, OwnNames.STAYING);
        }
    }

    /**
     * What is replaced is deleted in the end, so a directory that no server made must not be named by mistake. A server
     * before 8.0 has the tables of the schema {@code mysql} in files of their own; its system tablespace, like that of
     * any server, may be in another directory or have another name. A dropped data directory has only the clone's
     * folder.
     */
    private void requireDataDirectory() throws CloneException {
        if (!Files.exists(directory) || OwnNames.othersIn(directory).isEmpty()) {
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
        for (Path entry : OwnNames.othersIn(other)) {
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

    private static CloneException notUsable(Path each, String reason, Failure.TargetNotUsable why) {
        return why.exception(each + " " + reason);
    }
}
