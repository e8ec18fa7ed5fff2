package org.jclone.daemon.history;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import org.jclone.daemon.api.RunDetail;
import org.jclone.daemon.api.RunEvent;
import org.jclone.daemon.api.RunFailure;
import org.jclone.daemon.api.RunOrder;
import org.jclone.daemon.api.RunQuery;
import org.jclone.daemon.api.RunStatus;
import org.jclone.daemon.api.StepStatus;
import org.jclone.provision.api.Step;
import org.jclone.recipient.api.CloneErrorCode;

/** Reads the history, also without the daemon. May be used by several threads. */
public final class HistoryReader implements AutoCloseable {

    private final Connection connection;

    HistoryReader(Connection connection) {
        this.connection = connection;
    }

    /** Opens the file without changing it. */
    public static HistoryReader open(Path file) throws HistoryException {
        return new HistoryReader(HistoryFile.openToRead(file));
    }

    /** Returns the runs that a query asks for, the latest first. */
    public List<RunStatus> runs(RunQuery query) throws HistoryException {
        return runs(query, query.limit());
    }

    /** @param limit instead of that of the query */
    public synchronized List<RunStatus> runs(RunQuery query, int limit) throws HistoryException {
        List<Object> values = new ArrayList<>();
        StringBuilder where = new StringBuilder("1");
        query.target().ifPresent(value -> and(where, "target = ?", values, value));
        query.before().ifPresent(value -> and(where, "id < ?", values, value));
        query.since().ifPresent(value -> and(where, "ordered_at >= ?", values, HistoryWriter.text(value)));
        query.until().ifPresent(value -> and(where, "ordered_at < ?", values, HistoryWriter.text(value)));
        if (!query.states().isEmpty()) {
            where.append(query.states().stream()
                    .map(state -> {
                        values.add(state.name());
                        return "?";
                    })
                    .collect(Collectors.joining(", ", " AND state IN (", ")")));
        }
        values.add(limit);
        return select("SELECT * FROM run WHERE " + where + " ORDER BY id DESC LIMIT ?", values, HistoryReader::status);
    }

    private static void and(StringBuilder where, String condition, List<Object> values, String value) {
        where.append(" AND ").append(condition);
        values.add(value);
    }

    public synchronized Optional<RunStatus> byKey(String key) throws HistoryException {
        return select(
                        "SELECT * FROM run WHERE order_key = ? ORDER BY id DESC LIMIT 1",
                        List.of(key),
                        HistoryReader::status)
                .stream()
                .findFirst();
    }

    public synchronized Optional<RunDetail> run(String id) throws HistoryException {
        Optional<RunStatus> status =
                select("SELECT * FROM run WHERE id = ?", List.of(id), HistoryReader::status).stream()
                        .findFirst();
        if (status.isEmpty()) {
            return Optional.empty();
        }
        boolean hasResult = select("SELECT has_result FROM run WHERE id = ?", List.of(id), rows -> rows.getBoolean(1))
                .get(0);
        Map<String, Long> figures = new LinkedHashMap<>();
        select(
                "SELECT name, value FROM figure WHERE run = ?",
                List.of(id),
                rows -> figures.put(rows.getString(1), rows.getLong(2)));
        return Optional.of(new RunDetail(
                status.get(),
                select("SELECT * FROM step WHERE run = ? ORDER BY number", List.of(id), HistoryReader::step),
                figures,
                texts("version", id),
                select("SELECT text FROM remark WHERE run = ? ORDER BY number", List.of(id), rows -> rows.getString(1)),
                hasResult ? Optional.of(texts("result", id)) : Optional.empty()));
    }

    private Map<String, String> texts(String table, String id) throws HistoryException {
        Map<String, String> texts = new LinkedHashMap<>();
        select(
                "SELECT name, value FROM " + table + " WHERE run = ?",
                List.of(id),
                rows -> texts.put(rows.getString(1), rows.getString(2)));
        return texts;
    }

    /** Returns the greatest number of an event; 0 if there is none. */
    public synchronized long lastEvent() throws HistoryException {
        return select("SELECT coalesce(max(id), 0) FROM event", List.of(), rows -> rows.getLong(1))
                .get(0);
    }

