package org.jclone.recipient.compat;

import static java.util.stream.Collectors.joining;

import java.util.List;
import java.util.Optional;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.Mismatch;
import org.jclone.recipient.api.Mismatch.Severity;
import org.jclone.recipient.sql.Rows;
import org.jclone.recipient.sql.SqlException;
import org.jclone.recipient.sql.SqlSession;

/** Bugs of certain donor versions that silently damage a clone. */
final class KnownFaults {

    private static final int ROW_VERSIONS = 80_029;
    private static final int ROW_VERSIONS_REPAIRED = 80_032;
    private static final int MOST_NAMES = 5;
    private static final int MOST_ROWS = 1000;

    private KnownFaults() {}

    /**
     * Finds tables for which the donor writes a wrong redo log: those with columns added or dropped by ALGORITHM=INSTANT. Every clone is affected, because a server recovers its redo log. Source: bugs 107611, 107613 and 107854 of MySQL.
     */
    static List<Mismatch> ask(SqlSession sql, Optional<ServerVersion> donor) throws CloneException {
        int number = donor.map(ServerVersion::number).orElse(0);
        if (number < ROW_VERSIONS || number >= ROW_VERSIONS_REPAIRED) {
            return List.of();
        }
        String has;
        try {
            Rows rows = sql.query("SELECT name FROM information_schema.innodb_tables WHERE total_row_versions > 0"
                    + " ORDER BY name LIMIT " + MOST_ROWS);
            if (rows.isEmpty()) {
                return List.of();
            }
            has = rows.rows().stream()
                            .limit(MOST_NAMES)
                            .map(row -> row.get(0).orElse(""))
                            .collect(joining(", "))
                    + (rows.size() > MOST_NAMES ? " and " + (rows.size() - MOST_NAMES) + " more" : "");
        } catch (SqlException e) {
            has = "cannot be seen (needs PROCESS)";
        }
        return List.of(new Mismatch(
                Severity.HARMLESS,
                "tables changed by ALGORITHM=INSTANT",
                has,
                "recovers the redo log of the clone",
                "MySQL 8.0.29 to 8.0.31 may write a wrong redo log for them, so that recovery damages them: OPTIMIZE TABLE"
                        + " each on the donor before the clone, or upgrade the donor to 8.0.32 or later."));
    }
}
