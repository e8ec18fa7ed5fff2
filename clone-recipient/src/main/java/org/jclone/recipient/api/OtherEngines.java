package org.jclone.recipient.api;

import static java.util.stream.Collectors.joining;

import java.util.List;
import java.util.Set;

/**
 * The donor's tables in other engines than InnoDB. A clone has their definitions but not their rows.
 *
 * @param count number of tables that the account sees
 * @param tables the first of them, by schema and name
 * @param complete whether the account sees all tables of the donor
 */
public record OtherEngines(long count, List<Table> tables, boolean complete) {

    private static final int MOST_NAMES = 5;

    /** Engines that store no rows. */
    private static final Set<String> WITHOUT_ROWS = Set.of("BLACKHOLE", "FEDERATED", "MRG_MYISAM", "EXAMPLE");

    /** Engines whose tables can be converted to InnoDB without changing their purpose. */
    private static final Set<String> CONVERTIBLE = Set.of("MyISAM", "ARCHIVE", "CSV");

    /** Engines whose tables cannot be opened on the clone, because the server creates no empty files for them. */
    private static final Set<String> UNUSABLE = Set.of("ARCHIVE", "MRG_MYISAM");

    /** One table, with its engine as the donor names it. */
    public record Table(String schema, String name, String engine) {

        /** {@return whether the engine stores rows, which the clone lacks} */
        public boolean losesRows() {
            return !WITHOUT_ROWS.contains(engine);
        }

        /** {@return whether {@code ALTER TABLE ... ENGINE = InnoDB} is a sensible conversion} */
        public boolean isConvertible() {
            return CONVERTIBLE.contains(engine);
        }

        /** {@return whether statements that use the table fail on the clone} */
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

    /** {@return whether all tables are in InnoDB} */
    public boolean isEmpty() {
        return count == 0;
    }

    /** {@return {@code 2 tables: shop.log (MyISAM), shop.tmp (MEMORY)}, limited to the first names} */
    public String describe() {
        String names = tables.stream().limit(MOST_NAMES).map(Table::toString).collect(joining(", "));
        long more = count - Math.min(MOST_NAMES, tables.size());
        return count + (count == 1 ? " table: " : " tables: ") + names + (more > 0 ? " and " + more + " more" : "");
    }
}
