package org.jclone.recipient.check;

import static java.util.stream.Collectors.joining;
import static org.jclone.recipient.api.CheckItem.ENCRYPTION;
import static org.jclone.recipient.api.CheckItem.ENGINES;
import static org.jclone.recipient.api.CheckItem.TABLESPACES;
import static org.jclone.recipient.api.CheckItem.UNDO_NAMES;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jclone.protocol.text.SqlText;
import org.jclone.recipient.api.CheckItem;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.Finding;
import org.jclone.recipient.api.OtherEngines;
import org.jclone.recipient.explain.Explanations;
import org.jclone.recipient.sql.Rows;
import org.jclone.recipient.sql.SqlException;
import org.jclone.recipient.storage.DonorNames;

/** Checks of the donor's data. */
final class DataChecks {

    private static final int MOST_NAMES = 5;
    private static final int MOST_STATEMENTS = 3;
    private static final int MOST_ROWS = 1000;

    /** In {@code innodb_data_file_path} the word follows the size; names of files may hold it, too. */
    private static final Pattern RAW_DEVICE =
            Pattern.compile(":\\d+[KMG]?(new)?raw\\s*(;|$)", Pattern.CASE_INSENSITIVE);

    private final DonorView donor;
    private Optional<Boolean> encrypted = Optional.empty();

    DataChecks(DonorView donor) {
        this.donor = donor;
    }

    Finding engines() throws SqlException, CloneException {
        OtherEngines others = OtherEnginesQuery.ask(donor.sql());
        if (others.tables().stream().anyMatch(each -> each.losesRows() || each.isUnusable())) {
            return Finding.warning(ENGINES, "not in InnoDB: " + others.describe(), fateOf(others))
                    .withChoices(others.tables().stream()
                            .filter(OtherEngines.Table::isConvertible)
                            .limit(MOST_STATEMENTS)
                            .map(DataChecks::toInnodb)
                            .toList());
        }
        if (!others.isEmpty()) {
            return Finding.ok(ENGINES, "not in InnoDB, without rows of their own: " + others.describe());
        }
        return others.complete()
                ? Finding.ok(ENGINES, "all tables are in InnoDB")
                : Finding.unknown(
                        ENGINES,
                        "the account sees few tables; tables not in InnoDB arrive empty",
                        donor.grant("REFERENCES ON *.*") + " -- shows names, not rows");
    }

    private static String fateOf(OtherEngines others) {
        String fate = "A clone copies InnoDB only: these tables arrive without their rows.";
        if (others.tables().stream().anyMatch(OtherEngines.Table::isUnusable)) {
            fate += " Tables of ARCHIVE and MRG_MYISAM cannot even be opened there: drop and reload them.";
        }
        if (others.tables().stream().anyMatch(each -> each.engine().equals("MEMORY"))) {
            fate += " MEMORY tables are empty after any restart.";
        }
        return others.tables().stream().anyMatch(OtherEngines.Table::isConvertible)
                ? fate + " Dump and load them; or change the engine, which rebuilds a table, blocks writes to it as"
                        + " long, and does the same on every replica."
                : fate + " Their engines were chosen on purpose: do not change them for a clone.";
    }

    private static String toInnodb(OtherEngines.Table table) {
        return "ALTER TABLE " + SqlText.name(table.schema()) + '.' + SqlText.name(table.name()) + " ENGINE = InnoDB;";
    }

