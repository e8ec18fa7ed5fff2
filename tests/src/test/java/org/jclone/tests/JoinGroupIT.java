package org.jclone.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import org.jclone.recipient.api.CloneStage;
import org.jclone.tests.process.CommandResult;
import org.jclone.tests.process.Jclone;
import org.jclone.tests.process.RunningCommand;
import org.jclone.tests.server.Churn;
import org.jclone.tests.server.MySqlServer;
import org.jclone.tests.server.RealServer;
import org.jclone.tests.server.ServerTool;
import org.jclone.tests.server.Servers;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * {@code jclone provision --join-group}: a new member of a single-primary group that is written to, with TLS.
 * {@code -Djclone.test.full=true} adds a third member, the communication stack of MySQL, members that lag, a donor that
 * leaves, and a new primary.
 */
@RealServer
class JoinGroupIT {

    /** Left out of the default run by the build. */
    private static final String FULL = "full";

    private static final Duration TIMEOUT = Duration.ofMinutes(5);
    private static final String SECRET = "repl pw 7";
    private static final String ONLINE =
            "SELECT COUNT(*) FROM performance_schema.replication_group_members WHERE member_state = 'ONLINE'";

    private final Servers servers;

    JoinGroupIT(Servers servers) {
        this.servers = servers;
    }

    /** Its first member is the primary. */
    private record TestGroup(List<MySqlServer> members, int freePort) implements AutoCloseable {

        MySqlServer primary() {
            return members.get(0);
        }

        /** A member takes many seconds to leave. */
        @Override
        public void close() {
            members.forEach(MySqlServer::kill);
            members.forEach(MySqlServer::close);
        }
    }

