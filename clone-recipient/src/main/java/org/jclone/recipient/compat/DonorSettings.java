package org.jclone.recipient.compat;

import static java.util.stream.Collectors.joining;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.sql.Rows;
import org.jclone.recipient.sql.SqlException;
import org.jclone.recipient.sql.SqlSession;

/** The donor's system variables that determine the target's option file. Any account may read them. */
final class DonorSettings {

    private static final String DATA_FILE_PATH = "innodb_data_file_path";
    private static final String TEMP_DATA_FILE_PATH = "innodb_temp_data_file_path";
    private static final String DEFAULT_TEMP_DATA_FILE_PATH = "ibtmp1:12M:autoextend";
    private static final String LOWER_CASE = "lower_case_table_names";
    private static final String CHECKSUM = "innodb_checksum_algorithm";

    /** Names and defaults of the variables that full-text indexes depend on. */
    private static final Map<String, String> FULL_TEXT =
            Map.of("innodb_ft_min_token_size", "3", "innodb_ft_max_token_size", "84", "ngram_token_size", "2");

    private static final List<String> ADVISED = List.of(
            "character_set_server",
            "collation_server",
            "gtid_mode",
            "enforce_gtid_consistency",
            "innodb_redo_log_capacity");

    /** One file of the system tablespace: a path, a size, and optional attributes. */
    private static final Pattern DATA_FILE =
            Pattern.compile("(?:.*/)?([^/:;]+)(:\\d{1,18}[KMGkmg]?(?::autoextend)?(?::max:\\d{1,18}[KMGkmg]?)?)");

    private final Map<String, String> values;
    private final boolean asked;

    private DonorSettings(Map<String, String> values, boolean asked) {
        this.values = values;
        this.asked = asked;
    }

    static DonorSettings notAsked() {
        return new DonorSettings(Map.of(), false);
    }

    /** Queries all variables in one statement. */
    static DonorSettings ask(SqlSession sql) throws CloneException {
        Map<String, String> values = new LinkedHashMap<>();
        String names = ADVISED.stream().map(name -> '\'' + name + '\'').collect(joining(", "));
        String fullText =
                FULL_TEXT.keySet().stream().map(name -> '\'' + name + '\'').collect(joining(", "));
        try {
            Rows rows = sql.query("SHOW GLOBAL VARIABLES WHERE variable_name IN ('" + DATA_FILE_PATH + "', '"
                    + TEMP_DATA_FILE_PATH + "', '"
                    + LOWER_CASE + "', '" + CHECKSUM + "', " + fullText + ", " + names + ')');
            for (int i = 0; i < rows.size(); i++) {
                values.put(rows.text(i, 0), rows.text(i, 1));
            }
        } catch (SqlException e) {
            return new DonorSettings(Map.of(), true);
        }
        return new DonorSettings(values, true);
    }

    /** Adds the mandatory settings, the recommended settings, and notes about unknown ones. */
    void addTo(ConfigFragment fragment) {
        String dataFiles = values.get(DATA_FILE_PATH);
        if (dataFiles == null) {
            fragment.note(untold() + DATA_FILE_PATH + "; without it the server assumes ibdata1:12M:autoextend.");
        } else {
            fragment.mustAsOnDonor(DATA_FILE_PATH, withoutFolders(dataFiles));
        }
        String lowerCase = values.get(LOWER_CASE);
        if (lowerCase == null) {
            fragment.note(untold() + LOWER_CASE + "; the server refuses the data with another.");
        } else {
            fragment.mustAsOnDonor(LOWER_CASE, lowerCase);
        }
        String checksum = values.getOrDefault(CHECKSUM, "crc32");
        if (!checksum.equals("crc32")) {
            fragment.mustAsOnDonor(CHECKSUM, checksum);
        }
        String temporary = withoutFolders(values.getOrDefault(TEMP_DATA_FILE_PATH, DEFAULT_TEMP_DATA_FILE_PATH));
        if (!temporary.equals(DEFAULT_TEMP_DATA_FILE_PATH)) {
            fragment.advisedAsOnDonor(TEMP_DATA_FILE_PATH, temporary);
        }
        for (String name : ADVISED) {
            if (!values.getOrDefault(name, "").isEmpty()) {
                fragment.advisedAsOnDonor(name, values.get(name));
            }
        }
        FULL_TEXT.keySet().stream().sorted().forEach(name -> {
            String value = values.getOrDefault(name, FULL_TEXT.get(name));
            if (!value.equals(FULL_TEXT.get(name))) {
                fragment.advisedAsOnDonor(name, value);
            }
        });
    }

    private String untold() {
        return asked ? "The donor did not report " : "The donor was not asked for ";
    }

    /**
     * Removes directories from file names: a clone has all files of the system tablespace in one directory. The server creates its temporary tablespace in the same directory, because both names are relative to innodb_data_home_dir.
     */
    static String withoutFolders(String dataFiles) {
        StringBuilder result = new StringBuilder();
        for (String file : dataFiles.split(";", -1)) {
            Matcher parts = DATA_FILE.matcher(file);
            result.append(result.isEmpty() ? "" : ";").append(parts.matches() ? parts.group(1) + parts.group(2) : file);
        }
        return result.toString();
    }
}
