package org.jclone.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jclone.recipient.DonorCheck;
import org.jclone.recipient.api.CarriedReplication.Channel;
import org.jclone.recipient.api.CheckItem;
import org.jclone.recipient.api.CheckReport;
import org.jclone.recipient.api.CloneResult;
import org.jclone.recipient.api.Finding;
import org.jclone.recipient.api.TargetServer;
import org.jclone.tests.net.FreePort;
import org.jclone.tests.process.CommandResult;
import org.jclone.tests.server.MySqlServer;
import org.jclone.tests.server.RealServer;
import org.jclone.tests.server.Servers;
import org.junit.jupiter.api.Test;

/**
 * Clones of a donor that replicates from two sources, one by GTID and one by position, and of a member of a replication
 * group.
 */
@RealServer
class ReplicaIT {

    private static final String APPLIED =
            "SELECT CONCAT((SELECT COUNT(*) FROM by_gtid.t), '/'," + " (SELECT COUNT(*) FROM by_position.t))";

    private static final String CHANNELS =
            "SELECT COUNT(*) FROM performance_schema.replication_connection_configuration";

    private final Servers servers;

    ReplicaIT(Servers servers) {
        this.servers = servers;
    }

    @Test
    void resumesChannelsWithTheWrittenSettingsAndLosesThemWithout() throws Exception {
        try (MySqlServer first = source("by_gtid");
                MySqlServer second = source("by_position");
                MySqlServer donor = servers.create("--gtid", "--set", "replica_checkpoint_period=600000")) {
            replicate(donor, first, "by_gtid", "SOURCE_AUTO_POSITION=1");
            replicate(donor, second, "by_position", "SOURCE_AUTO_POSITION=0, SOURCE_LOG_FILE='binlog.000001'");
            donor.sql("CREATE EVENT by_gtid.e ON SCHEDULE EVERY 1 DAY STARTS NOW() + INTERVAL 1 DAY DO SET @a = 1;"
                    + " GRANT SELECT ON mysql.slave_master_info TO clone_donor;"
                    + " GRANT SELECT ON mysql.plugin TO clone_donor; GRANT SELECT ON mysql.user TO clone_donor;"
                    + " GRANT EVENT, REFERENCES ON *.* TO clone_donor");
            Checks.await(() -> donor.sql(APPLIED).equals("1/1"));
            noteAppliedPosition(donor);
            Path settings = servers.newPath("f");
            TargetServer wanted = TargetServer.UNKNOWN.forClone(false, Optional.of(settings), Optional.empty());

            CloneResult result =
                    Clones.run(Clones.request(donor, servers.newPath("c")).target(it -> it.withServer(wanted)));
            CloneResult other = Clones.run(Clones.request(donor, servers.newPath("c")));

            String port = Integer.toString(first.port());
            assertThat(result.configuration().carried().channels())
                    .contains(new Channel("by_gtid", "127.0.0.1", port, "repl", Optional.of(true), true))
                    .extracting(Channel::autoPosition)
                    .containsExactly(true, false);
            assertThat(result.configuration().carried().enabledEvents()).hasValue(1);
            assertThat(result.configuration().carried().clonePluginLoads()).contains(false);
            assertThat(result.configuration().carried().notSeen()).isEmpty();
            assertThat(settings).content().doesNotContain("repl pw");
            first.sql("INSERT INTO by_gtid.t VALUES (2)");
            second.sql("INSERT INTO by_position.t VALUES (2)");
            assertResumes(result, settings);
            assertIsLost(other);
            Checks.await(() -> donor.sql(APPLIED).equals("2/2"));
            CloneResult ahead = Clones.run(Clones.request(donor, servers.newPath("c")));
            List<String> last = second.row("SHOW BINARY LOG STATUS").subList(0, 2);
            second.sql("INSERT INTO by_position.t VALUES (3)");
            assertResumesAfter(last, ahead);
            assertUpgradeIsLookedAt(donor);
        }
    }

