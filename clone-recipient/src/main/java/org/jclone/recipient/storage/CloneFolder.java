package org.jclone.recipient.storage;

import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.jclone.recipient.api.StorageException;

/**
 * The folder {@code #clone} of a data directory. MySQL's own recipient leaves the files whose names begin with
 * {@code #status}, {@code #view} and {@code #replace} in a new directory, and so does jclone; the others are jclone's.
 *
 * <pre>
 * #status_in_progress   the mark of an unfinished clone, empty; while it exists mysqld refuses the directory
 * #status_fix           empty; makes the first start create missing folders and empty MyISAM and CSV tables
 * #replace_files        empty; makes the first start record binary log position and GTIDs
 * #view_status          text behind performance_schema.clone_status
 * #view_progress        text behind performance_schema.clone_progress
 * #jclone_journal       what another process needs to resume the clone
 * #direct_io_probe      exists while direct I/O is tried
 * jclone-page-sums      a sum for each page
 * jclone-page-growth    sums of pages that came after the size of their file was known
 * jclone-manifest.json  the content of a complete clone
 * </pre>
 *
 * <p>Source: docs/protocol/02-innodb-clone-stream.md, section 8.
 */
public record CloneFolder(Path path) {

    public static final String NAME = "#clone";

    private static final String MARK = "#status_in_progress";
    private static final String FIX = "#status_fix";
    private static final String REPLACE_FILES = "#replace_files";
    private static final String VIEW_STATUS = "#view_status";
    private static final String VIEW_PROGRESS = "#view_progress";
    private static final String JOURNAL = "#jclone_journal";
    private static final String DIRECT_IO_PROBE = "#direct_io_probe";
    private static final String PAGE_SUMS = "jclone-page-sums";

    /** Names that exist before a journal has content. */
    private static final Set<String> FIRST_NAMES = Set.of(
            MARK,
            VIEW_STATUS,
            VIEW_STATUS + Durable.TEMPORARY_SUFFIX,
            VIEW_PROGRESS,
            VIEW_PROGRESS + Durable.TEMPORARY_SUFFIX,
            DIRECT_IO_PROBE,
            JOURNAL,
            PAGE_SUMS);

    /** Returns the folder of a data directory, whether or not it exists. */
    public static CloneFolder in(Path dataDirectory) {
        return new CloneFolder(dataDirectory.resolve(NAME));
    }

    public boolean exists() {
        return Files.exists(path, LinkOption.NOFOLLOW_LINKS);
    }

    /** Whether the directory holds an unfinished clone, so that {@code mysqld} refuses it. */
    public boolean isMarked() {
        return Files.exists(mark(), LinkOption.NOFOLLOW_LINKS);
    }

    /** Marks the directory as unfinished; fails if it is marked. The caller flushes the directory. */
    public void createMark() throws StorageException {
        Durable.createFile(mark());
        Durable.flushDirectory(path);
    }

    /** Marks the directory as unfinished, unless it is marked. The caller flushes the directory. */
    public void setMark() throws StorageException {
        if (!isMarked()) {
            Durable.createFile(mark());
        }
        Durable.flushDirectory(path);
    }

    /** Removes the mark: a server may start on the directory. If that may not be on disk, the mark is there again. */
    public void removeMark() throws StorageException {
        Durable.delete(mark());
        try {
            Durable.flushDirectory(path);
        } catch (StorageException e) {
            restoreMark(e);
            throw e;
        }
    }

    private void restoreMark(StorageException reason) {
        try {
            Durable.createFile(mark());
        } catch (StorageException e) {
            reason.addSuppressed(e);
        }
    }

    /** Creates, durably, what tells a server at its first start that the directory is a clone. */
    public void prepareFirstStart() throws StorageException {
        for (String name : List.of(FIX, REPLACE_FILES)) {
            Path file = path.resolve(name);
            if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
                Durable.createFile(file);
            }
        }
        Durable.flushDirectory(path);
    }

    /** Whether no server has been started on the complete clone. */
    public boolean isBeforeFirstStart() {
        return Files.exists(path.resolve(FIX));
    }

    /** Whether a clone creates a file of this name in the folder before its journal has content. */
    public static boolean isFirstName(String name) {
        return FIRST_NAMES.contains(name);
    }

    public Path mark() {
        return path.resolve(MARK);
    }

    public Path viewStatus() {
        return path.resolve(VIEW_STATUS);
    }

    public Path viewProgress() {
        return path.resolve(VIEW_PROGRESS);
    }

    public Path journal() {
        return path.resolve(JOURNAL);
    }

    public Path pageSums() {
        return path.resolve(PAGE_SUMS);
    }

    public Path pageGrowth() {
        return path.resolve("jclone-page-growth");
    }

    public Path manifest() {
        return path.resolve("jclone-manifest.json");
    }

    Path directIoProbe() {
        return path.resolve(DIRECT_IO_PROBE);
    }
}
