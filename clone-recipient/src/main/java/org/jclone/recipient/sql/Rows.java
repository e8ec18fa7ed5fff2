package org.jclone.recipient.sql;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jclone.protocol.command.ColumnDefinition41;
import org.jclone.protocol.command.QueryResponse;

/**
 * A small result set, read completely.
 *
 * @param columns names of the columns
 * @param rows values in the columns' order; empty for NULL
 */
public record Rows(List<String> columns, List<List<Optional<String>>> rows) {

    /** No rows. */
    public static final Rows NONE = new Rows(List.of(), List.of());

    public Rows {
        columns = List.copyOf(columns);
        rows = List.copyOf(rows);
    }

    static Rows of(QueryResponse.ResultSet set) {
        return new Rows(
                set.columns().stream().map(ColumnDefinition41::name).toList(),
                set.rows().stream().map(row -> row.values()).toList());
    }

    /** {@return whether there are no rows} */
    public boolean isEmpty() {
        return rows.isEmpty();
    }

    /** {@return the number of rows} */
    public int size() {
        return rows.size();
    }

    /** Returns one value; an empty string for NULL. */
    public String text(int row, int column) {
        return rows.get(row).get(column).orElse("");
    }

    /** Returns the value of the column of that name in any case; empty for NULL, and if there is no such column. */
    public Optional<String> value(int row, String column) {
        for (int i = 0; i < columns.size(); i++) {
            if (columns.get(i).equalsIgnoreCase(column)) {
                return rows.get(row).get(i);
            }
        }
        return Optional.empty();
    }

    /** Returns the value of a result of one row and one column; empty if there is no row or the value is NULL. */
    public Optional<String> single() {
        return rows.isEmpty() ? Optional.empty() : rows.get(0).get(0);
    }

    /** Returns {@link #single} as a number; empty if it is not a number or out of range. */
    public OptionalLong singleNumber() {
        return number(single().orElse(""));
    }

    /** Parses {@code text}; empty if it is not a number or out of range. */
    public static OptionalLong number(String text) {
        try {
            return OptionalLong.of(Long.parseLong(text));
        } catch (NumberFormatException e) {
            return OptionalLong.empty();
        }
    }
}
