package org.jclone.recipient.journal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;

/** Names the time since the machine was started: as long as it is the same, what was written is still there. */
public final class BootId {

    /** For tests, which cannot restart a machine. */
    private static final String FILE_PROPERTY = "jclone.boot-id-file";

    private static final String LINUX_FILE = "/proc/sys/kernel/random/boot_id";

    private BootId() {}

    /** Where it cannot be known, one that never comes again: then only what was flushed counts. */
    public static String current() {
        try {
            return Files.readString(Path.of(System.getProperty(FILE_PROPERTY, LINUX_FILE)))
                    .strip();
        } catch (IOException e) {
            return UUID.randomUUID().toString();
        }
    }
}
