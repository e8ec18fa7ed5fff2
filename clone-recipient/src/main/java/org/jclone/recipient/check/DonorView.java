package org.jclone.recipient.check;

import static java.util.stream.Collectors.joining;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.sql.Rows;
import org.jclone.recipient.sql.SqlException;
import org.jclone.recipient.sql.SqlSession;

/** The donor as our account sees it: what any account may ask is asked once. */
final class DonorView {

    private static final List<String> VARIABLES = List.of(
            "binlog_expire_logs_auto_purge",
            "binlog_expire_logs_seconds",
            "clone_donor_timeout_after_network_failure",
            "datadir",
            "innodb_data_file_path",
            "innodb_log_file_size",
            "innodb_log_files_in_group",
            "innodb_redo_log_capacity",
            "innodb_redo_log_encrypt",
            "innodb_undo_log_encrypt",
            "log_bin",
            "max_allowed_packet",
            "max_connections",
            "performance_schema");

    private static final List<String> STATUS =
            List.of("Innodb_redo_log_enabled", "Innodb_redo_log_logical_size", "Threads_connected");

    /** A global privilege with which tables of all schemas are seen in the information schema. */
    private static final Pattern SEES_TABLES = Pattern.compile(
            "^GRANT .*\\b(ALL PRIVILEGES|SELECT|INSERT|UPDATE|DELETE|CREATE|DROP|REFERENCES|INDEX|ALTER|TRIGGER"
                    + "|SHOW VIEW)\\b.* ON \\*\\.\\* TO ");

    private final SqlSession sql;
    private final Map<String, String> values = new HashMap<>();
    private final String account;
    private final String quotedAccount;
    private final boolean seesProcesses;
    private final boolean seesTables;

    private DonorView(SqlSession sql) throws SqlException, CloneException {
        this.sql = sql;
        // A statement that takes too long ends on the donor too, and none waits for a lock.
        sql.query("SET SESSION max_execution_time = 8000, lock_wait_timeout = 2");
        account = sql.query("SELECT CURRENT_USER()").single().orElse("");
        quotedAccount = quoted(account);
        collect("SHOW GLOBAL VARIABLES", VARIABLES);
        collect("SHOW GLOBAL STATUS", STATUS);
        seesProcesses = maySee("SELECT 1 FROM information_schema.innodb_tablespaces LIMIT 1");
        seesTables = sql.query("SHOW GRANTS").rows().stream()
                .anyMatch(row -> SEES_TABLES.matcher(row.get(0).orElse("")).find());
    }

    static DonorView of(SqlSession sql) throws SqlException, CloneException {
        return new DonorView(sql);
    }

    private void collect(String statement, List<String> names) throws SqlException, CloneException {
        String list = names.stream().map(name -> '\'' + name + '\'').collect(joining(", ", "(", ")"));
        Rows rows = sql.query(statement + " WHERE variable_name IN " + list);
        for (int i = 0; i < rows.size(); i++) {
            values.put(rows.text(i, 0), rows.text(i, 1));
        }
    }

    private boolean maySee(String statement) throws SqlException, CloneException {
        try {
            sql.query(statement);
            return true;
        } catch (SqlException e) {
            if (e.isAccessDenied()) {
                return false;
            }
            throw e;
        }
    }

    Rows query(String statement) throws SqlException, CloneException {
        return sql.query(statement);
    }

    SqlSession sql() {
        return sql;
    }

    /** A system or status variable; empty if this donor has none of that name. */
    Optional<String> value(String name) {
        return Optional.ofNullable(values.get(name));
    }

    OptionalLong number(String name) {
        return Rows.number(values.getOrDefault(name, ""));
    }

    /** Whether performance_schema is empty. */
    boolean lacksPerformanceSchema() {
        return values.getOrDefault("performance_schema", "ON").equals("OFF");
    }

    /** {@code clone_user@%}. */
    String account() {
        return account;
    }

    /** Whether the account has PROCESS: without it sizes and files of tablespaces, and others' sessions are hidden. */
    boolean seesProcesses() {
        return seesProcesses;
    }

    /** Whether all tables show in the information schema. */
    boolean seesTables() {
        return seesTables;
    }

    /** {@code GRANT PROCESS ON *.* TO 'clone_user'@'%';}. */
    String grant(String what) {
        return "GRANT " + what + " TO " + quotedAccount + ';';
    }

    /** The host of an account has no @, its name may. */
    private static String quoted(String account) {
        int at = account.lastIndexOf('@');
        return at < 0 ? quote(account) : quote(account.substring(0, at)) + '@' + quote(account.substring(at + 1));
    }

    private static String quote(String name) {
        return '\'' + name.replace("\\", "\\\\").replace("'", "''") + '\'';
    }
}
