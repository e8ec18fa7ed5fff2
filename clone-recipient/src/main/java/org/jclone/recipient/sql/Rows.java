package org.jclone.recipient.sql;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jclone.protocol.command.ColumnDefinition41;
import org.jclone.protocol.command.QueryResponse;

/**
 * A small result, all of it.
 *
 * @param columns their names
 * @param rows values in the columns' order; empty for NULL
 */
public record Rows(List<String> columns, List<List<Optional<String>>> rows) {

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

    public boolean isEmpty() {
        return rows.isEmpty();
    }

    public int size() {
        return rows.size();
    }

    /** The value of a row; an empty text for NULL. */
    public String text(int row, int column) {
        return rows.get(row).get(column).orElse("");
    }

    /** The only value of a result of one row and one column; empty if there is no row, or it is NULL. */
    public Optional<String> single() {
        return rows.isEmpty() ? Optional.empty() : rows.get(0).get(0);
    }

    /** The same as a number; empty if it is none that fits. */
    public OptionalLong singleNumber() {
        return number(single().orElse(""));
    }

    /** {@code text} as a number; empty if it is none that fits. */
    public static OptionalLong number(String text) {
        try {
            return OptionalLong.of(Long.parseLong(text));
        } catch (NumberFormatException e) {
            return OptionalLong.empty();
        }
    }
}
