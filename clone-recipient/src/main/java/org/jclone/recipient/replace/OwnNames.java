package org.jclone.recipient.replace;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jclone.recipient.api.StorageException;
import org.jclone.recipient.storage.DataDirectory;
import org.jclone.recipient.storage.DirectoryLock;
import org.jclone.recipient.storage.Durable;
import org.jclone.recipient.storage.StorageErrors;

/** What jclone keeps in a data directory. It is never moved, and never deleted with the old data. */
public final class OwnNames {

    /** The folder in which the old data is kept. */
    public static final String OLD = ".jclone-old";

    /** The record of a provisioning run. */
    public static final String PROVISION_RECORD = ".jclone-provision";

    /** When the directory was cloned by provisioning runs, also by those that ended. */
    public static final String PROVISION_HISTORY = ".jclone-provision.history";

    /** The folder of a provisioning run's private server. */
    public static final String PROVISION_PRIVATE = ".jclone-private";

    /** Names that belong to the file system, not to the data. */
    static final Set<String> STAYING = Set.of("lost+found");

    private static final Set<String> ALL = Set.of(
            DataDirectory.STAGING,
            OLD,
            DataDirectory.SWAP_JOURNAL,
            DataDirectory.SWAP_JOURNAL + Durable.TEMPORARY_SUFFIX,
            DirectoryLock.NAME,
            PROVISION_RECORD,
            PROVISION_RECORD + Durable.TEMPORARY_SUFFIX,
            PROVISION_RECORD + ".lock",
            PROVISION_HISTORY,
            PROVISION_HISTORY + Durable.TEMPORARY_SUFFIX,
            PROVISION_PRIVATE);

    private OwnNames() {}

    /** Lists the entries of a folder that belong to the data. */
    static List<Path> othersIn(Path folder) throws StorageException {
        try (Stream<Path> list = Files.list(folder)) {
            return list.filter(entry -> isOfData(entry.getFileName().toString()))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw StorageErrors.of("read directory", folder, -1, e);
        }
    }

    private static boolean isOfData(String name) {
        return !ALL.contains(name) && !STAYING.contains(name);
    }
}
