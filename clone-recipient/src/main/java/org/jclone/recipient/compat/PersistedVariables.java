package org.jclone.recipient.compat;

import java.util.Locale;
import java.util.regex.Pattern;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.DonorAddress;
import org.jclone.recipient.explain.Failure;
import org.jclone.recipient.sql.Rows;
import org.jclone.recipient.sql.SqlException;
import org.jclone.recipient.sql.SqlSession;

/**
 * The donor's persisted variables. {@code SET PERSIST} stores them in {@code mysqld-auto.cnf}, which a clone does not contain.
 */
final class PersistedVariables {

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.]{1,200}");

    /** Names of variables that may hold a secret. */
    private static final Pattern SENSITIVE = Pattern.compile(
            ".*(password|passwd|passphrase|pwd|secret|private_key|access_key|api_?key|token|credential).*");

    private PersistedVariables() {}

    /** Queries the donor, and writes the variables as an option file. */
    static String ask(SqlSession sql, DonorAddress donor) throws CloneException {
        Rows rows;
        try {
            rows = sql.query("SELECT variable_name, variable_value FROM performance_schema.persisted_variables"
                    + " ORDER BY variable_name");
        } catch (SqlException e) {
            throw Failure.DonorError.PERSISTED_VARIABLES.exception(
                    "the donor does not report its persisted variables: " + e.getMessage(), e);
        }
        StringBuilder text = new StringBuilder(ConfigFragment.FIRST_LINE)
                .append("\n# Persisted variables of ")
                .append(OptionFile.comment(donor.toString()))
                .append(", for review: a clone does not have them.\n[mysqld]\n");
        for (int i = 0; i < rows.size(); i++) {
            append(text, rows.text(i, 0), rows.text(i, 1));
        }
        if (rows.isEmpty()) {
            text.append("# There are none.\n");
        }
        return text.toString();
    }

    private static void append(StringBuilder text, String name, String value) {
        if (!NAME.matcher(name).matches()) {
            text.append("# A name that no variable has: ")
                    .append(OptionFile.comment(name))
                    .append('\n');
        } else if (SENSITIVE.matcher(name.toLowerCase(Locale.ROOT)).matches()) {
            text.append("# ").append(name).append(": sensitive, its value is left out\n");
        } else {
            text.append(name).append('=').append(OptionFile.value(value)).append('\n');
        }
    }
}
