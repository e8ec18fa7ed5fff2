package org.jclone.donor.server;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jclone.donor.api.Account;
import org.jclone.donor.server.Expressions.Expression;
import org.jclone.donor.server.Expressions.Row;
import org.jclone.protocol.command.ColumnDefinition41;
import org.jclone.protocol.command.QueryResponse;
import org.jclone.protocol.command.TextRow;
import org.jclone.protocol.packet.OkPacket;
import org.jclone.protocol.packet.ServerStatus;
import org.jclone.protocol.text.SqlText;

/**
 * The statements that clients send around a clone: KILL, SET and similar, some of SHOW, and SELECT of constants,
 * variables and the tables of a donor ({@link FactTables}). Their cost is bounded by a length limit and a deadline.
 * They do not run on event loops.
 */
final class Statements {

    /** No recipient sends a longer one. */
    private static final int MAX_STATEMENT_LENGTH = 4096;

    private static final int MAX_ROWS = 10_000;
    private static final long MAX_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final int ER_NO_SUCH_THREAD = 1094;
    private static final int ER_KILL_DENIED = 1095;
    private static final int ER_QUERY_TIMEOUT = 3024;
    private static final List<String> HARMLESS =
            List.of("SET", "DO", "USE", "COMMIT", "ROLLBACK", "BEGIN", "START", "FLUSH");

    /** An item of a SELECT list. */
    private record Item(String label, Expression expression) {}

    /** The rows that a statement selects, in order. */
    private record Selection(List<List<Row>> groups, long skip, long limit) {}

    private final DonorSession session;
    private final DonorServices services;
    private final Account account;
    private final FactTables tables;
    private final Map<String, Supplier<Optional<String>>> functions;
    private long deadline;
    private long uptime;

    Statements(DonorSession session, Account account) {
        this.session = session;
        this.services = session.services();
        this.account = account;
        tables = new FactTables(services, () -> uptime);
        Supplier<Optional<String>> user = () -> Optional.of(account.user() + '@' + session.host());
        functions = Map.of(
                "VERSION",
                () -> services.facts().variable("version"),
                "USER",
                user,
                "SESSION_USER",
                user,
                "CURRENT_USER",
                () -> Optional.of(account.user() + "@%"),
                "CONNECTION_ID",
                () -> Optional.of(Long.toString(session.id())),
                "DATABASE",
                Optional::empty,
                "SCHEMA",
                Optional::empty,
                "UNIX_TIMESTAMP",
                () -> Optional.of(Long.toString(services.facts().unixTime(uptime))));
    }

    QueryResponse execute(String sql) {
        deadline = System.nanoTime() + MAX_NANOS;
        uptime = services.facts().uptime();
        try {
            if (sql.length() > MAX_STATEMENT_LENGTH) {
                throw StatementException.notSupported();
            }
            return execute(SqlTokens.of(sql));
        } catch (StatementException e) {
            return new QueryResponse.Err(e.packet());
        }
    }

    private QueryResponse execute(SqlTokens tokens) throws StatementException {
        if (tokens.skip("SELECT")) {
            return select(tokens);
        }
        if (tokens.skip("SHOW")) {
            return show(tokens);
        }
        if (tokens.skip("KILL")) {
            boolean query = tokens.skip("QUERY");
            if (!query) {
                tokens.skip("CONNECTION");
            }
            String id = tokens.require(SqlTokens.Kind.NUMBER);
            tokens.requireEnd();
            return kill(id, query);
        }
        if (HARMLESS.contains(tokens.peek().text().toUpperCase(Locale.ROOT))) {
            return ok();
        }
        throw StatementException.notSupported();
    }

    /** Runs KILL. A recipient may end only connections of its own account and host. */
    private QueryResponse kill(String id, boolean query) throws StatementException {
        Optional<DonorSession> victim =
                id.length() > 18 ? Optional.empty() : services.sessions().find(Long.parseLong(id));
        if (victim.isEmpty()) {
            throw new StatementException(ER_NO_SUCH_THREAD, "HY000", "no connection has the id " + id);
        }
        if (!victim.get().isOf(account, session.host())) {
            throw new StatementException(ER_KILL_DENIED, "HY000", "connection " + id + " belongs to another account");
        }
        if (query) {
            victim.get().killQuery();
        } else {
            victim.get().kill();
        }
        return ok();
    }

