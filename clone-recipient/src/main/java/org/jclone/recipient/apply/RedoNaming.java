package org.jclone.recipient.apply;

import org.jclone.recipient.storage.ClonedFiles;

/**
 * Names and folder of the redo files by donor version. Source: docs/protocol/02-innodb-clone-stream.md, sections 6.1 and 6.5.
 */
public enum RedoNaming {
    /** Before 8.0.30: at least two files {@code ib_logfileN} in the data directory. */
    IB_LOGFILE("", "ib_logfile", 2),
    /** Since 8.0.30: {@code #innodb_redo/#ib_redoN}. */
    IB_REDO(ClonedFiles.REDO_FOLDER, "#ib_redo", 1);

    private static final int FIRST_WITH_FOLDER = 80_030;

    private final String folder;
    private final String prefix;
    private final int minFiles;

    RedoNaming(String folder, String prefix, int minFiles) {
        this.folder = folder;
        this.prefix = prefix;
        this.minFiles = minFiles;
    }

    /** @param versionNumber the donor's version as InnoDB writes it, such as 80029 */
    public static RedoNaming of(int versionNumber) {
        return versionNumber >= FIRST_WITH_FOLDER ? IB_REDO : IB_LOGFILE;
    }

    /** Returns the folder below the data directory, or an empty string. */
    String folder() {
        return folder;
    }

    String fileName(long index) {
        return prefix + index;
    }

    /** Returns the number of files that must exist even if the donor announces fewer. */
    int minFiles() {
        return minFiles;
    }
}