    /** @param setting for all members */
    private TestGroup group(int size, String setting) throws Exception {
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
            createRecoveryAccount(member);
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

    /** With the stack of MySQL the others connect to a member with this account before it has anything from them. */
    private static void createRecoveryAccount(MySqlServer member) {
        member.sql("SET sql_log_bin = 0; CREATE USER repl IDENTIFIED BY '" + SECRET + "' REQUIRE SSL;"
                + " GRANT REPLICATION SLAVE, CONNECTION_ADMIN, BACKUP_ADMIN, GROUP_REPLICATION_STREAM ON *.* TO repl");
    }

    private static List<Integer> freePorts(int count) throws IOException {
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

    /** The member to be: its data directory, the settings that jclone writes, and the server that will run on them. */
    private record Joining(Path data, Path settings, Path password, MySqlServer server) implements AutoCloseable {

        CommandResult provision(TestGroup group, String... more) throws Exception {
            return run(command(group, more));
        }

        List<String> command(TestGroup group, String... more) {
            List<String> command = new ArrayList<>(List.of(
                    "provision",
                    "--donor=" + Fetches.address(group.primary()),
                    "--user=" + MySqlServer.CLONE_USER,
                    "--dir=" + data,
                    "--ssl-mode=REQUIRED",
                    "--join-group",
                    "--report-host=127.0.0.1",
                    "--replication-user=repl",
                    "--replication-password-file=" + password,
                    "--mysqld=" + ServerTool.mysqld(),
                    "--mysqld-defaults-file=" + server.folder().resolve("my.cnf"),
                    "--config-file=" + settings,
                    "--stop-command=" + ServerTool.script("instance") + " kill " + server.folder(),
                    "--start-command=" + ServerTool.script("instance") + " start " + server.folder()));
            if (!group.primary()
                    .sql("SELECT @@group_replication_communication_stack")
                    .equals("MYSQL")) {
                command.add("--group-local-address=127.0.0.1:" + group.freePort());
            }
            command.addAll(List.of(more));
            return command;
        }

        @Override
        public void close() {
            server.kill();
            server.close();
        }
    }

    private static CommandResult run(List<String> command) throws Exception {
        try (RunningCommand running = Jclone.start(MySqlServer.CLONE_PASSWORD, command)) {
            return running.await(TIMEOUT);
        }
    }

    private Joining joining() throws Exception {
        Path data = Files.createDirectory(servers.newPath("g"));
        Path settings = servers.newPath("f");
        Path password = Files.createFile(
                servers.newPath("w"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(password, SECRET);
        MySqlServer server = servers.create(
                "--data",
                data.toString(),
                "--no-start",
                "--no-account",
                "--no-clone",
                "--gtid",
                "--set",
                "!include " + settings);
        return new Joining(data, settings, password, server);
    }

    private static void assertIsMember(TestGroup group, MySqlServer server) throws Exception {
        int size = group.members().size() + 1;
        for (MySqlServer member : group.members()) {
            assertThat(member.number(ONLINE)).isEqualTo(size);
        }
        assertThat(server.number(ONLINE)).isEqualTo(size);
        assertThat(server.row("SELECT @@super_read_only, @@event_scheduler, (SELECT COUNT(*) FROM mysql.user"
                        + " WHERE user LIKE 'jclone%')"))
                .containsExactly("1", "ON", "0");
        assertThat(server.sql("SELECT GROUP_CONCAT(channel_name ORDER BY channel_name) FROM mysql.slave_master_info"))
                .isEqualTo("group_replication_applier,group_replication_recovery");
        group.primary().sql("CREATE TABLE churn.last (id INT PRIMARY KEY)");
        Checks.await(() -> server.sql("SHOW TABLES IN churn LIKE 'last'").equals("last"));
        assertThat(Churn.state(server).bad()).isZero();
        assertThat(server.fingerprint("--no-gtid")).isEqualTo(group.primary().fingerprint("--no-gtid"));
        assertThat(server.sql("SELECT @@gtid_executed"))
                .isEqualTo(group.primary().sql("SELECT @@gtid_executed"));
        group.primary().sql("DROP TABLE churn.last");
    }

    private static void assertJoined(CommandResult result, String verified) {
        assertThat(result.exitStatus()).as(result.stderr()).isZero();
        assertThat(result.stdout())
                .contains("as a member of group 6a636c6f-6e65-4000-8000-000000000001", verified)
                .doesNotContain(SECRET);
        assertThat(result.stderr()).doesNotContain(SECRET);
    }

    private static String makeErrant(MySqlServer server) {
        server.sql("SET GLOBAL super_read_only = OFF; CREATE DATABASE errant; SET GLOBAL super_read_only = ON");
        return server.sql("SELECT @@server_uuid") + ":1";
    }

    @Test
    void becomesOnlineWhileTheGroupIsWrittenToAndIsRefusedWithATransactionOfItsOwn() throws Exception {
        try (TestGroup group = group(2, "");
                Joining joining = joining()) {
            CommandResult result = Churn.lightlyDuring(group.primary(), () -> joining.provision(group));
            assertJoined(result, "2 other members see it ONLINE");
            assertIsMember(group, joining.server());
            assertThat(joining.settings()).content().doesNotContain(SECRET);
            assertThat(joining.data().resolve(".jclone-provision")).content().doesNotContain(SECRET);

            CommandResult again = joining.provision(group, "--dry-run", "--replace");
            assertThat(again.stdout()).contains("the target is an ONLINE member of the group");
            joining.server().sql("STOP GROUP_REPLICATION");
            String errant = makeErrant(joining.server());
            CommandResult refused = joining.provision(group, "--replace");
            assertThat(refused.exitStatus()).isEqualTo(16);
            assertThat(refused.stderr()).contains("DIVERGED", errant, "Nothing was changed");
        }
    }

    /** Leaves the group, and comes back by each way. */
    @Test
    @Tag(FULL)
    void comesBackByTheBinaryLogOrByACloneAsDecided() throws Exception {
        try (TestGroup group = group(3, "");
                Joining joining = joining()) {
            MySqlServer server = joining.server();
            assertJoined(joining.provision(group, "--donors-from=GROUP"), "3 other members see it ONLINE");
            assertIsMember(group, server);
            String uuid = server.sql("SELECT @@server_uuid");

            leave(server, group);
            CommandResult incremental = Churn.lightlyDuring(
                    group.primary(), () -> joining.provision(group, "--recovery-method=incremental"));
            assertJoined(incremental, "3 other members see it ONLINE");
            assertThat(incremental.stderr()).contains("nothing is copied");
            assertThat(server.sql("SELECT @@server_uuid")).isEqualTo(uuid);
            assertIsMember(group, server);

            leave(server, group);
            for (MySqlServer member : group.members().subList(0, 2)) {
                purge(member);
            }
            CommandResult one = joining.provision(group, "--dry-run", "--replace");
            assertThat(one.stdout())
                    .contains("Plan: INCREMENTAL, RECOVERABLE")
                    .contains("Source       " + Fetches.address(group.members().get(2)));
            purge(group.members().get(2));
            CommandResult cloned = joining.provision(group, "--replace", "--keep-recovery-credentials");
            assertThat(cloned.exitStatus()).isEqualTo(16); // the members joined with START GROUP_REPLICATION USER
            assertThat(cloned.stderr()).contains("IRRECOVERABLE", "has no credentials of group_replication_recovery");
            CommandResult resumed = joining.provision(group, "--replace", "--resume", "--forget-recovery-credentials");
            assertJoined(resumed, "3 other members see it ONLINE");
            assertThat(server.sql("SELECT @@server_uuid")).isNotEqualTo(uuid);
            assertThat(server.number("SELECT COUNT(*) FROM mysql.slave_master_info WHERE user_password <> ''"))
                    .isZero();
            assertIsMember(group, server);

            becomesPrimary(group, server);
        }
    }

    private static void leave(MySqlServer server, TestGroup group) throws Exception {
        server.sql("STOP GROUP_REPLICATION");
        group.primary().sql("CREATE DATABASE missing; DROP DATABASE missing");
        Checks.await(() -> group.members().stream()
                .allMatch(member -> member.sql("SELECT @@gtid_executed")
                        .equals(group.primary().sql("SELECT @@gtid_executed"))));
    }

    private static void purge(MySqlServer member) {
        member.sql("FLUSH BINARY LOGS; SET @sql = 'x'");
        String last = member.sql("SHOW BINARY LOG STATUS").split("\t")[0];
        member.sql("PURGE BINARY LOGS TO '" + last + "'");
    }

    /** A setting in its option file keeps a member read-only until then. */
    private static void becomesPrimary(TestGroup group, MySqlServer server) throws Exception {
        group.primary().sql("SELECT group_replication_set_as_primary('" + server.sql("SELECT @@server_uuid") + "')");
        Checks.await(() -> server.sql("SELECT @@super_read_only").equals("0"));
        server.sql("CREATE DATABASE of_the_new_primary");
        Checks.await(() ->
                group.primary().sql("SHOW DATABASES LIKE 'of_the_new_primary'").equals("of_the_new_primary"));
    }

    @Test
    @Tag(FULL)
    void anotherDonorTakesOverWhenTheFirstLeavesTheGroup() throws Exception {
        try (TestGroup group = group(3, "");
                Joining joining = joining()) {
            MySqlServer first = group.members().get(1);
            List<String> command = joining.command(group, "--max-data-bandwidth=4");
            command.removeIf(argument -> argument.startsWith("--donor="));
            command.addAll(List.of(
                    "--donor=" + Fetches.address(first),
                    "--donor=" + Fetches.address(group.members().get(2))));
            command.add("--zone=here");
            command.add("--donor-zone=" + Fetches.address(first) + "=here");
            try (RunningCommand running = Jclone.start(MySqlServer.CLONE_PASSWORD, command)) {
                Fetches.awaitStage(running, joining.data().resolve(".jclone-new"), CloneStage.FILE_COPY);
                first.sql("STOP GROUP_REPLICATION");
                CommandResult result = running.await(TIMEOUT);
                assertJoined(result, "2 other members see it ONLINE");
                assertThat(result.stderr())
                        .contains("left its group during the clone: it is OFFLINE", "another donor is next");
            }
        }
    }

    @Test
    @Tag(FULL)
    void joinsByTheSqlPortWithTheStackOfMySql() throws Exception {
        try (TestGroup group = group(2, "loose-group_replication_communication_stack=MYSQL");
                Joining joining = joining()) {
            CommandResult result = Churn.lightlyDuring(group.primary(), () -> joining.provision(group));
            assertJoined(result, "2 other members see it ONLINE");
            assertIsMember(group, joining.server());

            joining.server().kill();
            joining.server().start();
            Checks.await(() -> group.primary().number(ONLINE) == 3);
        }
    }

    @Test
    @Tag(FULL)
    void saysWhyTheGroupRefusesIt() throws Exception {
        try (TestGroup group = group(2, "");
                Joining joining = joining()) {
            group.primary().sql("REVOKE REPLICATION SLAVE ON *.* FROM repl");
            assertThat(joining.provision(group).stderr()).contains("lacks REPLICATION SLAVE", "Nothing was changed");
            group.primary().sql("GRANT REPLICATION SLAVE ON *.* TO repl");
            List<String> stopped = joining.command(group);
            stopped.removeIf(argument -> argument.startsWith("--start-command="));
            stopped.add(
                    "--start-command=echo 'loose-group_replication_group_seeds=127.0.0.1:1' >> " + joining.settings()
                            + "; " + ServerTool.script("instance") + " start "
                            + joining.server().folder());
            stopped.add("--wait-stall=20");
            CommandResult failed = run(stopped);
            assertThat(failed.exitStatus()).as(failed.stderr()).isEqualTo(16);
            assertThat(failed.stderr())
                    .contains("VERIFY: no progress for ", "the others see it ABSENT", "its last error: MY-011735")
                    .contains("Error on opening a connection to peer node 127.0.0.1:1");
            assertThat(joining.server().sql("SELECT @@super_read_only")).isEqualTo("1");
        }
    }
}
