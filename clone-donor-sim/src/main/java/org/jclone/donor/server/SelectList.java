package org.jclone.donor.server;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jclone.protocol.clone.CloneError;
import org.jclone.protocol.command.ColumnDefinition41;
import org.jclone.protocol.command.QueryResponse;
import org.jclone.protocol.command.TextRow;

/** {@code SELECT} without a table: numbers, texts, system variables, and a few functions about the session. */
final class SelectList {

    private static final int ER_BAD_FIELD_ERROR = 1054;

    private static final String EXPRESSION =
            "(?<expression>@@[\\w.]+|-?\\d+|'(?<text>[^'\\\\]*)'|NULL|(?<function>\\w+)\\s*\\(\\s*\\))";
    private static final Pattern ITEM = Pattern.compile(
            "\\s*" + EXPRESSION + "(\\s+(AS\\s+)?(?<quote>[`'\"]?)(?<alias>\\w+)\\k<quote>)?\\s*(,|$)",
            Pattern.CASE_INSENSITIVE);
    private static final Pattern TAIL =
            Pattern.compile("(\\s+FROM\\s+DUAL)?(\\s+LIMIT\\s+\\d+)?$", Pattern.CASE_INSENSITIVE);

    /** @param text empty for NULL */
    private record Value(Optional<String> text) {

        static Value of(String text) {
            return new Value(Optional.of(text));
        }
    }

    private final ServerFacts facts;
    private final Map<String, Supplier<Optional<String>>> functions;

    SelectList(ServerFacts facts, Map<String, Supplier<Optional<String>>> functions) {
        this.facts = facts;
        this.functions = functions;
    }

    /** @param list what follows {@code SELECT} */
    QueryResponse select(String list) {
        String items = TAIL.matcher(list).replaceFirst("");
        List<ColumnDefinition41> columns = new ArrayList<>();
        List<Optional<String>> values = new ArrayList<>();
        Matcher item = ITEM.matcher(items);
        int at = 0;
        while (at < items.length() && item.region(at, items.length()).lookingAt()) {
            Optional<Value> value = value(item);
            if (value.isEmpty()) {
                return unknown(item.group("expression"));
            }
            String alias = item.group("alias");
            columns.add(ColumnDefinition41.text(alias == null ? item.group("expression") : alias));
            values.add(value.get().text());
            at = item.end();
        }
        if (at < items.length() || columns.isEmpty() || items.endsWith(",")) {
            return Statements.notSupported();
        }
        return new QueryResponse.ResultSet(columns, List.of(new TextRow(values)));
    }

    /** Empty if there is no such thing. */
    private Optional<Value> value(Matcher item) {
        String expression = item.group("expression");
        if (expression.startsWith("@@")) {
            String name = expression.toLowerCase(Locale.ROOT).replaceFirst("^@@((global|session|local)\\.)?", "");
            return facts.variable(name).map(Value::of);
        }
        if (item.group("function") != null) {
            return Optional.ofNullable(functions.get(item.group("function").toUpperCase(Locale.ROOT)))
                    .map(function -> new Value(function.get()));
        }
        if (expression.equalsIgnoreCase("NULL")) {
            return Optional.of(new Value(Optional.empty()));
        }
        return Optional.of(Value.of(item.group("text") == null ? expression : item.group("text")));
    }

    private static QueryResponse unknown(String expression) {
        return expression.startsWith("@@")
                ? Statements.error(
                        CloneError.ER_UNKNOWN_SYSTEM_VARIABLE,
                        "HY000",
                        "this donor has no variable " + expression.substring(2))
                : Statements.error(ER_BAD_FIELD_ERROR, "42S22", "this donor does not know " + expression);
    }
}
