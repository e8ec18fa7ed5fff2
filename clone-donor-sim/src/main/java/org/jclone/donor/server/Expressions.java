package org.jclone.donor.server;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.BinaryOperator;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jclone.protocol.clone.CloneError;

/** Parses the expressions and conditions of a statement. */
final class Expressions {

    private static final int ER_BAD_FIELD_ERROR = 1054;
    private static final int MAX_DEPTH = 50;
    private static final int MAX_REPEATED = 1 << 20;

    /** A row of a table, the input of expressions. */
    record Row(List<String> columns, List<Optional<String>> values) {

        static final Row NONE = new Row(List.of(), List.of());

        Optional<String> value(String column) {
            int index = columns.indexOf(column);
            return index < 0 ? Optional.empty() : values.get(index);
        }
    }

    /** Computes a value; empty means NULL. */
    interface Expression {

        /** @param group the group of selected rows that {@code row} belongs to */
        Optional<String> value(Row row, List<Row> group);
    }

    private final SqlTokens tokens;
    private final Map<String, Supplier<Optional<String>>> functions;
    private final ServerFacts facts;
    private final List<String> columns;
    private boolean aggregates;
    private int depth;

    /** @param columns columns of the table; empty if there is no table */
    Expressions(
            SqlTokens tokens,
            Map<String, Supplier<Optional<String>>> functions,
            ServerFacts facts,
            List<String> columns) {
        this.tokens = tokens;
        this.functions = functions;
        this.facts = facts;
        this.columns = columns;
    }

    /** Returns whether an expression parsed so far is an aggregate. */
    boolean aggregates() {
        return aggregates;
    }

    Expression expression() throws StatementException {
        Expression sum = product();
        while (tokens.peek().is("+") || tokens.peek().is("-")) {
            boolean plus = tokens.next().is("+");
            sum = arithmetic(sum, product(), (left, right) -> plus ? left.add(right) : left.subtract(right));
        }
        return sum;
    }

    private Expression product() throws StatementException {
        Expression product = operand();
        while (tokens.skip("*")) {
            product = arithmetic(product, operand(), BigDecimal::multiply);
        }
        return product;
    }

    private static Expression arithmetic(Expression left, Expression right, BinaryOperator<BigDecimal> operator) {
        return (row, group) -> left.value(row, group)
                .flatMap(Expressions::number)
                .flatMap(one -> right.value(row, group)
                        .flatMap(Expressions::number)
                        .map(other -> operator.apply(one, other).toPlainString()));
    }

    private Expression operand() throws StatementException {
        SqlTokens.Token token = tokens.next();
        return switch (token.kind()) {
            case NUMBER, TEXT -> constant(Optional.of(token.text()));
            case VARIABLE -> variable(token.text());
            case NAME -> column(token.text());
            case WORD -> word(token);
            case SYMBOL, END -> throw StatementException.notSupported();
        };
    }

    private static Expression constant(Optional<String> value) {
        return (row, group) -> value;
    }

    private Expression variable(String text) throws StatementException {
        String name = text.toLowerCase(Locale.ROOT).replaceFirst("^(global|session|local)\\.", "");
        Optional<String> value = facts.variable(name);
        if (value.isEmpty()) {
            throw new StatementException(
                    CloneError.ER_UNKNOWN_SYSTEM_VARIABLE, "HY000", "this donor has no variable " + text);
        }
        return constant(value);
    }

    private Expression column(String text) throws StatementException {
        String name = text.toLowerCase(Locale.ROOT);
        if (!columns.contains(name)) {
            throw unknown(text);
        }
        return (row, group) -> row.value(name);
    }

    private static StatementException unknown(String text) {
        return new StatementException(ER_BAD_FIELD_ERROR, "42S22", "this donor does not know " + text);
    }

    private Expression word(SqlTokens.Token token) throws StatementException {
        if (token.is("NULL")) {
            return constant(Optional.empty());
        }
        String name = token.text().toUpperCase(Locale.ROOT);
        if (!tokens.skip("(")) {
            return name.equals("CURRENT_USER") ? constant(functions.get(name).get()) : column(token.text());
        }
        if (tokens.skip(")")) {
            Supplier<Optional<String>> function = functions.get(name);
            if (function == null) {
                throw unknown(token.text() + "()");
            }
            return constant(function.get());
        }
        Expression call = call(name);
        tokens.require(")");
        if (name.equals("COUNT")) {
            aggregates |= !over();
        }
        return call;
    }

    /** Parses {@code OVER ()}, which turns an aggregate into a value of each row. */
    private boolean over() throws StatementException {
        if (!tokens.skip("OVER")) {
            return false;
        }
        tokens.require("(");
        tokens.require(")");
        return true;
    }

    private Expression call(String function) throws StatementException {
        return switch (function) {
            case "COUNT" -> {
                tokens.require("*");
                yield (row, group) -> Optional.of(Integer.toString(group.size()));
            }
            case "SUM" -> aggregate(nested(), BigDecimal::add);
            case "MIN" -> aggregate(nested(), BigDecimal::min);
            case "MAX" -> aggregate(nested(), BigDecimal::max);
            case "IF" -> {
                Predicate<Row> condition = condition();
                tokens.require(",");
                Expression one = nested();
                tokens.require(",");
                Expression other = nested();
                yield (row, group) -> (condition.test(row) ? one : other).value(row, group);
            }
            case "CAST" -> {
                Expression cast = nested();
                tokens.require("AS");
                tokens.require(SqlTokens.Kind.WORD);
                yield cast;
            }
            case "IFNULL", "COALESCE" -> {
                Expression first = nested();
                tokens.require(",");
                Expression second = nested();
                yield (row, group) -> first.value(row, group).or(() -> second.value(row, group));
            }
            case "REPEAT" -> {
                String text = tokens.require(SqlTokens.Kind.TEXT);
                tokens.require(",");
                yield constant(Optional.of(repeated(text, tokens.require(SqlTokens.Kind.NUMBER))));
            }
            default -> throw StatementException.notSupported();
        };
    }

