package org.jclone.recipient.check;

import static org.jclone.recipient.api.CheckItem.BINARY_LOGS;
import static org.jclone.recipient.api.CheckItem.CONNECTIONS;
import static org.jclone.recipient.api.CheckItem.DDL;
import static org.jclone.recipient.api.CheckItem.MAX_ALLOWED_PACKET;
import static org.jclone.recipient.api.CheckItem.NETWORK_FAILURE;
import static org.jclone.recipient.api.CheckItem.OTHER_CLONE;
import static org.jclone.recipient.api.CheckItem.PLUGIN;
import static org.jclone.recipient.api.CheckItem.PRIVILEGE;
import static org.jclone.recipient.api.CheckItem.REDO_LOG;
import static org.jclone.recipient.api.CheckItem.TIMEOUTS;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.jclone.protocol.clone.CloneError;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.Finding;
import org.jclone.recipient.explain.Explanations;
import org.jclone.recipient.sql.Rows;
import org.jclone.recipient.sql.SqlException;

/** Checks of the donor's server: its settings and its current activity. */
final class ServerChecks {

    /** With a lower value the donor refuses with error 3957. */
    private static final long MIN_PACKET = 2 << 20;

    /** Long enough for a replica that is set up the next morning. */
    private static final long MIN_BINLOG_SECONDS = 86_400;

    /** A copy of at least this many seconds is costly to repeat, and a window of fewer minutes is too short to replace a failed switch. */
    private static final long LONG_CLONE_SECONDS = 3600;

    private static final long SHORT_WINDOW_MINUTES = 15;

    /** Minimum values for a clone that pauses, on donors that use these variables unchanged. */
    private static final Map<String, Integer> LEAST_SECONDS =
            Map.of("wait_timeout", 600, "net_write_timeout", 60, "net_read_timeout", 30);

    private final DonorView donor;

    ServerChecks(DonorView donor) {
        this.donor = donor;
    }

    /** @param wanted connections that a clone would use, without the one of this check */
    Finding connections(int wanted) throws SqlException, CloneException {
        OptionalLong most = donor.number("max_connections");
        OptionalLong used = donor.number("Threads_connected");
        if (most.isEmpty() || used.isEmpty()) {
            return Finding.unknown(CONNECTIONS, "the donor does not report max_connections and Threads_connected");
        }
        Finding ofAccount = connectionsOfAccount(wanted);
        if (ofAccount.state() != Finding.State.OK) {
            return ofAccount;
        }
        long left = most.getAsLong() - used.getAsLong() + 1; // ours will have gone
        String text =
                left + " of " + most.getAsLong() + " are free, and a clone takes up to " + wanted + ofAccount.text();
        String raise = "SET PERSIST max_connections = " + (used.getAsLong() + wanted + most.getAsLong() / 10) + ';';
        return judge(left, wanted, text, Explanations.warning(1040), raise);
    }

    /** Checks the limit of the account; if the limit is sufficient, the finding has a text to append. */
    private Finding connectionsOfAccount(int wanted) throws SqlException, CloneException {
        OptionalLong most = maxUserConnections();
        if (most.isEmpty() || most.getAsLong() == 0) {
            return Finding.ok(CONNECTIONS, "");
        }
        long used = donor.processes("COUNT(*)", "user = SUBSTRING_INDEX(CURRENT_USER(), '@', 1)")
                .singleNumber()
                .orElse(1);
        long left = Math.max(0, most.getAsLong() - used + 1); // ours will have gone
        String text = left + " of the " + most.getAsLong() + " that " + donor.account()
                + " may have (MAX_USER_CONNECTIONS) are free, and a clone takes up to " + wanted;
        Finding found = judge(
                left,
                wanted,
                text,
                Explanations.warning(1226),
                "ALTER USER " + donor.quotedAccount() + " WITH MAX_USER_CONNECTIONS " + (used + wanted) + ';');
        return found.state() == Finding.State.OK
                ? Finding.ok(CONNECTIONS, "; the account may have " + most.getAsLong())
                : found;
    }

    /** Returns the effective limit of the account: its own, or else the server's. Every account may query it. */
    private OptionalLong maxUserConnections() throws CloneException {
        try {
            return donor.query("SELECT @@session.max_user_connections").singleNumber();
        } catch (SqlException e) {
            return OptionalLong.empty(); // what is no MySQL server has none
        }
    }

    private static Finding judge(long left, int wanted, String text, String failure, String raise) {
        if (left < 2) {
            return Finding.problem(
                    CONNECTIONS, CloneErrorCode.DONOR_BUSY, text, failure + " It needs at least two.", raise);
        }
        return left >= wanted
                ? Finding.ok(CONNECTIONS, text)
                : Finding.warning(
                        CONNECTIONS,
                        text,
                        "The clone works with fewer, and applications may get error 1040 until it ends."
                                + " --max-concurrency limits it.",
                        raise);
    }

