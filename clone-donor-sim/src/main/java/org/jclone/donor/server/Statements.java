package org.jclone.donor.server;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jclone.donor.api.Account;
import org.jclone.protocol.command.ColumnDefinition41;
import org.jclone.protocol.command.QueryResponse;
import org.jclone.protocol.command.TextRow;
import org.jclone.protocol.packet.ErrPacket;
import org.jclone.protocol.packet.OkPacket;
import org.jclone.protocol.packet.ServerStatus;

/**
 * The statements that clients send around a clone: KILL, SET and the like, SELECT of constants and variables, and some
 * of SHOW.
 */
final class Statements {

    /** None of ours is longer, and patterns are slow on long texts. */
    private static final int MAX_STATEMENT_LENGTH = 10_000;

    private static final int ER_NO_SUCH_THREAD = 1094;
    private static final int ER_NOT_SUPPORTED_YET = 1235;

    private static final Pattern KILL =
            Pattern.compile("KILL\\s+(?<what>CONNECTION\\s+|QUERY\\s+)?(?<id>\\d{1,18})", Pattern.CASE_INSENSITIVE);
    private static final Pattern HARMLESS = Pattern.compile(
            "(SET|DO|USE|COMMIT|ROLLBACK|BEGIN|START TRANSACTION)\\b.*", Pattern.CASE_INSENSITIVE | Pattern.DOTALL);
    private static final Pattern SELECT =
            Pattern.compile("SELECT\\s+(?<list>.+)", Pattern.CASE_INSENSITIVE | Pattern.DOTALL);
    private static final Pattern SHOW_VARIABLES = Pattern.compile(
            "SHOW\\s+((GLOBAL|SESSION|LOCAL)\\s+)?(?<what>VARIABLES|STATUS)(\\s+LIKE\\s+'(?<pattern>[^']*)'"
                    + "|\\s+WHERE\\s+`?variable_name`?\\s*(=|IN)\\s*\\(?"
                    + "(?<names>\\s*'[^']*'(\\s*,\\s*'[^']*')*)\\s*\\)?)?",
            Pattern.CASE_INSENSITIVE);
    /** How a recipient asks which start of which server it has before it. */
    private static final String START = "SELECT @@server_uuid, UNIX_TIMESTAMP() - CAST(variable_value AS SIGNED)"
            + " FROM performance_schema.global_status WHERE variable_name = 'Uptime'";

    private static final Pattern SHOW_GRANTS =
            Pattern.compile("SHOW\\s+GRANTS(\\s+FOR\\s+CURRENT_USER(\\s*\\(\\s*\\))?)?", Pattern.CASE_INSENSITIVE);
    private static final Pattern SHOW_PLUGINS = Pattern.compile("SHOW\\s+PLUGINS", Pattern.CASE_INSENSITIVE);
    private static final Pattern SHOW_WARNINGS =
            Pattern.compile("SHOW\\s+(WARNINGS|ERRORS)(\\s+LIMIT\\s+\\d+)?", Pattern.CASE_INSENSITIVE);

    private final DonorServices services;
    private final Account account;
    private final SelectList selectList;

    Statements(DonorSession session, Account account) {
        services = session.services();
        this.account = account;
        String client = session.address();
        String host = client.substring(0, client.lastIndexOf(':'));
        ServerFacts facts = services.facts();
        selectList = new SelectList(
                facts,
                Map.of(
                        "VERSION", () -> facts.variable("version"),
                        "USER", () -> Optional.of(account.user() + '@' + host),
                        "CURRENT_USER", () -> Optional.of(account.user() + "@%"),
                        "CONNECTION_ID", () -> Optional.of(Long.toString(session.id())),
                        "DATABASE", Optional::empty));
    }

