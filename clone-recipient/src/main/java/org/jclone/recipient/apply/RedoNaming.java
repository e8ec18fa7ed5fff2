package org.jclone.recipient.apply;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where a donor's version keeps its redo log. Source: docs/protocol/02-innodb-clone-stream.md, sections 6.1 and 6.5. */
public enum RedoNaming {
    /** Before 8.0.30: at least two files {@code ib_logfileN} in the data directory. */
    IB_LOGFILE("", "ib_logfile", 2),
    /** Since 8.0.30: {@code #innodb_redo/#ib_redoN}. */
    IB_REDO("#innodb_redo", "#ib_redo", 1);

    private static final Pattern VERSION = Pattern.compile("(\\d{1,4})\\.(\\d{1,4})\\.(\\d{1,4})");
    private static final int FIRST_WITH_FOLDER = 80_030;

    private final String folder;
    private final String prefix;
    private final int minFiles;

    RedoNaming(String folder, String prefix, int minFiles) {
        this.folder = folder;
        this.prefix = prefix;
        this.minFiles = minFiles;
    }

    /**
     * @param serverVersion the donor's {@code version}, such as {@code 8.0.29-debug}
     * @throws IllegalArgumentException if it does not begin with three numbers
     */
    public static RedoNaming of(String serverVersion) {
        Matcher version = VERSION.matcher(serverVersion);
        if (!version.lookingAt()) {
            throw new IllegalArgumentException("server version: \"" + serverVersion + "\" (expected: as 8.0.30)");
        }
        int number = Integer.parseInt(version.group(1)) * 10_000
                + Integer.parseInt(version.group(2)) * 100
                + Integer.parseInt(version.group(3));
        return number >= FIRST_WITH_FOLDER ? IB_REDO : IB_LOGFILE;
    }

    /** Folder below the data directory, or empty. */
    String folder() {
        return folder;
    }

    String fileName(long index) {
        return prefix + index;
    }

    /** Files that must be there even if the donor announces fewer. */
    int minFiles() {
        return minFiles;
    }
}
