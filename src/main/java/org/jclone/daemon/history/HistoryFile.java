package org.jclone.daemon.history;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.function.Consumer;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteJDBCLoader;

/** Opens the file of the history. A file that cannot be used is set aside. */
final class HistoryFile {

    private static final DateTimeFormatter SUFFIX =
            DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").withZone(ZoneOffset.UTC);

    private static final int BUSY_MILLIS = 5000;

    private HistoryFile() {}

    /** Opens the file to write, and creates or migrates it. */
    static Connection open(Path file, Clock clock, Consumer<String> warnings) throws HistoryException {
        loadLibrary(file.getParent());
        try {
            return tryOpen(file);
        } catch (HistoryException e) {
            Path aside = setAside(file, clock);
            warnings.accept("the history in " + file + " cannot be used: " + e.getMessage() + "; it is now " + aside
                    + ", and a new one begins");
            return tryOpen(file);
        }
    }

    private static Connection tryOpen(Path file) throws HistoryException {
        try {
            boolean exists = Files.exists(file, LinkOption.NOFOLLOW_LINKS);
            if (exists && !Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
                throw new HistoryException("it is not a file");
            }
            if (!exists) {
                Files.createFile(
                        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-r-----")));
            }
        } catch (IOException e) {
            throw new HistoryException("cannot create " + file + ": " + e.getMessage());
        }
        Connection connection = null;
        boolean opened = false;
        try {
            SQLiteConfig config = new SQLiteConfig();
            config.setJournalMode(SQLiteConfig.JournalMode.WAL);
            config.setSynchronous(SQLiteConfig.SynchronousMode.NORMAL);
            config.enforceForeignKeys(true);
            config.setBusyTimeout(BUSY_MILLIS);
            connection = config.createConnection("jdbc:sqlite:" + file);
            requireWhole(connection);
            Schema.migrate(connection);
            opened = true;
            return connection;
        } catch (SQLException e) {
            throw new HistoryException(reason(e), e);
        } finally {
            if (!opened) {
                close(connection);
            }
        }
    }

    /** Opens the file to read only. */
    static Connection openToRead(Path file) throws HistoryException {
        if (!Files.isReadable(file)) {
            throw new HistoryException("cannot read " + file + (Files.exists(file) ? "" : ": there is no such file"));
        }
        loadLibrary(file.getParent());
        Connection connection = null;
        boolean opened = false;
        try {
            SQLiteConfig config = new SQLiteConfig();
            config.setReadOnly(true);
            config.setBusyTimeout(BUSY_MILLIS);
            connection = config.createConnection("jdbc:sqlite:" + file);
            Schema.check(connection);
            opened = true;
            return connection;
        } catch (SQLException e) {
            throw new HistoryException("cannot read " + file + ": " + reason(e), e);
        } catch (HistoryException e) {
            throw new HistoryException("cannot read " + file + ": " + e.getMessage());
        } finally {
            if (!opened) {
                close(connection);
            }
        }
    }

    private static void requireWhole(Connection connection) throws SQLException, HistoryException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("PRAGMA quick_check(1)")) {
            String verdict = rows.next() ? rows.getString(1) : "no answer";
            if (!verdict.equals("ok")) {
                throw new HistoryException("it is damaged: " + verdict);
            }
        }
    }

    private static Path setAside(Path file, Clock clock) throws HistoryException {
        Path aside = file.resolveSibling(file.getFileName() + ".unusable-" + SUFFIX.format(clock.instant()));
        try {
            Files.move(file, aside);
            for (String suffix : new String[] {"-wal", "-shm"}) {
                Path more = file.resolveSibling(file.getFileName() + suffix);
                if (Files.exists(more)) {
                    Files.move(more, aside.resolveSibling(aside.getFileName() + suffix));
                }
            }
            return aside;
        } catch (IOException e) {
            throw new HistoryException("cannot set " + file + " aside: " + e.getMessage());
        }
    }

    /**
     * Loads SQLite itself, which the driver unpacks first. {@code /tmp} may be mounted {@code noexec}, so the folder of the
     * history comes first.
     */
    private static synchronized void loadLibrary(Path folder) throws HistoryException {
        if (System.getProperty("org.sqlite.tmpdir") == null && Files.isWritable(folder)) {
            System.setProperty("org.sqlite.tmpdir", folder.toString());
            try {
                SQLiteJDBCLoader.initialize();
                return;
            } catch (Exception e) { // the driver declares no other type
                System.clearProperty("org.sqlite.tmpdir"); // try the usual folder
            }
        }
        try {
            SQLiteJDBCLoader.initialize();
        } catch (Exception e) { // the driver declares no other type
            throw new HistoryException("cannot load SQLite: " + e.getMessage());
        }
    }

    static String reason(SQLException e) {
        return String.valueOf(e.getMessage());
    }

    static void close(Connection connection) {
        try {
            if (connection != null) {
                connection.close();
            }
        } catch (SQLException e) {
            return; // what was committed is in the file
        }
    }
}