    Finding plugin() throws SqlException, CloneException {
        Rows rows = donor.query(
                "SELECT plugin_status, plugin_library FROM information_schema.plugins WHERE plugin_name = 'clone'");
        if (rows.isEmpty()) {
            return Finding.problem(
                    PLUGIN,
                    CloneErrorCode.PLUGIN_MISSING,
                    "it is not installed",
                    Explanations.warning(1524),
                    "INSTALL PLUGIN clone SONAME 'mysql_clone.so';");
        }
        String status = rows.text(0, 0);
        return status.equals("ACTIVE")
                ? Finding.ok(PLUGIN, "active")
                : Finding.problem(
                                PLUGIN,
                                CloneErrorCode.PLUGIN_MISSING,
                                "it is installed, and " + status,
                                Explanations.warning(1524) + " Look for clone=OFF in its my.cnf, and into its log.")
                        .withChoices(List.of("UNINSTALL PLUGIN clone; INSTALL PLUGIN clone SONAME 'mysql_clone.so';"));
    }

    /** Runs last, because the connection is unusable afterwards. The donor checks the privilege first. */
    Finding privilege() throws SqlException, CloneException {
        try {
            donor.sql().tryCloneMode();
        } catch (SqlException e) {
            if (e.number() == CloneError.ER_SPECIFIC_ACCESS_DENIED_ERROR) {
                return Finding.problem(
                        PRIVILEGE,
                        CloneErrorCode.PRIVILEGE_MISSING,
                        donor.account() + " lacks BACKUP_ADMIN",
                        Explanations.warning(1227),
                        donor.grant("BACKUP_ADMIN ON *.*"));
            }
            if (e.number() != CloneError.ER_PLUGIN_IS_NOT_LOADED) {
                throw e;
            }
        }
        return Finding.ok(PRIVILEGE, "BACKUP_ADMIN");
    }

    Finding maxAllowedPacket() {
        OptionalLong value = donor.number("max_allowed_packet");
        if (value.isEmpty()) {
            return Finding.unknown(MAX_ALLOWED_PACKET, "the donor does not report it");
        }
        String text = value.getAsLong() + " bytes";
        return value.getAsLong() >= MIN_PACKET
                ? Finding.ok(MAX_ALLOWED_PACKET, text)
                : Finding.problem(
                        MAX_ALLOWED_PACKET,
                        CloneErrorCode.DONOR_ERROR,
                        text,
                        Explanations.warning(3957),
                        "SET PERSIST max_allowed_packet = 67108864;");
    }

    Finding otherClone() throws SqlException, CloneException {
        Rows rows = donor.processes("id, user, host, state", "command = 'clone' ORDER BY id");
        if (rows.size() == 1) {
            return Finding.warning(
                            OTHER_CLONE,
                            "an interrupted one by " + rows.text(0, 1) + " waits to be resumed, " + rows.text(0, 3),
                            "A new clone ends it (a running clone has at least two connections).")
                    .withChoices(kill(rows));
        }
        if (!rows.isEmpty()) {
            return Finding.problem(
                            OTHER_CLONE,
                            CloneErrorCode.DONOR_BUSY,
                            rows.text(0, 1) + " on " + rows.text(0, 2) + " clones over " + rows.size()
                                    + " connections, " + rows.text(0, 3),
                            Explanations.warning(3634)
                                    + " Wait for its end. KILL ends a clone that another user may need.")
                    .withChoices(kill(rows));
        }
        return donor.seesProcesses()
                ? Finding.ok(OTHER_CLONE, "none")
                : Finding.unknown(
                        OTHER_CLONE,
                        "none by " + donor.account() + "; those of others cannot be seen",
                        donor.grantProcess());
    }

    private static List<String> kill(Rows clones) {
        return List.of("KILL CONNECTION " + clones.text(0, 0) + ';');
    }

    Finding redoLog() {
        boolean enabled = donor.value("Innodb_redo_log_enabled").orElse("ON").equals("ON");
        return enabled
                ? Finding.ok(REDO_LOG, "enabled")
                : Finding.problem(
                        REDO_LOG,
                        CloneErrorCode.DONOR_ERROR,
                        "it is disabled",
                        Explanations.warning(3983) + " A crash now would lose its data.",
                        "ALTER INSTANCE ENABLE INNODB REDO_LOG;");
    }

    Finding ddl() throws SqlException, CloneException {
        if (donor.lacksPerformanceSchema()) {
            return Finding.unknown(DDL, "whether DDL runs now cannot be seen: performance_schema is off");
        }
        Rows rows;
        try {
            rows = donor.query("SELECT lock_type, COUNT(*) FROM performance_schema.metadata_locks"
                    + " WHERE object_type = 'BACKUP LOCK' GROUP BY lock_type ORDER BY lock_type");
        } catch (SqlException e) {
            if (!e.isAccessDenied()) {
                throw e;
            }
            return Finding.unknown(
                    DDL,
                    "whether DDL runs now cannot be seen",
                    donor.grant("SELECT ON performance_schema.metadata_locks"));
        }
        if (rows.isEmpty()) {
            return Finding.ok(DDL, "none runs, and none is blocked");
        }
        boolean runs = rows.text(0, 0).equals("INTENTION_EXCLUSIVE");
        return runs
                ? Finding.warning(
                        DDL,
                        "DDL runs now (" + rows.text(0, 1) + ')',
                        "With --block-ddl=ON, and from a donor before 8.0.27, a clone waits for its end, up to"
                                + " --ddl-timeout.",
                        "SELECT * FROM performance_schema.metadata_locks WHERE object_type = 'BACKUP LOCK';")
                : Finding.warning(
                        DDL,
                        "a session holds the backup lock",
                        "DDL on the donor waits for it; a clone does not. It may be a backup, or one that was"
                                + " forgotten.",
                        "SELECT * FROM performance_schema.metadata_locks WHERE object_type = 'BACKUP LOCK';");
    }

