package org.jclone.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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
    private final Servers servers;

    JoinGroupIT(Servers servers) {
        this.servers = servers;
    }

    /** An account for a replica of the group, which all members have. */
    private static void createReplicaAccount(MySqlServer primary) {
        primary.sql("CREATE USER plain IDENTIFIED BY '" + TestGroup.SECRET
                + "' REQUIRE SSL; GRANT REPLICATION SLAVE ON *.* TO plain");
    }

    /** The member to be: its data directory, the settings that jclone writes, and the server that will run on them. */
    private record Joining(Path data, Path settings, Path password, MySqlServer server) implements AutoCloseable {

        CommandResult provision(TestGroup group, String... more) throws Exception {
            return run(command(group, more));
        }

        List<String> command(TestGroup group, String... more) {
            return group.command(data, settings, password, server, more);
        }

        /** Returns the command for a server that joins no group. */
        List<String> replica(String... more) {
            return Provisions.command("provision", data, settings, server, more);
        }

        @Override
        public void close() {
            server.kill();
            server.close();
        }
    }

    private static CommandResult run(List<String> command) {
        return Jclone.run(MySqlServer.CLONE_PASSWORD, command);
    }

    private Joining joining() throws Exception {
        Path data = Files.createDirectory(servers.newPath("g"));
        Path settings = servers.newPath("f");
        return new Joining(
                data, settings, servers.newSecret(TestGroup.SECRET), servers.createTarget(data, settings, "--gtid"));
    }

    private static void assertJoined(CommandResult result, String verified) {
        assertThat(result.exitStatus()).as(result.stderr()).isZero();
        assertThat(result.stdout())
                .contains("as a member of group 6a636c6f-6e65-4000-8000-000000000001", verified)
                .doesNotContain(TestGroup.SECRET);
        assertThat(result.stderr()).doesNotContain(TestGroup.SECRET);
    }

    private static String makeErrant(MySqlServer server) {
        server.sql("SET GLOBAL super_read_only = OFF; CREATE DATABASE errant; SET GLOBAL super_read_only = ON");
        return server.sql("SELECT @@server_uuid") + ":1";
    }

    @Test
    void becomesOnlineWhileTheGroupIsWrittenToAndIsRefusedWithATransactionOfItsOwn() throws Exception {
        try (TestGroup group = TestGroup.create(servers, 2, "");
                Joining joining = joining()) {
            CommandResult result = Churn.lightlyDuring(group.primary(), () -> joining.provision(group));
            assertJoined(result, "2 other members see it ONLINE");
            group.assertHas(joining.server());
            assertThat(joining.settings()).content().doesNotContain(TestGroup.SECRET);
            assertThat(joining.data().resolve(".jclone-provision")).content().doesNotContain(TestGroup.SECRET);

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
        try (TestGroup group = TestGroup.create(servers, 3, "");
                Joining joining = joining()) {
            MySqlServer server = joining.server();
            assertJoined(
                    Churn.lightlyDuring(group.primary(), () -> joining.provision(group, "--donors-from=GROUP")),
                    "3 other members see it ONLINE");
            group.assertHas(server);
            String uuid = server.sql("SELECT @@server_uuid");

            leave(server, group);
            refusesAThresholdThatWouldCloneForEver(group, joining);
            assertThat(joining.provision(group, "--dry-run", "--replace", "--clone-threshold=1000000")
                            .stdout())
                    .contains("Plan: INCREMENTAL, RECOVERABLE");
            assertThat(joining.provision(group, "--dry-run", "--replace", "--clone-threshold=2")
                            .stdout())
                    .contains("Plan: CLONE, RECOVERABLE");
            CommandResult incremental = Churn.lightlyDuring(
                    group.primary(), () -> joining.provision(group, "--recovery-method=incremental"));
            assertJoined(incremental, "3 other members see it ONLINE");
            assertThat(incremental.stderr()).contains("nothing is copied");
            assertThat(server.sql("SELECT @@server_uuid")).isEqualTo(uuid);
            group.assertHas(server);

            leave(server, group);
            CommandResult above = joining.provision(group, "--replace", "--clone-threshold=2");
            assertJoined(above, "3 other members see it ONLINE");
            assertThat(above.stderr()).contains("way: CLONE, RECOVERABLE");
            assertThat(server.sql("SELECT @@server_uuid")).isNotEqualTo(uuid);
            group.assertHas(server);

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
            assertThat(cloned.stderr())
                    .contains(
                            "IRRECOVERABLE", "has no credentials of group_replication_recovery", "Nothing was changed");
            CommandResult forgotten = joining.provision(group, "--replace", "--forget-recovery-credentials");
            assertJoined(forgotten, "3 other members see it ONLINE");
            assertThat(server.sql("SELECT @@server_uuid")).isNotEqualTo(uuid);
            assertThat(server.number("SELECT COUNT(*) FROM mysql.slave_master_info WHERE user_password <> ''"))
                    .isZero();
            group.assertHas(server);

            becomesPrimary(group, server);
        }
    }

    /** The trap of the group's own recovery. */
    private static void refusesAThresholdThatWouldCloneForEver(TestGroup group, Joining joining) throws Exception {
        CommandResult trap = Churn.lightlyDuring(
                group.primary(), () -> joining.provision(group, "--replace", "--clone-threshold=3"));
        assertThat(trap.exitStatus()).as(trap.stderr()).isEqualTo(16);
        assertThat(trap.stderr())
                .containsPattern("the source commits about [0-9]{2,} transactions during a clone of .*, and the"
                        + " threshold is 3: after each clone the next run would clone again")
                .contains("Nothing was changed");
    }

    private static void leave(MySqlServer server, TestGroup group) throws Exception {
        server.sql("STOP GROUP_REPLICATION");
        group.primary().sql("CREATE DATABASE missing; DROP DATABASE missing");
        Checks.await(() -> group.members().stream()
                .allMatch(member -> member.sql("SELECT @@gtid_executed")
                        .equals(group.primary().sql("SELECT @@gtid_executed"))));
    }

    private static void purge(MySqlServer member) {
        member.sql("FLUSH BINARY LOGS");
        member.sql(
                "PURGE BINARY LOGS TO '" + member.row("SHOW BINARY LOG STATUS").get(0) + "'");
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
        try (TestGroup group = TestGroup.create(servers, 3, "");
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
            comeBack(group, first);
            tellsTheLastErrorOfEachDonor(group, command);
        }
    }

    private static void comeBack(TestGroup group, MySqlServer member) throws Exception {
        member.sql("START GROUP_REPLICATION USER = 'repl', PASSWORD = '" + TestGroup.SECRET + "'");
        Checks.await(() ->
                group.primary().number(TestGroup.ONLINE) == group.members().size() + 1);
    }

    /** Both leave. */
    private static void tellsTheLastErrorOfEachDonor(TestGroup group, List<String> command) throws Exception {
        List<String> onlyOnce = new ArrayList<>(command);
        onlyOnce.addAll(List.of(
                "--rounds=1", "--source=" + Fetches.address(group.primary()), "--replace", "--recovery-method=CLONE"));
        List<MySqlServer> donors = group.members().subList(1, 3);
        try (RunningCommand running = Jclone.start(MySqlServer.CLONE_PASSWORD, onlyOnce)) {
            for (MySqlServer donor : donors) {
                running.awaitOutput(output -> output.contains("connected to " + Fetches.address(donor)), TIMEOUT);
                donor.sql("STOP GROUP_REPLICATION");
            }
            CommandResult failed = running.await(TIMEOUT);
            assertThat(failed.exitStatus()).as(failed.stderr()).isNotZero();
            assertThat(failed.stderr()).contains("another donor is next");
            for (MySqlServer donor : donors) {
                assertThat(failed.stderr())
                        .contains(Fetches.address(donor) + "  DONOR_ERROR  " + Fetches.address(donor)
                                + " left its group during the clone: it is OFFLINE");
            }
        }
    }

    @Test
    @Tag(FULL)
    void joinsByTheSqlPortWithTheStackOfMySql() throws Exception {
        try (TestGroup group = TestGroup.create(servers, 2, "loose-group_replication_communication_stack=MYSQL");
                Joining joining = joining()) {
            CommandResult result = Churn.lightlyDuring(group.primary(), () -> joining.provision(group));
            assertJoined(result, "2 other members see it ONLINE");
            group.assertHas(joining.server());

            joining.server().kill();
            joining.server().start();
            Checks.await(() -> group.primary().number(TestGroup.ONLINE) == 3);
        }
    }

    /**
     * The donor is a replica of the group, and no member, so the group is found through its source. It catches up with the
     * recovery of the group. The donor of the second clone is a member that stores its credentials.
     */
    @Test
    @Tag(FULL)
    void findsTheGroupThroughTheSourceOfTheDonor() throws Exception {
        try (TestGroup group = TestGroup.create(servers, 2, "");
                MySqlServer replica = servers.create("--gtid", "--no-account");
                Joining joining = joining()) {
            MySqlServer primary = group.primary();
            primary.sql("GRANT REPLICATION CLIENT ON *.* TO clone_donor");
            createReplicaAccount(primary);
            TestGroup.createRecoveryAccount(replica, primary);
            replica.sql("RESET BINARY LOGS AND GTIDS; " + follow(primary, ""));
            Checks.await(() -> replica.sql("SELECT @@gtid_executed").equals(primary.sql("SELECT @@gtid_executed")));
            List<String> command = joining.command(group, "--donor=" + Fetches.address(replica));
            command.remove("--donor=" + Fetches.address(primary));
            assertThat(run(with(command, "--dry-run")).stdout()).contains("is in no group");
            assertThat(run(with(command, "--dry-run", "--source=ANY")).stdout()).contains("Plan: CLONE");

            CommandResult result = Churn.lightlyDuring(
                    primary, () -> run(with(command, "--source=DONORS-SOURCE", "--wait=CONFIGURED")));
            assertJoined(result, "2 other members see it ONLINE");
            assertThat(result.stderr()).contains("not waiting: ", "removed channel ''");
            group.assertHas(joining.server());

            keepsTheCredentialsThatCameAlong(group, joining);
        }
    }

    /** Both members joined with START GROUP_REPLICATION USER, and one of them stores credentials now. */
    private static void keepsTheCredentialsThatCameAlong(TestGroup group, Joining joining) throws Exception {
        leave(joining.server(), group);
        String[] clone = {"--replace", "--recovery-method=CLONE", "--keep-recovery-credentials"};
        CommandResult none = joining.provision(group, clone);
        assertThat(none.exitStatus()).as(none.stderr()).isEqualTo(16);
        assertThat(none.stderr()).contains("has no credentials of group_replication_recovery", "Nothing was changed");
        MySqlServer donor = group.members().get(1);
        donor.sql("CHANGE REPLICATION SOURCE TO SOURCE_USER = 'repl', SOURCE_PASSWORD = '" + TestGroup.SECRET
                + "' FOR CHANNEL 'group_replication_recovery'");
        List<String> command = joining.command(group, clone);
        command.set(1, "--donor=" + Fetches.address(donor));
        CommandResult kept = run(command);
        assertJoined(kept, "2 other members see it ONLINE");
        assertThat(kept.stdout())
                .contains(
                        "kept the credentials of group_replication_recovery that came along: repl, with its password");
        group.assertHas(joining.server());
    }

    private static List<String> with(List<String> command, String... more) {
        List<String> all = new ArrayList<>(command);
        all.addAll(List.of(more));
        return all;
    }

    /** The donor, the primary of its group, replicates from outside. Its sibling gets that channel, and none of the group. */
    @Test
    @Tag(FULL)
    void aSiblingOfAMemberGetsItsOwnChannelOnly() throws Exception {
        try (MySqlServer outside = servers.create("--gtid");
                MySqlServer donor = servers.create(
                        "--gtid",
                        "--no-account",
                        "--group",
                        TestGroup.freePorts(1).get(0).toString());
                Joining joining = joining()) {
            outside.prepareChurn();
            createReplicaAccount(outside);
            outside.sql("GRANT REPLICATION CLIENT ON *.* TO plain");
            donor.sql("RESET BINARY LOGS AND GTIDS; SET GLOBAL group_replication_bootstrap_group = ON;"
                    + " START GROUP_REPLICATION; CHANGE REPLICATION SOURCE TO SOURCE_USER = 'repl', SOURCE_PASSWORD = '"
                    + TestGroup.SECRET + "' FOR CHANNEL 'group_replication_recovery'; " + follow(outside, "up"));
            Checks.await(() -> donor.sql("SELECT @@gtid_executed").equals(outside.sql("SELECT @@gtid_executed")));

            CommandResult result = Churn.lightlyDuring(
                    outside, () -> run(joining.replica("--donor=" + Fetches.address(donor), "--channels=KEEP")));

            assertThat(result.exitStatus()).as(result.stderr()).isZero();
            assertThat(result.stdout())
                    .contains("removed the credentials of group_replication_recovery that came along: repl, with its"
                            + " password")
                    .doesNotContain(TestGroup.SECRET);
            MySqlServer server = joining.server();
            assertThat(server.sql("SELECT channel_name FROM mysql.slave_master_info"))
                    .isEqualTo("up");
            Checks.await(() -> server.sql("SELECT @@gtid_executed").equals(outside.sql("SELECT @@gtid_executed")));
            assertThat(Churn.state(server)).isEqualTo(Churn.state(outside));
        }
    }

    /** Returns statements that make a replica of {@code source}. */
    private static String follow(MySqlServer source, String channel) {
        return "CHANGE REPLICATION SOURCE TO SOURCE_HOST = '127.0.0.1', SOURCE_PORT = " + source.port()
                + ", SOURCE_USER = 'plain', SOURCE_PASSWORD = '" + TestGroup.SECRET
                + "', SOURCE_SSL = 1, SOURCE_AUTO_POSITION = 1 FOR CHANNEL '" + channel
                + "'; START REPLICA FOR CHANNEL '" + channel + "'";
    }

    /** Returns a command that commits a transaction, and then purges it on each member. */
    private static String purge(TestGroup group) {
        String sql = ServerTool.script("instance") + " sql ";
        StringBuilder command = new StringBuilder(
                sql + group.primary().folder() + " -e 'CREATE DATABASE purged; DROP DATABASE purged'; sleep 2");
        for (MySqlServer member : group.members()) {
            command.append("; " + sql + member.folder() + " -e 'FLUSH BINARY LOGS'")
                    .append("; log=$(" + sql + member.folder() + " --skip-column-names -e 'SHOW BINARY LOG STATUS')")
                    .append("; " + sql + member.folder() + " -e \"PURGE BINARY LOGS TO '${log%%[[:space:]]*}'\"");
        }
        return command.toString();
    }

    /** All members purge what the clone lacks, after the old server has stopped. */
    @Test
    @Tag(FULL)
    void clonesAgainIfEachMemberHasPurgedWhatTheCloneLacks() throws Exception {
        try (TestGroup group = TestGroup.create(servers, 2, "");
                Joining joining = joining()) {
            CommandResult failed = joining.provision(group, "--hook-before-exchange=" + purge(group));
            assertThat(failed.exitStatus()).as(failed.stderr()).isEqualTo(16);
            assertThat(failed.stderr())
                    .contains("CONFIGURE: each member has purged transactions that the new server lacks")
                    .contains("the same command with --resume makes a new clone, --rollback puts the old data back");
            CommandResult resumed = joining.provision(group, "--resume");
            assertJoined(resumed, "2 other members see it ONLINE");
            assertThat(resumed.stderr()).contains("a new clone is made, because each member has purged");
            group.assertHas(joining.server());
        }
    }

    @Test
    @Tag(FULL)
    void saysWhyTheGroupRefusesIt() throws Exception {
        try (TestGroup group = TestGroup.create(servers, 2, "");
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
            MySqlServer server = joining.server();
            assertThat(server.sql("SELECT @@super_read_only")).isEqualTo("1");

            server.kill();
            String settings = Files.readString(joining.settings());
            Files.writeString(
                    joining.settings(),
                    settings.substring(0, settings.indexOf("loose-group_replication_group_seeds=127.0.0.1:1\n")));
            server.start();
            assertJoined(joining.provision(group, "--resume"), "2 other members see it ONLINE");
            group.assertHas(server);
        }
    }
}