    private QueryResponse show(SqlTokens tokens) throws StatementException {
        if (!tokens.skip("GLOBAL") && !tokens.skip("SESSION")) {
            tokens.skip("LOCAL");
        }
        if (tokens.skip("VARIABLES")) {
            return showValues(tokens, services.facts().variables());
        }
        if (tokens.skip("STATUS")) {
            return showValues(
                    tokens, services.facts().status(services.sessions().all().size(), uptime));
        }
        if (tokens.skip("GRANTS")) {
            if (tokens.skip("FOR")) {
                tokens.require("CURRENT_USER");
                if (tokens.skip("(")) {
                    tokens.require(")");
                }
            }
            tokens.requireEnd();
            return showGrants();
        }
        if (tokens.skip("PLUGINS")) {
            tokens.requireEnd();
            return table(
                    List.of("Name", "Status", "Type", "Library", "License"),
                    services.facts().plugins());
        }
        if (tokens.skip("WARNINGS") || tokens.skip("ERRORS")) {
            return table(List.of("Level", "Code", "Message"), List.of());
        }
        throw StatementException.notSupported();
    }

    private QueryResponse showValues(SqlTokens tokens, Map<String, String> values) throws StatementException {
        List<String> columns = List.of("variable_name", "value");
        Predicate<Row> wanted = row -> true;
        if (tokens.skip("LIKE")) {
            LikePattern pattern = LikePattern.of(tokens.require(SqlTokens.Kind.TEXT));
            wanted = row -> pattern.matches(row.values().get(0).orElseThrow());
        } else if (tokens.skip("WHERE")) {
            wanted = expressions(tokens, columns).condition();
        }
        tokens.requireEnd();
        List<List<Optional<String>>> rows = new ArrayList<>();
        for (Map.Entry<String, String> value : values.entrySet()) {
            Row row = new Row(columns, List.of(Optional.of(value.getKey()), Optional.of(value.getValue())));
            requireTime();
            if (wanted.test(row)) {
                rows.add(row.values());
            }
        }
        return table(List.of("Variable_name", "Value"), rows);
    }

    private Expressions expressions(SqlTokens tokens, List<String> columns) {
        return new Expressions(tokens, functions, services.facts(), columns);
    }

    private QueryResponse select(SqlTokens tokens) throws StatementException {
        Optional<FactTables.Table> table = tableOf(tokens);
        List<String> columns = table.map(FactTables.Table::columns).orElse(List.of());
        Expressions expressions = expressions(tokens, columns);
        List<Item> items = new ArrayList<>();
        do {
            if (table.isPresent() && tokens.skip("*")) {
                columns.forEach(column -> items.add(new Item(column, (row, group) -> row.value(column))));
            } else {
                items.add(item(tokens, expressions));
            }
        } while (tokens.skip(","));
        Selection selection = selection(tokens, table, expressions);
        List<List<Optional<String>>> rows = new ArrayList<>();
        long skipped = 0;
        for (List<Row> group : selection.groups()) {
            // Without an aggregate, each row of the single group is a result row.
            List<Row> shown = expressions.aggregates() ? List.of(group.isEmpty() ? Row.NONE : group.get(0)) : group;
            for (Row row : shown) {
                requireTime();
                if (skipped++ >= selection.skip() && rows.size() < Math.min(MAX_ROWS, selection.limit())) {
                    rows.add(items.stream()
                            .map(item -> item.expression().value(row, group))
                            .toList());
                }
            }
        }
        return table(items.stream().map(Item::label).toList(), rows);
    }

    private static Item item(SqlTokens tokens, Expressions expressions) throws StatementException {
        SqlTokens.Token first = tokens.peek();
        Expression expression = expressions.expression();
        String label = tokens.textSince(first);
        boolean named = tokens.skip("AS");
        SqlTokens.Token next = tokens.peek();
        boolean alias = next.kind() == SqlTokens.Kind.NAME
                || next.kind() == SqlTokens.Kind.TEXT
                || next.kind() == SqlTokens.Kind.WORD && !next.is("FROM") && !next.is("LIMIT");
        if (named && !alias) {
            throw StatementException.notSupported();
        }
        return new Item(alias ? tokens.next().text() : label, expression);
    }