    /** @param tls whether the connection is encrypted */
    Finding encryption(boolean tls) throws SqlException, CloneException {
        List<String> found = new ArrayList<>();
        for (String log : List.of("redo", "undo")) {
            if (donor.value("innodb_" + log + "_log_encrypt").orElse("").equals("ON")) {
                found.add("the " + log + " log");
            }
        }
        if (donor.seesProcesses()) {
            long count = donor.query(
                            "SELECT COUNT(*) FROM information_schema.innodb_tablespaces WHERE encryption = 'Y'")
                    .singleNumber()
                    .orElse(0);
            if (count > 0) {
                found.add(count + (count == 1 ? " tablespace" : " tablespaces"));
            }
        } else if (found.isEmpty()) {
            return Finding.unknown(
                    ENCRYPTION, "the logs are not encrypted; tablespaces cannot be seen", donor.grantProcess());
        }
        encrypted = Optional.of(!found.isEmpty());
        if (found.isEmpty()) {
            return Finding.ok(ENCRYPTION, "nothing is encrypted");
        }
        String text = "encrypted: " + String.join(", ", found);
        return tls
                ? Finding.ok(ENCRYPTION, text)
                : Finding.problem(
                        ENCRYPTION,
                        CloneErrorCode.ENCRYPTION_NEEDS_TLS,
                        text,
                        Explanations.warning(3872) + " Clone with --ssl-mode=REQUIRED.");
    }

    /** Returns whether the donor has encrypted data; empty while unknown. */
    Optional<Boolean> hasEncrypted() {
        return encrypted;
    }

    Finding tablespaces() throws SqlException, CloneException {
        if (RAW_DEVICE.matcher(donor.value("innodb_data_file_path").orElse("")).find()) {
            return Finding.problem(
                    TABLESPACES,
                    CloneErrorCode.INCOMPATIBLE,
                    "the system tablespace is on a raw device",
                    "A clone contains files only.");
        }
        if (!donor.seesProcesses()) {
            return needsProcess(TABLESPACES, "whether any lies outside the data directory cannot be seen");
        }
        String dataDirectory = donor.value("datadir").orElse("/");
        Rows rows = donor.query(
                "SELECT file_name FROM information_schema.files WHERE (file_name LIKE '/%' OR file_name LIKE '.%/../%'"
                        + " OR file_name LIKE '../%')"
                        + " AND file_type = 'TABLESPACE' ORDER BY file_name LIMIT " + MOST_ROWS);
        List<String> outside = rows.rows().stream()
                .map(row -> row.get(0).orElse(""))
                .filter(name -> DonorNames.isOutside(name) && !name.startsWith(dataDirectory))
                .toList();
        return outside.isEmpty()
                ? Finding.ok(TABLESPACES, "all in the data directory")
                : Finding.warning(
                        TABLESPACES,
                        "outside the data directory: " + some(outside),
                        "They go into the new data directory, or where --map-path=FROM=TO puts them.");
    }

    Finding undoNames() throws SqlException, CloneException {
        if (!donor.seesProcesses()) {
            return needsProcess(UNDO_NAMES, "whether two have the same file name cannot be seen");
        }
        Rows rows = donor.query("SELECT file_name FROM information_schema.files WHERE file_type = 'UNDO LOG'");
        Map<String, String> byName = new HashMap<>();
        for (int i = 0; i < rows.size(); i++) {
            String path = rows.text(i, 0);
            String other = byName.put(path.substring(path.lastIndexOf('/') + 1), path);
            if (other != null && !other.equals(path)) {
                return Finding.problem(
                                UNDO_NAMES,
                                CloneErrorCode.FILE_NAME_CLASH,
                                "same file name: " + other + " and " + path,
                                Explanations.warning(3869)
                                        + " A clone has all undo tablespaces in one directory: recreate one under another name.")
                        .withChoices(List.of(
                                "CREATE UNDO TABLESPACE ... ADD DATAFILE '...'; ALTER UNDO TABLESPACE ... SET INACTIVE;"
                                        + " DROP UNDO TABLESPACE ...;"));
            }
        }
        return Finding.ok(UNDO_NAMES, rows.size() + ", each with a file name of its own");
    }

    private Finding needsProcess(CheckItem item, String text) {
        return Finding.unknown(item, text, donor.grantProcess());
    }

    private static String some(List<String> names) {
        String first = names.stream().limit(MOST_NAMES).collect(joining(", "));
        return names.size() > MOST_NAMES ? first + " and " + (names.size() - MOST_NAMES) + " more" : first;
    }
}
