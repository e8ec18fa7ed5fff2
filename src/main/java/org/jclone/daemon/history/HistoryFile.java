package org.jclone.daemon.history;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Properties;
import java.util.Set;
import java.util.function.Consumer;
import org.sqlite.ProgressHandler;

/** Opens the file of the history. Renames a damaged or foreign file, and begins a new one. */
final class HistoryFile {

    private static final DateTimeFormatter SUFFIX =
            DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").withZone(ZoneOffset.UTC);

    private static final String URL = "jdbc:sqlite:";
    private static final String BUSY_MILLIS = "5000";

    /** SQLITE_BUSY, LOCKED, NOMEM, READONLY, IOERR, FULL and CANTOPEN. */
    private static final Set<Integer> PASSING = Set.of(5, 6, 7, 8, 10, 13, 14);

    /** The bits of an SQLite result code without those of the extended code. */
    private static final int PRIMARY = 0xff;

    /** {@code SQLITE_OPEN_READONLY}. */
    private static final String READ_ONLY = "1";

    /** Of SQLite's virtual machine. The first ones read a page each, which takes a slow disk some milliseconds. */
    private static final int STEPS_BETWEEN_LOOKS = 500;

    private static final Duration BETWEEN_SIGNS = Duration.ofSeconds(1);

    private HistoryFile() {}

    /** Opens the file to write, and creates or migrates it. */
    static Connection open(Path file, Clock clock, Consumer<String> warnings, Runnable checking)
            throws HistoryException {
        SqliteLibrary.removeRemains(file.getParent());
        try {
            return tryOpen(file, clock, checking);
        } catch (HistoryException e) {
            if (isPassing(e)) {
                throw e;
            }
            Path aside = setAside(file, clock);
            warnings.accept("the history in " + file + " cannot be used: " + e.getMessage() + "; it is now " + aside
                    + ", and a new one begins");
            return tryOpen(file, clock, checking);
        }
    }

    /** Whether the machine or another process is at fault, not the file. */
    private static boolean isPassing(HistoryException e) {
        return e.getCause() instanceof SQLException cause && PASSING.contains(cause.getErrorCode() & PRIMARY);
    }

    private static Connection tryOpen(Path file, Clock clock, Runnable checking) throws HistoryException {
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
            Properties settings = new Properties();
            settings.setProperty("synchronous", "FULL"); // with WAL, NORMAL loses the latest commits with the power
            settings.setProperty("foreign_keys", "true");
            settings.setProperty("busy_timeout", BUSY_MILLIS);
            connection = connect(file, settings);
            requireWhole(connection, clock, checking);
            Schema.requireOurs(connection); // before anything in the file is changed
            try (Statement statement = connection.createStatement()) {
                statement.execute("PRAGMA journal_mode = WAL");
            }
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
        Connection connection = null;
        boolean opened = false;
        try {
            Properties settings = new Properties();
            settings.setProperty("open_mode", READ_ONLY);
            settings.setProperty("busy_timeout", BUSY_MILLIS);
            connection = connect(file, settings);
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

    private static void requireWhole(Connection connection, Clock clock, Runnable checking)
            throws SQLException, HistoryException {
        ProgressHandler.setHandler(connection, STEPS_BETWEEN_LOOKS, new ProgressHandler() {
            private Instant next = Instant.EPOCH;

            @Override
            protected int progress() {
                Instant now = clock.instant();
                if (!now.isBefore(next)) {
                    checking.run();
                    next = now.plus(BETWEEN_SIGNS);
                }
                return 0; // continue
            }
        });
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("PRAGMA quick_check(1)")) {
            String verdict = rows.next() ? rows.getString(1) : "no answer";
            if (!verdict.equals("ok")) {
                throw new HistoryException("it is damaged: " + verdict);
            }
        } finally {
            ProgressHandler.clearHandler(connection);
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

    private static Connection connect(Path file, Properties settings) throws SQLException {
        SqliteLibrary.load(file.getParent());
        return DriverManager.getConnection(URL + file, settings);
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
