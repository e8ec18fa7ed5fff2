package org.jclone.provision.channel;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jclone.provision.server.ServerException;
import org.jclone.provision.server.ServerSession;
import org.jclone.provision.server.Statement;
import org.jclone.recipient.api.Password;
import org.jclone.recipient.sql.Rows;

/**
 * Reads the channels of a clone from its tables, through a server that runs on it. Leaves out the two channels of a
 * group member.
 */
public final class ChannelTables {

    private static final String NOT_OF_A_GROUP = " Channel_name NOT LIKE 'group\\_replication\\_%'";

    private static final Map<String, String> FILES = Map.of(
            "Ssl_ca", "SOURCE_SSL_CA",
            "Ssl_capath", "SOURCE_SSL_CAPATH",
            "Ssl_cert", "SOURCE_SSL_CERT",
            "Ssl_key", "SOURCE_SSL_KEY",
            "Ssl_crl", "SOURCE_SSL_CRL",
            "Ssl_crlpath", "SOURCE_SSL_CRLPATH",
            "Public_key_path", "SOURCE_PUBLIC_KEY_PATH");

    private final ServerSession sql;

    public ChannelTables(ServerSession sql) {
        this.sql = sql;
    }

    public List<CarriedChannel> read() throws ServerException {
        Rows connections = sql.query("SELECT Channel_name, Host, Port, User_name, User_password <> '' AS has_password,"
                + " Enabled_auto_position, Master_log_name, Master_log_pos, Uuid, Enabled_ssl, Ssl_verify_server_cert,"
                + " Get_public_key, Ssl_ca, Ssl_capath, Ssl_cert, Ssl_key, Ssl_crl, Ssl_crlpath, Public_key_path, Bind,"
                + " Network_namespace FROM mysql.slave_master_info WHERE" + NOT_OF_A_GROUP + " ORDER BY Channel_name");
        List<CarriedChannel> channels = new ArrayList<>();
        for (int i = 0; i < connections.size(); i++) {
            channels.add(channel(connections, i));
        }
        return channels;
    }

    /** Returns the password of a channel; the caller closes it. */
    public Password password(String channel) throws ServerException {
        String text = sql.query(Statement.of(
                        "SELECT User_password FROM mysql.slave_master_info WHERE Channel_name = ?", channel))
                .single()
                .orElse("");
        return Password.of(text.toCharArray());
    }

    private CarriedChannel channel(Rows rows, int row) throws ServerException {
        String name = text(rows, row, "Channel_name");
        Rows applier = sql.query(Statement.of(
                "SELECT Master_log_name, Master_log_pos, Sql_delay, Privilege_checks_username,"
                        + " Privilege_checks_hostname, Assign_gtids_to_anonymous_transactions_type"
                        + " FROM mysql.slave_relay_log_info WHERE Channel_name = ?",
                name));
        Optional<String> account = applierAccount(applier);
        boolean missing = account.isPresent()
                && sql.query(Statement.of(
                                "SELECT 1 FROM mysql.user WHERE user = ? AND host = ?",
                                text(applier, 0, "Privilege_checks_username"),
                                text(applier, 0, "Privilege_checks_hostname")))
                        .isEmpty();
        return new CarriedChannel(
                name,
                text(rows, row, "Host"),
                (int) number(rows, row, "Port"),
                text(rows, row, "User_name"),
                number(rows, row, "has_password") == 1,
                number(rows, row, "Enabled_auto_position") == 1,
                text(rows, row, "Uuid"),
                tls(rows, row),
                text(rows, row, "Bind"),
                text(rows, row, "Network_namespace"),
                progress(name, rows, row, applier),
                !applier.isEmpty()
                        && !text(applier, 0, "Assign_gtids_to_anonymous_transactions_type")
                                .equals("OFF"),
                applier.isEmpty() ? 0 : number(applier, 0, "Sql_delay"),
                account,
                missing,
                filters(name),
                failover(name));
    }

    private static CarriedChannel.Tls tls(Rows rows, int row) {
        Map<String, String> files = new LinkedHashMap<>();
        FILES.forEach((column, option) -> {
            String path = text(rows, row, column);
            if (!path.isEmpty()) {
                files.put(option, path);
            }
        });
        return new CarriedChannel.Tls(
                number(rows, row, "Enabled_ssl") == 1,
                number(rows, row, "Ssl_verify_server_cert") == 1,
                number(rows, row, "Get_public_key") == 1,
                files);
    }

    private static Optional<String> applierAccount(Rows applier) {
        return applier.isEmpty()
                ? Optional.empty()
                : applier.value(0, "Privilege_checks_username")
                        .filter(user -> !user.isEmpty())
                        .map(user -> user + "@" + text(applier, 0, "Privilege_checks_hostname"));
    }

    private Optional<ApplierProgress> progress(String name, Rows connection, int row, Rows applier)
            throws ServerException {
        if (applier.isEmpty()) {
            return Optional.empty();
        }
        BinlogPosition common = position(applier, 0, "Master_log");
        if (!common.isKnown()) { // nothing was applied yet
            common = position(connection, row, "Master_log");
        }
        Rows workers = sql.query(Statement.of(
                "SELECT Master_log_name, Master_log_pos, Checkpoint_master_log_name, Checkpoint_master_log_pos,"
                        + " Checkpoint_seqno, HEX(Checkpoint_group_bitmap) AS bits FROM mysql.slave_worker_info"
                        + " WHERE Channel_name = ?",
                name));
        List<ApplierProgress.Worker> all = new ArrayList<>();
        for (int i = 0; i < workers.size(); i++) {
            all.add(new ApplierProgress.Worker(
                    position(workers, i, "Master_log"),
                    position(workers, i, "Checkpoint_master_log"),
                    (int) number(workers, i, "Checkpoint_seqno"),
                    BitSet.valueOf(HexFormat.of().parseHex(text(workers, i, "bits")))));
        }
        return Optional.of(new ApplierProgress(common, all));
    }

    private static BinlogPosition position(Rows rows, int row, String prefix) {
        return new BinlogPosition(text(rows, row, prefix + "_name"), number(rows, row, prefix + "_pos"));
    }

    /** Returns the filters of the server's own option files: no table has filters. */
    private List<String> filters(String name) throws ServerException {
        Rows rows = sql.query(Statement.of(
                "SELECT FILTER_NAME, FILTER_RULE FROM performance_schema.replication_applier_filters"
                        + " WHERE CHANNEL_NAME = ? ORDER BY FILTER_NAME",
                name));
        List<String> filters = new ArrayList<>();
        for (int i = 0; i < rows.size(); i++) {
            filters.add(rows.text(i, 0) + "=" + rows.text(i, 1));
        }
        return filters;
    }

    private List<String> failover(String name) throws ServerException {
        Rows rows = sql.query(Statement.of(
                "SELECT Host, Port, Weight, Managed_name FROM mysql.replication_asynchronous_connection_failover"
                        + " WHERE Channel_name = ? ORDER BY Weight DESC, Host, Port",
                name));
        List<String> sources = new ArrayList<>();
        for (int i = 0; i < rows.size(); i++) {
            String managed = rows.text(i, 3);
            sources.add(rows.text(i, 0) + ":" + rows.text(i, 1) + " (" + rows.text(i, 2)
                    + (managed.isEmpty() ? "" : ", group " + managed) + ")");
        }
        return sources;
    }

    private static String text(Rows rows, int row, String column) {
        return rows.value(row, column).orElse("");
    }

    private static long number(Rows rows, int row, String column) {
        return Rows.number(text(rows, row, column)).orElse(0);
    }
}