    private Expression nested() throws StatementException {
        enter();
        Expression expression = expression();
        depth--;
        return expression;
    }

    private void enter() throws StatementException {
        if (++depth > MAX_DEPTH) {
            throw StatementException.notSupported();
        }
    }

    private static String repeated(String text, String times) throws StatementException {
        long count = times.length() > 9 ? Long.MAX_VALUE : Math.max(0, Long.parseLong(times));
        if (!text.isEmpty() && count > MAX_REPEATED / text.length()) {
            throw StatementException.notSupported();
        }
        return text.repeat(text.isEmpty() ? 0 : (int) count);
    }

    /** Aggregates the numbers of all rows of a group; NULL if there are none. */
    private Expression aggregate(Expression each, BinaryOperator<BigDecimal> operator) {
        aggregates = true;
        return (row, group) -> group.stream()
                .flatMap(member -> each.value(member, group).flatMap(Expressions::number).stream())
                .reduce(operator)
                .map(BigDecimal::toPlainString);
    }

    private static Optional<BigDecimal> number(String text) {
        String unsigned = text.startsWith("-") ? text.substring(1) : text;
        boolean digits = !unsigned.isEmpty()
                && unsigned.length() < 40
                && unsigned.chars().allMatch(c -> c >= '0' && c <= '9');
        return digits ? Optional.of(new BigDecimal(text)) : Optional.empty();
    }

    /** Compares numbers by value, and anything else as case-insensitive text. */
    static int compare(String left, String right) {
        Optional<BigDecimal> leftNumber = number(left);
        Optional<BigDecimal> rightNumber = number(right);
        return leftNumber.isPresent() && rightNumber.isPresent()
                ? leftNumber.get().compareTo(rightNumber.get())
                : String.CASE_INSENSITIVE_ORDER.compare(left, right);
    }

    /** Parses the condition after WHERE. */
    Predicate<Row> condition() throws StatementException {
        Predicate<Row> any = conjunction();
        while (tokens.skip("OR")) {
            any = any.or(conjunction());
        }
        return any;
    }

    private Predicate<Row> conjunction() throws StatementException {
        Predicate<Row> all = term();
        while (tokens.skip("AND")) {
            all = all.and(term());
        }
        return all;
    }

    private Predicate<Row> term() throws StatementException {
        enter();
        Predicate<Row> term;
        if (tokens.skip("NOT")) {
            term = term().negate();
        } else if (tokens.skip("(")) {
            term = condition();
            tokens.require(")");
        } else {
            term = comparison();
        }
        depth--;
        return term;
    }

    private Predicate<Row> comparison() throws StatementException {
        Expression left = expression();
        if (tokens.skip("IS")) {
            boolean not = tokens.skip("NOT");
            tokens.require("NULL");
            return row -> left.value(row, List.of()).isPresent() == not;
        }
        boolean not = tokens.skip("NOT");
        if (tokens.skip("LIKE")) {
            LikePattern pattern = LikePattern.of(tokens.require(SqlTokens.Kind.TEXT));
            return test(left, value -> pattern.matches(value) != not);
        }
        if (tokens.skip("IN")) {
            List<Expression> list = list();
            return test(left, value -> isAmong(value, list) != not);
        }
        if (not) {
            throw StatementException.notSupported();
        }
        String operator = tokens.require(SqlTokens.Kind.SYMBOL);
        Expression right = expression();
        return switch (operator) {
            case "=" -> compare(left, right, result -> result == 0);
            case "<>", "!=" -> compare(left, right, result -> result != 0);
            case "<" -> compare(left, right, result -> result < 0);
            case "<=" -> compare(left, right, result -> result <= 0);
            case ">" -> compare(left, right, result -> result > 0);
            case ">=" -> compare(left, right, result -> result >= 0);
            default -> throw StatementException.notSupported();
        };
    }

    private List<Expression> list() throws StatementException {
        List<Expression> list = new ArrayList<>();
        tokens.require("(");
        do {
            list.add(expression());
        } while (tokens.skip(","));
        tokens.require(")");
        return list;
    }

    private static boolean isAmong(String value, List<Expression> list) {
        return list.stream()
                .anyMatch(each -> each.value(Row.NONE, List.of())
                        .filter(other -> compare(value, other) == 0)
                        .isPresent());
    }

    private static Predicate<Row> test(Expression left, Predicate<String> test) {
        return row -> left.value(row, List.of()).filter(test).isPresent();
    }

    private interface Outcome {

        boolean holds(int result);
    }

    private static Predicate<Row> compare(Expression left, Expression right, Outcome outcome) {
        return row -> left.value(row, List.of())
                .flatMap(one -> right.value(row, List.of()).map(other -> outcome.holds(compare(one, other))))
                .orElse(false);
    }
}
