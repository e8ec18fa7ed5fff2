package org.jclone.provision.server;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.DonorAddress;
import org.jclone.recipient.api.DonorErrorException;
import org.jclone.recipient.sql.Rows;
import org.jclone.recipient.sql.SqlException;

/** Answers statements by their beginning, the last matching answer first, and refuses unknown ones. */
public final class ScriptedSession implements ServerSession {

    private static final DonorAddress ADDRESS = new DonorAddress("scripted", 3306);

    private final Version version;
    private final Map<String, Supplier<Object>> answers = new LinkedHashMap<>();
    private final List<String> asked = new ArrayList<>();
    private boolean closed;

    public ScriptedSession(String version) {
        this.version = Version.of(version);
    }

    /** @param rows values separated by bars; {@code NULL} is none */
    public ScriptedSession on(String beginning, List<String> columns, String... rows) {
        Rows answer = rows(columns, rows);
        answers.put(beginning, () -> answer);
        return this;
    }

    public ScriptedSession on(String beginning, Supplier<Object> answer) {
        answers.put(beginning, answer);
        return this;
    }

    public ScriptedSession denies(String beginning) {
        answers.put(beginning, () -> refusal(1227, "Access denied; you need (at least one of) the X privilege(s)"));
        return this;
    }

    public static Rows rows(List<String> columns, String... rows) {
        return new Rows(
                columns,
                Arrays.stream(rows)
                        .map(row -> Arrays.stream(row.split("\\|", -1))
                                .map(value -> Optional.of(value).filter(text -> !text.equals("NULL")))
                                .toList())
                        .toList());
    }

    public static RefusedException refusal(int number, String text) {
        return new RefusedException(ADDRESS, Statement.of("SELECT 1"), new SqlException(number, "42000", text));
    }

    public static UnreachableException unreachable(CloneErrorCode code, String text, Throwable cause) {
        return new UnreachableException(new CloneException(code, text, "a hint", cause));
    }

    /** Returns what a server in offline mode says to ordinary accounts that log in. */
    public static UnreachableException offlineMode() {
        return new UnreachableException(new DonorErrorException(
                CloneErrorCode.DONOR_ERROR,
                "error 3032",
                "",
                3032,
                "HY000",
                "The server is currently in offline mode"));
    }

    public List<String> asked() {
        return asked;
    }

    public boolean isClosed() {
        return closed;
    }

    @Override
    public Version version() {
        return version;
    }

    @Override
    public String transport() {
        return "TLSv1.3";
    }

    @Override
    public Rows query(Statement statement) throws ServerException {
        asked.add(statement.text());
        Object answer = answers.entrySet().stream()
                .filter(each -> statement.text().startsWith(each.getKey()))
                .map(Map.Entry::getValue)
                .reduce((first, last) -> last)
                .orElse(() -> refusal(1064, "unknown: " + statement.text()))
                .get();
        if (answer instanceof ServerException failure) {
            throw failure;
        }
        return (Rows) answer;
    }

    @Override
    public Rows query(Statement statement, Duration limit) throws ServerException {
        return query(statement);
    }

    @Override
    public void close() {
        closed = true;
    }
}