    /** @param expectedSeconds the minimum duration of the copy, if known */
    Finding networkFailure(OptionalLong expectedSeconds) {
        OptionalLong minutes = donor.number("clone_donor_timeout_after_network_failure");
        if (minutes.isEmpty()) {
            return Finding.unknown(NETWORK_FAILURE, "the donor does not report it (no plugin, or before 8.0.24)");
        }
        if (minutes.getAsLong() == 0) {
            return Finding.warning(
                    NETWORK_FAILURE,
                    "an interrupted clone is dropped at once",
                    "If the network fails, a clone must start from the beginning. " + costOfWaiting(),
                    "SET PERSIST clone_donor_timeout_after_network_failure = 5;");
        }
        String text = "an interrupted clone can be resumed for " + minutes.getAsLong() + " min";
        if (minutes.getAsLong() < SHORT_WINDOW_MINUTES && expectedSeconds.orElse(0) > LONG_CLONE_SECONDS) {
            return Finding.warning(
                    NETWORK_FAILURE,
                    text + ", and it takes " + expectedSeconds.getAsLong() / 60 + " min or more",
                    "A longer interruption costs the complete copy. " + costOfWaiting(),
                    "SET PERSIST clone_donor_timeout_after_network_failure = " + SHORT_WINDOW_MINUTES + ';');
        }
        return Finding.ok(NETWORK_FAILURE, text);
    }

    /** Describes the cost of a longer window, by the donor's average write rate since its start. */
    private String costOfWaiting() {
        long seconds = donor.number("Uptime").orElse(0);
        OptionalLong written = donor.number("Innodb_os_log_written");
        String rate = seconds > 0 && written.isPresent()
                ? ", about " + (written.getAsLong() / seconds * 60 >> 20) + " MiB a minute by its average so far"
                : "";
        return "While a donor waits, it records which pages change, and after FILE COPY it keeps its redo log on its own"
                + " disk" + rate + ". All of that is copied, too, and a replica made from the clone lags by as long.";
    }

    /** @param version the donor's version */
    Finding timeouts(String version) {
        List<String> values = new ArrayList<>();
        boolean isShort = false;
        for (Map.Entry<String, Integer> least : new TreeMap<>(LEAST_SECONDS).entrySet()) {
            OptionalLong seconds = donor.number(least.getKey());
            if (seconds.isEmpty()) {
                return Finding.unknown(TIMEOUTS, "the donor does not report " + least.getKey());
            }
            values.add(least.getKey() + " " + seconds.getAsLong() + " s");
            isShort |= seconds.getAsLong() < least.getValue();
        }
        String text = String.join(", ", values);
        if (!isShort) {
            return Finding.ok(TIMEOUTS, text);
        }
        if (!version.startsWith("8.0.")) {
            return Finding.ok(TIMEOUTS, text + "; for a clone the donor uses at least 8 h, 60 s and 30 s");
        }
        List<String> raise = new ArrayList<>();
        new TreeMap<>(LEAST_SECONDS).forEach((name, least) -> {
            if (donor.number(name).orElse(least) < least) {
                raise.add("SET PERSIST " + name + " = " + least + ';');
            }
        });
        return Finding.warning(
                TIMEOUTS,
                text,
                "Early releases of 8.0 end a clone that pauses for longer, for example because of a bandwidth limit or a slow"
                        + " disk; later ones use at least 8 h, 60 s and 30 s.",
                raise.toArray(String[]::new));
    }

    Finding binaryLogs() {
        if (!donor.value("log_bin").orElse("").equals("ON")) {
            return Finding.warning(
                    BINARY_LOGS,
                    "the donor writes none",
                    "The clone cannot become a replica of it. log_bin needs a restart.");
        }
        long seconds = donor.number("binlog_expire_logs_seconds").orElse(0);
        boolean purges =
                donor.value("binlog_expire_logs_auto_purge").orElse("ON").equals("ON");
        if (seconds == 0 || !purges) {
            return Finding.ok(BINARY_LOGS, "kept until purged");
        }
        String text = "kept for " + (seconds < 7200 ? seconds + " s" : seconds / 3600 + " h");
        return seconds >= MIN_BINLOG_SECONDS
                ? Finding.ok(BINARY_LOGS, text)
                : Finding.warning(
                        BINARY_LOGS,
                        text,
                        "A replica made from the clone needs all binary logs since the moment of the clone.",
                        "SET PERSIST binlog_expire_logs_seconds = 604800;");
    }
}