    /**
     * Returns events in their order.
     *
     * @param run empty for those of all runs and of the daemon
     */
    public synchronized List<RunEvent> events(Optional<String> run, long after, int limit) throws HistoryException {
        List<Object> values = new ArrayList<>(List.of(after));
        run.ifPresent(values::add);
        values.add(limit);
        String chosen =
                "SELECT * FROM event WHERE id > ?" + (run.isPresent() ? " AND run = ?" : "") + " ORDER BY id LIMIT ?";
        Map<Long, Map<String, String>> details = new LinkedHashMap<>();
        select(
                "SELECT d.event, d.name, d.value FROM event_detail d JOIN (" + chosen
                        + ") e ON e.id = d.event ORDER BY d.event, d.number",
                values,
                rows -> details.computeIfAbsent(rows.getLong(1), id -> new LinkedHashMap<>())
                        .put(rows.getString(2), rows.getString(3)));
        return select(chosen, values, rows -> event(rows, details.getOrDefault(rows.getLong("id"), Map.of())));
    }

    private static RunEvent event(ResultSet rows, Map<String, String> details) throws SQLException {
        return new RunEvent(
                rows.getLong("id"),
                Instant.parse(rows.getString("at")),
                text(rows, "run"),
                text(rows, "target"),
                RunEvent.Kind.valueOf(rows.getString("kind")),
                text(rows, "step").map(Step::valueOf),
                rows.getString("text"),
                details);
    }

    private static StepStatus step(ResultSet rows) throws SQLException {
        return new StepStatus(
                Step.valueOf(rows.getString("step")),
                Instant.parse(rows.getString("began_at")),
                text(rows, "ended_at").map(Instant::parse),
                rows.getBoolean("done"),
                rows.getBoolean("repeated"));
    }

    private static RunStatus status(ResultSet rows) throws SQLException {
        Optional<String> code = text(rows, "failure_code");
        Optional<RunFailure> failure = code.isEmpty()
                ? Optional.empty()
                : Optional.of(new RunFailure(
                        CloneErrorCode.valueOf(code.get()),
                        text(rows, "failure_step").map(Step::valueOf),
                        rows.getString("failure_text"),
                        rows.getString("failure_hint"),
                        rows.getString("failure_holds")));
        return new RunStatus(
                rows.getString("id"),
                new RunOrder(
                        rows.getString("target"),
                        RunOrder.Action.valueOf(rows.getString("action")),
                        rows.getInt("priority"),
                        text(rows, "order_key"),
                        rows.getString("ordered_by")),
                RunStatus.State.valueOf(rows.getString("state")),
                Instant.parse(rows.getString("ordered_at")),
                text(rows, "started_at").map(Instant::parse),
                text(rows, "ended_at").map(Instant::parse),
                text(rows, "retry_of"),
                rows.getInt("processes"),
                OptionalInt.empty(),
                text(rows, "step").map(Step::valueOf),
                text(rows, "donor"),
                text(rows, "source"),
                Optional.empty(),
                failure,
                rows.getBoolean("resumable"));
    }

    private static Optional<String> text(ResultSet rows, String column) throws SQLException {
        return Optional.ofNullable(rows.getString(column));
    }

    /** Reads one row. */
    private interface Row<T> {

        T read(ResultSet rows) throws SQLException;
    }

    private <T> List<T> select(String sql, List<Object> values, Row<T> row) throws HistoryException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < values.size(); i++) {
                statement.setObject(i + 1, values.get(i));
            }
            try (ResultSet rows = statement.executeQuery()) {
                List<T> found = new ArrayList<>();
                while (rows.next()) {
                    found.add(row.read(rows));
                }
                return found;
            }
        } catch (SQLException e) {
            throw new HistoryException("cannot read the history: " + HistoryFile.reason(e), e);
        } catch (IllegalArgumentException | java.time.DateTimeException e) {
            throw new HistoryException("cannot read the history: a value of another version");
        }
    }

    @Override
    public synchronized void close() {
        HistoryFile.close(connection);
    }
}