    /** Finds the table after the list. Runs before the list is parsed, which refers to the table's columns. */
    private Optional<FactTables.Table> tableOf(SqlTokens tokens) throws StatementException {
        SqlTokens ahead = tokens.copy();
        while (ahead.peek().kind() != SqlTokens.Kind.END) {
            if (ahead.skip("FROM")) {
                return table(ahead);
            }
            ahead.next();
        }
        return Optional.empty();
    }

    /** Parses a table name; empty for DUAL. */
    private Optional<FactTables.Table> table(SqlTokens tokens) throws StatementException {
        if (tokens.skip("DUAL")) {
            return Optional.empty();
        }
        String schema = name(tokens);
        tokens.require(".");
        String name = schema + '.' + name(tokens);
        return Optional.of(tables.find(name.toLowerCase(Locale.ROOT)).orElseThrow(StatementException::notSupported));
    }

    private static String name(SqlTokens tokens) throws StatementException {
        Optional<String> word = tokens.take(SqlTokens.Kind.WORD);
        return word.isPresent() ? word.get() : tokens.require(SqlTokens.Kind.NAME);
    }

    /** Parses everything after the list. */
    private Selection selection(SqlTokens tokens, Optional<FactTables.Table> table, Expressions expressions)
            throws StatementException {
        List<Row> rows = new ArrayList<>();
        if (tokens.skip("FROM")) {
            table(tokens);
        }
        Predicate<Row> wanted = row -> true;
        if (table.isPresent() && tokens.skip("WHERE")) {
            wanted = expressions.condition();
        }
        if (table.isEmpty()) {
            rows.add(Row.NONE);
        } else {
            for (List<Optional<String>> values : table.get().rows().get()) {
                Row row = new Row(table.get().columns(), values);
                requireTime();
                if (wanted.test(row)) {
                    rows.add(row);
                }
            }
        }
        List<List<Row>> groups = List.of(rows);
        if (table.isPresent() && tokens.skip("GROUP")) {
            groups = groups(rows, by(tokens, expressions));
        }
        if (table.isPresent() && tokens.skip("ORDER")) {
            Comparator<Row> order = order(by(tokens, expressions));
            rows.sort(order);
            groups = groups.size() == 1
                    ? groups
                    : groups.stream()
                            .sorted(Comparator.comparing(group -> group.get(0), order))
                            .toList();
        }
        long skip = 0;
        long limit = Long.MAX_VALUE;
        if (tokens.skip("LIMIT")) {
            limit = number(tokens);
            if (tokens.skip(",")) {
                skip = limit;
                limit = number(tokens);
            } else if (tokens.skip("OFFSET")) {
                skip = number(tokens);
            }
        }
        tokens.requireEnd();
        return new Selection(groups, skip, limit);
    }

    private static long number(SqlTokens tokens) throws StatementException {
        String text = tokens.require(SqlTokens.Kind.NUMBER);
        if (text.length() > 18 || text.startsWith("-")) {
            throw StatementException.notSupported();
        }
        return Long.parseLong(text);
    }

    private static List<Expression> by(SqlTokens tokens, Expressions expressions) throws StatementException {
        tokens.require("BY");
        List<Expression> list = new ArrayList<>();
        do {
            list.add(expressions.expression());
            tokens.skip("ASC");
        } while (tokens.skip(","));
        return list;
    }

    private static List<List<Row>> groups(List<Row> rows, List<Expression> by) {
        Map<List<Optional<String>>, List<Row>> groups = new LinkedHashMap<>();
        for (Row row : rows) {
            List<Optional<String>> key =
                    by.stream().map(each -> each.value(row, List.of())).toList();
            groups.computeIfAbsent(key, any -> new ArrayList<>()).add(row);
        }
        return List.copyOf(groups.values());
    }

    private static Comparator<Row> order(List<Expression> by) {
        return (one, other) -> by.stream()
                .mapToInt(each -> Expressions.compare(
                        each.value(one, List.of()).orElse(""),
                        each.value(other, List.of()).orElse("")))
                .filter(result -> result != 0)
                .findFirst()
                .orElse(0);
    }

    private void requireTime() throws StatementException {
        if (System.nanoTime() - deadline > 0) {
            throw new StatementException(ER_QUERY_TIMEOUT, "HY000", "the statement takes too long");
        }
    }

    private QueryResponse showGrants() {
        String user = SqlText.name(account.user()) + "@`%`";
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
}
