package org.jclone.recipient.api;

import static java.util.stream.Collectors.joining;

import java.util.List;
import java.util.Set;

/**
 * The donor's tables that InnoDB does not hold. A clone has their definitions and none of their rows.
 *
 * @param count how many there are, as far as the account sees them
 * @param tables the first of them, by schema and name
 * @param complete whether the account sees all tables of the donor
 */
public record OtherEngines(long count, List<Table> tables, boolean complete) {

    private static final int MOST_NAMES = 5;

    /** Engines that hold no rows of their own. */
    private static final Set<String> WITHOUT_ROWS = Set.of("BLACKHOLE", "FEDERATED", "MRG_MYISAM", "EXAMPLE");

    /** Engines whose tables become InnoDB's without becoming something else. */
    private static final Set<String> CONVERTIBLE = Set.of("MyISAM", "ARCHIVE", "CSV");

    /** Engines whose tables cannot even be opened on the clone: the server makes empty files for others only. */
    private static final Set<String> UNUSABLE = Set.of("ARCHIVE", "MRG_MYISAM");

    /** One table, with its engine as the donor names it. */
    public record Table(String schema, String name, String engine) {

        /** Whether it has rows that the clone does not have. */
        public boolean losesRows() {
            return !WITHOUT_ROWS.contains(engine);
        }

        /** Whether {@code ALTER TABLE ... ENGINE = InnoDB} keeps its meaning. */
        public boolean isConvertible() {
            return CONVERTIBLE.contains(engine);
        }

        /** Whether a statement on it fails on the clone. */
        public boolean isUnusable() {
            return UNUSABLE.contains(engine);
        }

        @Override
        public String toString() {
            return schema + '.' + name + " (" + engine + ')';
        }
    }

    public OtherEngines {
        tables = List.copyOf(tables);
    }

    public boolean isEmpty() {
        return count == 0;
    }

    /** {@code 2 tables: shop.log (MyISAM), shop.tmp (MEMORY)}, with the first names only. */
    public String describe() {
        String names = tables.stream().limit(MOST_NAMES).map(Table::toString).collect(joining(", "));
        long more = count - Math.min(MOST_NAMES, tables.size());
        return count + (count == 1 ? " table: " : " tables: ") + names + (more > 0 ? " and " + more + " more" : "");
    }
}
