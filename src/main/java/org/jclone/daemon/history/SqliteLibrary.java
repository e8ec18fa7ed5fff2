package org.jclone.daemon.history;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.sqlite.SQLiteJDBCLoader;

/**
 * Loads SQLite itself, which the driver unpacks from its jar into a file. {@code /tmp} may be mounted {@code noexec}, so
 * the folder of the history comes first. The file goes at once: a process that is killed must not leave it behind.
 */
final class SqliteLibrary {

    /** The property of the driver that names the folder into which it unpacks. */
    private static final String FOLDER = "org.sqlite.tmpdir";

    private static final String PREFIX = ".sqlite-";

    private SqliteLibrary() {}

    /** Loads it, if that was not done yet. If this fails, the driver itself tries its usual folder. */
    static synchronized void load(Path folder) {
        if (System.getProperty(FOLDER) != null || !Files.isWritable(folder)) {
            return;
        }
        Path own = null;
        try {
            own = Files.createTempDirectory(folder, PREFIX);
            System.setProperty(FOLDER, own.toString());
            SQLiteJDBCLoader.initialize();
        } catch (Exception e) { // declared so by the driver
            return;
        } finally {
            System.clearProperty(FOLDER);
            remove(own);
        }
    }

    /** Removes what processes left behind that were killed while they loaded it. */
    static void removeRemains(Path folder) {
        try (DirectoryStream<Path> found = Files.newDirectoryStream(folder, PREFIX + "*")) {
            found.forEach(SqliteLibrary::remove);
        } catch (IOException e) {
            return; // they take room, and nothing else
        }
    }

    private static void remove(Path own) {
        if (own == null) {
            return;
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(own)) {
            for (Path file : files) {
                Files.deleteIfExists(file);
            }
            Files.deleteIfExists(own);
        } catch (IOException e) {
            return; // the next daemon removes it
        }
    }
}
