package org.jclone.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import org.jclone.tests.server.Churn;
import org.jclone.tests.server.MySqlServer;
import org.jclone.tests.server.ServerTool;
import org.jclone.tests.server.Servers;

/**
 * A replication group with accounts for {@code jclone provision --join-group}.
 *
 * @param members the first is the primary
 * @param freePort for the traffic of another member
 */
record TestGroup(List<MySqlServer> members, int freePort) implements AutoCloseable {

    static final String SECRET = ProvisionTarget.SECRET;

    static final String ONLINE =
            "SELECT COUNT(*) FROM performance_schema.replication_group_members WHERE member_state = 'ONLINE'";

    /** In any state. */
    static final String ALL = "SELECT COUNT(*) FROM performance_schema.replication_group_members";

    /** @param setting for all members; empty for none */
    static TestGroup create(Servers servers, int size, String setting) throws Exception {
        List<Integer> ports = freePorts(size + 1);
        List<MySqlServer> members = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            List<Integer> rotated = new ArrayList<>(ports.subList(0, size));
            Collections.rotate(rotated, -i);
            String all = rotated.stream().map(String::valueOf).collect(Collectors.joining(","));
            List<String> options = new ArrayList<>(List.of("--gtid", "--group", all));
            if (!setting.isEmpty()) {
                options.addAll(List.of("--set", setting));
            }
            if (i > 0) {
                options.add("--no-account");
            }
            members.add(servers.create(options.toArray(String[]::new)));
        }
        TestGroup group = new TestGroup(members, ports.get(size));
        if (setting.contains("MYSQL")) {
            useSqlPorts(members);
        }
        for (MySqlServer member : members) {
            boolean first = member == group.primary();
            createRecoveryAccount(member, group.primary());
            if (first) {
                prepare(member);
                member.sql("SET GLOBAL group_replication_bootstrap_group = ON");
            }
            member.sql((first ? "" : "RESET BINARY LOGS AND GTIDS; ")
                    + "START GROUP_REPLICATION USER = 'repl', PASSWORD = '" + SECRET
                    + "'; SET GLOBAL group_replication_bootstrap_group = OFF");
        }
        Checks.await(() -> group.primary().number(ONLINE) == size);
        return group;
    }

    private static void useSqlPorts(List<MySqlServer> members) {
        String seeds = members.stream().map(Fetches::address).collect(Collectors.joining(","));
        members.forEach(member -> member.sql("SET GLOBAL group_replication_local_address = '" + Fetches.address(member)
                + "', GLOBAL group_replication_group_seeds = '" + seeds + "'"));
    }

    private static void prepare(MySqlServer primary) {
        primary.prepareChurn();
        primary.sql(
                "GRANT SELECT ON performance_schema.* TO clone_donor; GRANT GROUP_REPLICATION_ADMIN, PROCESS ON *.* TO"
                        + " clone_donor");
    }

    /**
     * With the stack of MySQL the others connect to a member with this account before it has anything from them. All have
     * the same hash of the password, and the same time of its last change.
     */
    static void createRecoveryAccount(MySqlServer member, MySqlServer first) {
        String create = member == first
                ? "CREATE USER repl IDENTIFIED BY '" + SECRET + "' REQUIRE SSL"
                : first.sql("SET print_identified_with_as_hex = ON; SHOW CREATE USER repl");
        member.sql("SET sql_log_bin = 0, timestamp = 1700000000; " + create + ";"
                + " GRANT REPLICATION SLAVE, CONNECTION_ADMIN, BACKUP_ADMIN, GROUP_REPLICATION_STREAM ON *.* TO repl");
    }

    static List<Integer> freePorts(int count) throws IOException {
        List<ServerSocket> sockets = new ArrayList<>();
        List<Integer> ports = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
            sockets.add(socket);
            ports.add(socket.getLocalPort());
        }
        for (ServerSocket socket : sockets) {
            socket.close();
        }
        return ports;
    }

    /** Returns the ports of the members for the group's traffic. */
    String localPorts() {
        return members.stream()
                .map(member -> member.sql("SELECT SUBSTRING_INDEX(@@group_replication_local_address, ':', -1)"))
                .collect(Collectors.joining(","));
    }

    MySqlServer primary() {
        return members.get(0);
    }

    /** Returns the command that makes a member of {@code server}, which will run on {@code data} with {@code settings}. */
    List<String> command(Path data, Path settings, Path password, MySqlServer server, String... more) {
        List<String> command = Provisions.command(
                "provision",
                data,
                settings,
                server,
                "--donor=" + Fetches.address(primary()),
                "--join-group",
                "--report-host=127.0.0.1",
                "--replication-user=repl",
                "--replication-password-file=" + password,
                "--stop-command=" + ServerTool.script("instance") + " kill " + server.folder());
        if (!primary().sql("SELECT @@group_replication_communication_stack").equals("MYSQL")) {
            command.add("--group-local-address=127.0.0.1:" + freePort);
        }
        command.addAll(List.of(more));
        return command;
    }

    /** Checks that all see it, and that it has everything; nobody else writes. */
    void assertHas(MySqlServer server) throws Exception {
        int size = members.size() + 1;
        for (MySqlServer member : members) {
            assertThat(member.number(ONLINE)).isEqualTo(size);
        }
        assertThat(server.number(ONLINE)).isEqualTo(size);
        assertThat(server.row("SELECT @@super_read_only, @@event_scheduler, (SELECT COUNT(*) FROM mysql.user"
                        + " WHERE user LIKE 'jclone%')"))
                .containsExactly("1", "ON", "0");
        assertThat(server.sql("SELECT GROUP_CONCAT(channel_name ORDER BY channel_name) FROM mysql.slave_master_info"))
                .isEqualTo("group_replication_applier,group_replication_recovery");
        primary().sql("CREATE TABLE churn.last (id INT PRIMARY KEY)");
        Checks.await(() -> server.sql("SHOW TABLES IN churn LIKE 'last'").equals("last"));
        assertThat(Churn.state(server).bad()).isZero();
        assertThat(server.fingerprint("--no-gtid")).isEqualTo(primary().fingerprint("--no-gtid"));
        assertThat(server.sql("SELECT @@gtid_executed")).isEqualTo(primary().sql("SELECT @@gtid_executed"));
        primary().sql("DROP TABLE churn.last");
    }

    /** A member takes many seconds to leave. */
    @Override
    public void close() {
        members.forEach(MySqlServer::kill);
        members.forEach(MySqlServer::close);
    }
}
