package org.jclone.daemon.history;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/**
 * The tables, and their migration from older versions. Times are text in UTC with three decimals,
 * {@code 2026-11-30T05:53:26.123Z}, so that they sort.
 */
final class Schema {

    /**
     * The statements that lead from each version to the next; the first create the tables. Never change one of them.
     */
    private static final List<String> MIGRATIONS = List.of("""
            CREATE TABLE run (
              id TEXT PRIMARY KEY, target TEXT NOT NULL, action TEXT NOT NULL, priority INTEGER NOT NULL,
              order_key TEXT, ordered_by TEXT NOT NULL, state TEXT NOT NULL, ordered_at TEXT NOT NULL, started_at TEXT,
              ended_at TEXT, retry_of TEXT, processes INTEGER NOT NULL, step TEXT, donor TEXT, source TEXT,
              failure_code TEXT, failure_step TEXT, failure_text TEXT, failure_hint TEXT, failure_holds TEXT,
              resumable INTEGER NOT NULL, has_result INTEGER NOT NULL) WITHOUT ROWID;
            CREATE INDEX run_by_target ON run (target, id);
            CREATE INDEX run_by_key ON run (order_key) WHERE order_key IS NOT NULL;
            CREATE TABLE step (
              run TEXT NOT NULL REFERENCES run ON DELETE CASCADE, number INTEGER NOT NULL, step TEXT NOT NULL,
              began_at TEXT NOT NULL, ended_at TEXT, done INTEGER NOT NULL, repeated INTEGER NOT NULL,
              PRIMARY KEY (run, number)) WITHOUT ROWID;
            CREATE TABLE figure (
              run TEXT NOT NULL REFERENCES run ON DELETE CASCADE, name TEXT NOT NULL, value INTEGER NOT NULL,
              PRIMARY KEY (run, name)) WITHOUT ROWID;
            CREATE TABLE version (
              run TEXT NOT NULL REFERENCES run ON DELETE CASCADE, name TEXT NOT NULL, value TEXT NOT NULL,
              PRIMARY KEY (run, name)) WITHOUT ROWID;
            CREATE TABLE result (
              run TEXT NOT NULL REFERENCES run ON DELETE CASCADE, name TEXT NOT NULL, value TEXT NOT NULL,
              PRIMARY KEY (run, name)) WITHOUT ROWID;
            CREATE TABLE remark (
              run TEXT NOT NULL REFERENCES run ON DELETE CASCADE, number INTEGER NOT NULL, text TEXT NOT NULL,
              PRIMARY KEY (run, number)) WITHOUT ROWID;
            CREATE TABLE event (
              id INTEGER PRIMARY KEY, at TEXT NOT NULL, run TEXT, target TEXT, kind TEXT NOT NULL, step TEXT,
              text TEXT NOT NULL);
            CREATE INDEX event_by_run ON event (run, id);
            CREATE TABLE event_detail (
              event INTEGER NOT NULL REFERENCES event ON DELETE CASCADE, number INTEGER NOT NULL, name TEXT NOT NULL,
              value TEXT NOT NULL, PRIMARY KEY (event, number)) WITHOUT ROWID;
            CREATE VIEW decision AS
              SELECT e.run, e.at, e.step, w.value AS what, o.value AS outcome, e.text FROM event e
              JOIN event_detail w ON w.event = e.id AND w.name = 'what'
              JOIN event_detail o ON o.event = e.id AND o.name = 'outcome' WHERE e.kind = 'DECIDED';
            CREATE VIEW donor_attempt AS
              SELECT e.run, e.at, d.value AS donor, CASE e.kind WHEN 'DONOR_CHOSEN' THEN 'chosen' ELSE 'failed' END
              AS event, e.text FROM event e JOIN event_detail d ON d.event = e.id AND d.name = 'donor'
              WHERE e.kind IN ('DONOR_CHOSEN', 'DONOR_FAILED')
            """);

    static final int VERSION = MIGRATIONS.size();

    /** Marks the file as a history of jclone: {@code jcln}. */
    private static final int APPLICATION = 0x6a636c6e;

    private Schema() {}

    /** @throws HistoryException if the file belongs to another program, or to a newer jclone */
    static void requireOurs(Connection connection) throws SQLException, HistoryException {
        version(connection, pragma(connection, "application_id"));
    }

    /** Migrates a file to the present version. */
    static void migrate(Connection connection) throws SQLException, HistoryException {
        int version = version(connection, pragma(connection, "application_id"));
        if (version == VERSION) {
            return;
        }
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            for (String migration : MIGRATIONS.subList(version, VERSION)) {
                for (String each : migration.split(";\n")) {
                    statement.executeUpdate(each);
                }
            }
            statement.executeUpdate("PRAGMA application_id = " + APPLICATION);
            statement.executeUpdate("PRAGMA user_version = " + VERSION);
            connection.commit();
        } finally {
            connection.setAutoCommit(true);
        }
    }

    private static int version(Connection connection, int application) throws SQLException, HistoryException {
        int version = pragma(connection, "user_version");
        boolean isEmpty = application == 0 && version == 0 && count(connection) == 0;
        if (!isEmpty && application != APPLICATION) {
            throw new HistoryException("it is not a history of jclone");
        }
        if (version > VERSION) {
            throw new HistoryException("its schema has version " + version + ", this jclone knows " + VERSION);
        }
        return version;
    }

    /** Requires a file that this jclone can read. */
    static void check(Connection connection) throws SQLException, HistoryException {
        int version = version(connection, pragma(connection, "application_id"));
        if (version != VERSION) {
            throw new HistoryException("its schema has version " + version + "; the daemon migrates it when it starts");
        }
    }

    private static int count(Connection connection) throws SQLException {
        return number(connection, "SELECT COUNT(*) FROM sqlite_schema");
    }

    private static int pragma(Connection connection, String name) throws SQLException {
        return number(connection, "PRAGMA " + name);
    }

    private static int number(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            return rows.next() ? rows.getInt(1) : 0;
        }
    }
}
