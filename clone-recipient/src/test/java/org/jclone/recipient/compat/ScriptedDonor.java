package org.jclone.recipient.compat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jclone.recipient.sql.Rows;
import org.jclone.recipient.sql.SqlException;
import org.jclone.recipient.sql.SqlSession;

/** Answers statements by their content, and refuses unknown ones. */
final class ScriptedDonor implements SqlSession {

    static final SqlException DENIED = new SqlException(1142, "42000", "SELECT command denied");

    private final Map<String, Object> answers = new TreeMap<>(Map.of("SET SESSION", Rows.NONE));
    final List<String> asked = new ArrayList<>();

    /** Rows of values, which are separated by commas. */
    ScriptedDonor on(String part, String... rows) {
        answers.put(
                part,
                new Rows(
                        List.of(),
                        Arrays.stream(rows)
                                .map(row -> Arrays.stream(row.split(",", -1))
                                        .map(value ->
                                                value.equals("NULL") ? Optional.<String>empty() : Optional.of(value))
                                        .toList())
                                .toList()));
        return this;
    }

    ScriptedDonor refuses(String part, SqlException reason) {
        answers.put(part, reason);
        return this;
    }

    @Override
    public Rows query(String statement) throws SqlException {
        asked.add(statement);
        Object answer = answers.entrySet().stream()
                .filter(each -> statement.contains(each.getKey()))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse(DENIED);
        if (answer instanceof SqlException refused) {
            throw refused;
        }
        return (Rows) answer;
    }

    @Override
    public long drain(String statement) {
        throw new AssertionError(statement);
    }

    @Override
    public void tryCloneMode() {
        throw new AssertionError("clone mode");
    }

    @Override
    public void close() {}
}