    QueryResponse execute(String sql) {
        if (sql.length() > MAX_STATEMENT_LENGTH) {
            return notSupported();
        }
        String statement = sql.strip().replaceFirst(";$", "").strip();
        Matcher kill = KILL.matcher(statement);
        if (kill.matches()) {
            return kill(Long.parseLong(kill.group("id")), kill.group("what"));
        }
        if (statement.equalsIgnoreCase(START)) {
            return start();
        }
        Matcher select = SELECT.matcher(statement);
        if (select.matches()) {
            return selectList.select(select.group("list"));
        }
        Matcher variables = SHOW_VARIABLES.matcher(statement);
        if (variables.matches()) {
            return showVariables(variables);
        }
        if (SHOW_GRANTS.matcher(statement).matches()) {
            return showGrants();
        }
        if (SHOW_PLUGINS.matcher(statement).matches()) {
            return table(
                    List.of("Name", "Status", "Type", "Library", "License"),
                    services.facts().plugins());
        }
        if (SHOW_WARNINGS.matcher(statement).matches()) {
            return table(List.of("Level", "Code", "Message"), List.of());
        }
        return HARMLESS.matcher(statement).matches() ? ok() : notSupported();
    }

    private QueryResponse kill(long id, String what) {
        Optional<DonorSession> victim = services.sessions().find(id);
        if (victim.isEmpty()) {
            return error(ER_NO_SUCH_THREAD, "HY000", "no connection has the id " + id);
        }
        if (what != null && what.toUpperCase(Locale.ROOT).startsWith("QUERY")) {
            victim.get().killQuery();
        } else {
            victim.get().kill();
        }
        return ok();
    }

    private QueryResponse start() {
        return table(
                List.of("@@server_uuid", "start"),
                List.of(List.of(
                        services.facts().variable("server_uuid"),
                        Optional.of(Long.toString(services.facts().startSeconds())))));
    }

    private QueryResponse showVariables(Matcher statement) {
        Map<String, String> all = statement.group("what").equalsIgnoreCase("STATUS")
                ? services.facts().status(services.sessions().all().size())
                : services.facts().variables();
        List<Pattern> wanted = wanted(statement.group("pattern"), statement.group("names"));
        return table(
                List.of("Variable_name", "Value"),
                all.entrySet().stream()
                        .filter(entry -> wanted.stream()
                                .anyMatch(pattern ->
                                        pattern.matcher(entry.getKey()).matches()))
                        .map(entry -> List.of(Optional.of(entry.getKey()), Optional.of(entry.getValue())))
                        .toList());
    }

    private static List<Pattern> wanted(String like, String names) {
        if (names != null) {
            return Stream.of(names.split(","))
                    .map(name -> like(name.strip().replaceAll("^'|'$", "").replace("_", "\\_")))
                    .toList();
        }
        return List.of(like(like == null ? "%" : like));
    }

    /** {@code %} is any text and {@code _} any character, unless there is a backslash before it. */
    private static Pattern like(String text) {
        StringBuilder regex = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char character = text.charAt(i);
            if (character == '\\' && i + 1 < text.length()) {
                regex.append(Pattern.quote(text.substring(++i, i + 1)));
            } else {
                regex.append(
                        switch (character) {
                            case '%' -> ".*";
                            case '_' -> ".";
                            default -> Pattern.quote(text.substring(i, i + 1));
                        });
            }
        }
        return Pattern.compile(regex.toString(), Pattern.CASE_INSENSITIVE);
    }

    private QueryResponse showGrants() {
        String user = '`' + account.user().replace("`", "``") + "`@`%`";
        List<List<Optional<String>>> rows = new ArrayList<>();
        rows.add(List.of(Optional.of("GRANT USAGE ON *.* TO " + user)));
        if (account.backupAdmin()) {
            rows.add(List.of(Optional.of("GRANT BACKUP_ADMIN ON *.* TO " + user)));
        }
        return table(List.of("Grants for " + account.user() + "@%"), rows);
    }

    private static QueryResponse table(List<String> columns, List<List<Optional<String>>> rows) {
        return new QueryResponse.ResultSet(
                columns.stream().map(ColumnDefinition41::text).toList(),
                rows.stream().map(TextRow::new).toList());
    }

    private static QueryResponse ok() {
        return new QueryResponse.Ok(new OkPacket(0, 0, ServerStatus.SERVER_STATUS_AUTOCOMMIT, 0));
    }

    static QueryResponse notSupported() {
        return error(ER_NOT_SUPPORTED_YET, "42000", "this donor runs no such statement");
    }

    static QueryResponse error(int errorCode, String sqlState, String text) {
        return new QueryResponse.Err(new ErrPacket(errorCode, sqlState, text));
    }
}