    @Test
    void theCloneOfAGroupMemberJoinsWhenItIsToldTo() throws Exception {
        int xcom = FreePort.find();
        try (MySqlServer donor = servers.create(member(xcom, "--no-account", "--no-clone"))) {
            foundGroup(donor, xcom);
            Path directory = servers.newPath("c");
            Path settings = servers.newPath("f");

            CommandResult fetched = Fetches.fetchFrom(donor.port(), directory, "--config-file=" + settings);

            assertThat(fetched.exitStatus()).as(fetched.stderr()).isZero();
            assertThat(fetched.stdout())
                    .contains("the donor is a member of a replication group; a server on the clone joins with:")
                    .contains("its recovery account repl is in the clone with the password in clear text")
                    .contains("Events       1 is enabled and runs at the first start, unless with")
                    .doesNotContain("Not seen", "repl pw");
            assertThat(settings)
                    .content()
                    .contains("\nloose-group_replication_start_on_boot=OFF\n", "\nsuper_read_only=ON\n")
                    .contains("\nrelay_log_recovery=ON\n", "\nskip_replica_start=ON\n", "\nserver_id=")
                    .contains("\n#report_host=\n")
                    .doesNotContain("plugin_load_add");
            String[] all = member(
                    FreePort.find(),
                    "--data",
                    directory.toString(),
                    "--no-clone",
                    "--set",
                    "loose-group_replication_group_seeds=127.0.0.1:" + xcom,
                    "--set",
                    "loose-group_replication_recovery_get_public_key=ON",
                    "--set",
                    "loose-group_replication_start_on_boot=ON",
                    "--set",
                    "!include " + settings);
            try (MySqlServer clone = servers.create(all)) {
                assertStaysAlone(clone, donor);
                assertJoins(clone, donor);
                clone.kill(); // leaving a group takes a member many seconds
                donor.kill();
            }
        }
    }

    /** Returns options for a server with the settings of a group, which is not yet a member. */
    private static String[] member(int xcom, String... more) {
        List<String> options = new ArrayList<>(List.of("--gtid"));
        for (String setting : List.of(
                "report_host=127.0.0.1",
                "loose-group_replication_group_name=3f0b8c4e-5a1d-4e0b-9c57-0d6a3f9b2e11",
                "loose-group_replication_local_address=127.0.0.1:" + xcom,
                "loose-group_replication_ip_allowlist=127.0.0.1")) {
            options.addAll(List.of("--set", setting));
        }
        options.addAll(List.of(more));
        return options.toArray(String[]::new);
    }

    /** Makes a server, whose plugins load by themselves, the first member of a group. */
    private static void foundGroup(MySqlServer first, int xcom) {
        first.sql("SET sql_log_bin = 0; INSTALL PLUGIN clone SONAME 'mysql_clone.so';"
                + " INSTALL PLUGIN group_replication SONAME 'group_replication.so';"
                + " CREATE USER clone_donor IDENTIFIED BY 'clone_donor';"
                + " GRANT BACKUP_ADMIN, EVENT, REFERENCES ON *.* TO clone_donor;"
                + " GRANT SELECT ON mysql.slave_master_info TO clone_donor;"
                + " GRANT SELECT ON mysql.plugin TO clone_donor;"
                + " CREATE USER repl IDENTIFIED BY 'repl pw'; GRANT REPLICATION SLAVE, BACKUP_ADMIN,"
                + " CONNECTION_ADMIN, GROUP_REPLICATION_STREAM ON *.* TO repl; SET sql_log_bin = 1;"
                + " RESET BINARY LOGS AND GTIDS; CHANGE REPLICATION SOURCE TO SOURCE_USER='repl',"
                + " SOURCE_PASSWORD='repl pw' FOR CHANNEL 'group_replication_recovery';"
                + " SET GLOBAL group_replication_local_address='127.0.0.1:" + xcom + "';"
                + " SET GLOBAL group_replication_bootstrap_group=ON; START GROUP_REPLICATION;"
                + " SET GLOBAL group_replication_bootstrap_group=OFF; SET GLOBAL event_scheduler=OFF;"
                + " CREATE SCHEMA team; CREATE TABLE team.t (id INT AUTO_INCREMENT PRIMARY KEY, v INT);"
                + " INSERT INTO team.t (v) VALUES (1), (2); CREATE EVENT team.e ON SCHEDULE EVERY 1 SECOND"
                + " DO INSERT INTO team.t (v) VALUES (3)");
    }

