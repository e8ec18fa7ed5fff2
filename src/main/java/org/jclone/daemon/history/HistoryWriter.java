package org.jclone.daemon.history;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jclone.daemon.api.RunDetail;
import org.jclone.daemon.api.RunEvent;
import org.jclone.daemon.api.RunFailure;
import org.jclone.daemon.api.RunStatus;
import org.jclone.daemon.api.StepStatus;
import org.jclone.provision.api.Step;

/** Changes the history. Each method is one transaction. Used by one thread. */
final class HistoryWriter {

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    private static final String[] PARTS = {"step", "figure", "version", "result", "remark"};

    private final Connection connection;

    HistoryWriter(Connection connection) {
        this.connection = connection;
    }

    /** Returns a time in the format of the tables. */
    static String text(Instant time) {
        return TIME.format(time);
    }

    void append(RunEvent event) throws SQLException {
        execute(
                "INSERT OR REPLACE INTO event VALUES (?, ?, ?, ?, ?, ?, ?)",
                event.id(),
                text(event.at()),
                event.run().orElse(null),
                event.target().orElse(null),
                event.kind().name(),
                event.step().map(Step::name).orElse(null),
                event.text());
        int number = 0;
        for (Map.Entry<String, String> detail : event.details().entrySet()) {
            execute(
                    "INSERT INTO event_detail VALUES (?, ?, ?, ?)",
                    event.id(),
                    number++,
                    detail.getKey(),
                    detail.getValue());
        }
    }

    /** Replaces all that is known of a run. */
    void save(RunDetail detail) throws SQLException {
        RunStatus run = detail.status();
        Optional<RunFailure> failure = run.failure();
        Object[] values = {
            run.id(),
            run.target(),
            run.order().action().name(),
            run.order().priority(),
            run.order().key().orElse(null),
            run.order().by(),
            run.state().name(),
            text(run.orderedAt()),
            run.startedAt().map(HistoryWriter::text).orElse(null),
            run.endedAt().map(HistoryWriter::text).orElse(null),
            run.retryOf().orElse(null),
            run.processes(),
            run.step().map(Step::name).orElse(null),
            run.donor().orElse(null),
            run.source().orElse(null),
            failure.map(found -> found.code().name()).orElse(null),
            failure.flatMap(RunFailure::step).map(Step::name).orElse(null),
            failure.map(RunFailure::text).orElse(null),
            failure.map(RunFailure::hint).orElse(null),
            failure.map(RunFailure::holds).orElse(null),
            run.isResumable(),
            detail.result().isPresent()
        };
        for (String part : PARTS) {
            execute("DELETE FROM " + part + " WHERE run = ?", run.id());
        }
        execute("INSERT OR REPLACE INTO run VALUES (" + "?, ".repeat(values.length - 1) + "?)", values);
        saveParts(run.id(), detail);
    }

    private void saveParts(String id, RunDetail detail) throws SQLException {
        List<StepStatus> steps = detail.steps();
        for (int i = 0; i < steps.size(); i++) {
            StepStatus step = steps.get(i);
            execute(
                    "INSERT INTO step VALUES (?, ?, ?, ?, ?, ?, ?)",
                    id,
                    i,
                    step.step().name(),
                    text(step.beganAt()),
                    step.endedAt().map(HistoryWriter::text).orElse(null),
                    step.isDone(),
                    step.isRepeated());
        }
        for (Map.Entry<String, Long> each : detail.figures().entrySet()) {
            execute("INSERT INTO figure VALUES (?, ?, ?)", id, each.getKey(), each.getValue());
        }
        for (Map.Entry<String, String> each : detail.versions().entrySet()) {
            execute("INSERT INTO version VALUES (?, ?, ?)", id, each.getKey(), each.getValue());
        }
        for (Map.Entry<String, String> each : detail.result().orElse(Map.of()).entrySet()) {
            execute("INSERT INTO result VALUES (?, ?, ?)", id, each.getKey(), each.getValue());
        }
        for (int i = 0; i < detail.remarks().size(); i++) {
            execute(
                    "INSERT INTO remark VALUES (?, ?, ?)",
                    id,
                    i,
                    detail.remarks().get(i));
        }
    }

    /** Deletes runs that ended, and events that happened, before this time. */
    void forget(Instant before) throws SQLException {
        execute("DELETE FROM run WHERE ended_at < ?", text(before));
        execute("DELETE FROM event WHERE at < ?", text(before));
    }

    private void execute(String sql, Object... values) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < values.length; i++) {
                statement.setObject(i + 1, values[i]);
            }
            statement.executeUpdate();
        } catch (SQLException e) {
            throw new SQLException(
                    e.getMessage() + " ("
                            + Arrays.stream(sql.split(" ")).limit(4).toList() + ')',
                    e);
        }
    }
}
