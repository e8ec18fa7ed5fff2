package org.jclone.recipient.check;

import static java.util.stream.Collectors.joining;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.sql.Grants;
import org.jclone.recipient.sql.Rows;
import org.jclone.recipient.sql.SqlException;
import org.jclone.recipient.sql.SqlSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The donor as the account sees it. Queries the variables that any account may read once. */
final class DonorView {

    private static final List<String> VARIABLES = List.of(
            "binlog_expire_logs_auto_purge",
            "binlog_expire_logs_seconds",
            "clone_donor_timeout_after_network_failure",
            "datadir",
            "innodb_buffer_pool_size",
            "innodb_data_file_path",
            "innodb_log_file_size",
            "innodb_log_files_in_group",
            "innodb_redo_log_capacity",
            "innodb_redo_log_encrypt",
            "innodb_undo_log_encrypt",
            "log_bin",
            "max_allowed_packet",
            "max_connections",
            "net_read_timeout",
            "net_write_timeout",
            "performance_schema",
            "wait_timeout");

    private static final List<String> STATUS = List.of(
            "Innodb_redo_log_enabled",
            "Innodb_os_log_written",
            "Innodb_redo_log_logical_size",
            "Threads_connected",
            "Uptime");

    private static final Logger LOGGER = LoggerFactory.getLogger(DonorView.class);

    private static final int ER_NO_SUCH_TABLE = 1146;

    private final SqlSession sql;
    private final Map<String, String> values = new HashMap<>();
    private final Grants grants;
    private final boolean seesProcesses;
    private boolean processesDenied;

    private DonorView(SqlSession sql) throws SqlException, CloneException {
        this.sql = sql;
        sql.limit();
        grants = Grants.ask(sql);
        collect("SHOW GLOBAL VARIABLES", VARIABLES);
        collect("SHOW GLOBAL STATUS", STATUS);
        seesProcesses = maySee("SELECT 1 FROM information_schema.innodb_tablespaces LIMIT 1");
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

    private boolean maySee(String statement) throws CloneException {
        try {
            sql.query(statement);
            return true;
        } catch (SqlException e) {
            LOGGER.atDebug().addKeyValue("reason", e.getMessage()).log("the donor does not let us see its processes");
            processesDenied = e.isAccessDenied();
            return false;
        }
    }

    Rows query(String statement) throws SqlException, CloneException {
        return sql.query(statement);
    }

    /** Returns rows of the process list; those of other accounts only with PROCESS. */
    Rows processes(String columns, String condition) throws SqlException, CloneException {
        String select = "SELECT " + columns + " FROM ";
        String rest = ".processlist WHERE " + condition;
        String old = select + "information_schema" + rest;
        if (lacksPerformanceSchema()) {
            return query(old);
        }
        try {
            return query(select + "performance_schema" + rest);
        } catch (SqlException e) {
            if (e.number() != ER_NO_SUCH_TABLE) {
                throw e;
            }
            return query(old); // before 8.0.22
        }
    }

    SqlSession sql() {
        return sql;
    }

    /** Returns a system or status variable; empty if the donor has none of that name. */
    Optional<String> value(String name) {
        return Optional.ofNullable(values.get(name));
    }

    OptionalLong number(String name) {
        return Rows.number(values.getOrDefault(name, ""));
    }

    /** Whether performance_schema is disabled. */
    boolean lacksPerformanceSchema() {
        return values.getOrDefault("performance_schema", "ON").equals("OFF");
    }

    /** Returns the account, such as {@code clone_user@%}. */
    String account() {
        return grants.account();
    }

    /** Whether the account has PROCESS. Without it, the sizes and files of tablespaces and the sessions of other accounts are hidden. */
    boolean seesProcesses() {
        return seesProcesses;
    }

    /** Returns the statement that grants PROCESS; none if the donor refused the query for another reason. */
    String[] grantProcess() {
        return processesDenied ? new String[] {grant("PROCESS ON *.*")} : new String[0];
    }

    /** Returns the account quoted, such as {@code 'clone_user'@'%'}. */
    String quotedAccount() {
        return grants.quotedAccount();
    }

    /** Returns a statement such as {@code GRANT PROCESS ON *.* TO 'clone_user'@'%';}. */
    String grant(String what) {
        return grants.statement(what);
    }
}