    /** The server's own settings say that it joins at its start; those of jclone prevail. */
    private static void assertStaysAlone(MySqlServer clone, MySqlServer donor) throws Exception {
        Checks.await(() ->
                clone.number("SELECT COUNT(*) FROM performance_schema.error_log" + " WHERE error_code = 'MY-010045'")
                        == 1); // an event was due, and refused
        assertThat(clone.row("SELECT @@super_read_only, @@group_replication_start_on_boot, @@event_scheduler"))
                .containsExactly("1", "0", "ON");
        assertThat(clone.sql("SELECT member_state FROM performance_schema.replication_group_members"))
                .isEqualTo("OFFLINE");
        assertThat(clone.sql("SELECT state FROM performance_schema.clone_status"))
                .isEqualTo("Completed");
        assertThat(clone.fingerprint()).isEqualTo(donor.fingerprint());
    }

    private static void assertJoins(MySqlServer clone, MySqlServer donor) throws Exception {
        clone.sql("RESET REPLICA ALL FOR CHANNEL 'group_replication_recovery'");
        assertThat(clone.number("SELECT COUNT(*) FROM mysql.slave_master_info WHERE user_password <> ''"))
                .isZero();
        donor.sql("INSERT INTO team.t (v) VALUES (4)");
        clone.sql("START GROUP_REPLICATION USER='repl', PASSWORD='repl pw'");
        Checks.await(() -> donor.number("SELECT COUNT(*) FROM performance_schema.replication_group_members"
                        + " WHERE member_state = 'ONLINE'")
                == 2);
        assertThat(clone.number("SELECT COUNT(*) FROM team.t WHERE v = 4")).isEqualTo(1);
        assertThat(clone.fingerprint()).isEqualTo(donor.fingerprint());
    }

    private MySqlServer source(String schema) {
        MySqlServer source = servers.create("--gtid", "--no-account", "--no-clone");
        source.sql("RESET BINARY LOGS AND GTIDS; SET sql_log_bin = 0; CREATE USER repl IDENTIFIED BY 'repl pw';"
                + " GRANT REPLICATION SLAVE ON *.* TO repl; SET sql_log_bin = 1; CREATE SCHEMA " + schema
                + "; CREATE TABLE " + schema + ".t (id INT PRIMARY KEY); INSERT INTO " + schema + ".t VALUES (1)");
        return source;
    }

    private static void replicate(MySqlServer replica, MySqlServer source, String channel, String position) {
        replica.sql("CHANGE REPLICATION SOURCE TO SOURCE_HOST='127.0.0.1', SOURCE_PORT=" + source.port()
                + ", SOURCE_USER='repl', SOURCE_PASSWORD='repl pw', GET_SOURCE_PUBLIC_KEY=1, " + position
                + " FOR CHANNEL '" + channel + "'; START REPLICA FOR CHANNEL '" + channel + "'");
    }

    /**
     * The donor notes what its applier workers have applied when it stops them. Otherwise it does so every
     * replica_checkpoint_period, which is long here.
     */
    private static void noteAppliedPosition(MySqlServer donor) {
        donor.sql("STOP REPLICA FOR CHANNEL 'by_position'; START REPLICA FOR CHANNEL 'by_position'");
    }

    /** Sets no other option of replication. */
    private void assertResumes(CloneResult result, Path settings) throws Exception {
        try (MySqlServer clone = servers.create(
                "--data", result.directory().toString(), "--gtid", "--no-clone", "--set", "!include " + settings)) {
            assertThat(clone.sql(APPLIED)).isEqualTo("1/1");
            assertThat(clone.row("SELECT @@super_read_only, @@relay_log_recovery, @@skip_replica_start"))
                    .containsExactly("1", "1", "1");
            assertThat(clone.number("SELECT @@server_id")).isGreaterThan(1 << 24);
            assertThat(clone.row("SELECT state, gtid_executed <> '' FROM performance_schema.clone_status"))
                    .containsExactly("Completed", "1");
            for (Channel channel : result.configuration().carried().channels()) {
                clone.sql(channel.startStatement());
            }
            Checks.await(() -> clone.sql(APPLIED).equals("2/2"));
            clone.sql(result.configuration().carried().channels().get(0).removeStatement());
            assertThat(clone.number(CHANNELS)).isEqualTo(1);
        }
    }

    /** Follows the explanation of error 1872 for a donor that has noted less than it has applied. */
    private void assertResumesAfter(List<String> last, CloneResult result) throws Exception {
        try (MySqlServer clone = servers.create(
                "--data",
                result.directory().toString(),
                "--gtid",
                "--no-clone",
                "--set",
                "relay_log_recovery=ON",
                "--set",
                "skip_replica_start=ON")) {
            assertThatThrownBy(() -> clone.sql("START REPLICA FOR CHANNEL 'by_position'"))
                    .hasMessageContaining("1872");
            List<String> applied = clone.row("SELECT Master_log_name, Master_log_pos FROM mysql.slave_worker_info"
                    + " WHERE Channel_name = 'by_position' ORDER BY LENGTH(Master_log_name) DESC, 1 DESC, 2 DESC"
                    + " LIMIT 1");
            assertThat(applied).isEqualTo(last);
            clone.sql("RESET REPLICA FOR CHANNEL 'by_position'; CHANGE REPLICATION SOURCE TO SOURCE_LOG_FILE='"
                    + applied.get(0) + "', SOURCE_LOG_POS=" + applied.get(1)
                    + " FOR CHANNEL 'by_position'; START REPLICA FOR CHANNEL 'by_position'");
            clone.sql("START REPLICA FOR CHANNEL 'by_gtid'");
            Checks.await(() -> clone.sql(APPLIED).equals("2/3"));
        }
    }

    /** The channels are listed, but none can be started. */
    private void assertIsLost(CloneResult result) throws Exception {
        try (MySqlServer clone = servers.create("--data", result.directory().toString(), "--gtid", "--no-clone")) {
            assertThat(Files.readString(clone.folder().resolve("mysqld.log"))).contains("MY-010544");
            assertThatThrownBy(() -> clone.sql("START REPLICA FOR CHANNEL 'by_gtid'"))
                    .hasMessageContaining("1872");
            assertThatThrownBy(() -> clone.sql("SELECT * FROM performance_schema.clone_status"))
                    .hasMessageContaining("1146");
            clone.sql("INSTALL PLUGIN clone SONAME 'mysql_clone.so'");
            assertThat(clone.sql("SELECT state FROM performance_schema.clone_status"))
                    .isEqualTo("Completed");
        }
    }

    /** A real server accepts the statements that check for upgrade problems. */
    private static void assertUpgradeIsLookedAt(MySqlServer donor) {
        donor.sql("CREATE TABLE by_gtid.places (p GEOMETRY NOT NULL SRID 0, SPATIAL INDEX (p))");
        TargetServer newer = TargetServer.known(Optional.of("10.7.0-lts"), Optional.empty(), Optional.empty())
                .withUpgrade(true);
        CheckReport report = new DonorCheck(Clones.request(donor, Path.of("/nowhere"))
                        .target(it -> it.withServer(newer))
                        .buildForCheck())
                .run();
        List<Finding> found = report.findings().stream()
                .filter(finding -> finding.item() == CheckItem.COMPATIBILITY)
                .filter(finding -> finding.state() == Finding.State.WARNING)
                .toList();
        assertThat(found).hasSize(2);
        assertThat(found.get(0).why())
                .contains("Checked on the donor: accounts by authentication plugin; AUTO_INCREMENT with FLOAT");
        assertThat(found.get(1).text()).contains("by_gtid.places");
    }
}
