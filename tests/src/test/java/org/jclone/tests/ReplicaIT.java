package org.jclone.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jclone.recipient.DonorCheck;
import org.jclone.recipient.api.CarriedReplication.Channel;
import org.jclone.recipient.api.CheckItem;
import org.jclone.recipient.api.CheckReport;
import org.jclone.recipient.api.CloneResult;
import org.jclone.recipient.api.Finding;
import org.jclone.recipient.api.TargetServer;
import org.jclone.tests.server.MySqlServer;
import org.jclone.tests.server.RealServer;
import org.jclone.tests.server.Servers;
import org.junit.jupiter.api.Test;

/** Clones of a donor that replicates from two sources, one by GTID and one by position. */
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
                MySqlServer donor = servers.create("--gtid")) {
            replicate(donor, first, "by_gtid", "SOURCE_AUTO_POSITION=1");
            replicate(donor, second, "by_position", "SOURCE_AUTO_POSITION=0, SOURCE_LOG_FILE='binlog.000001'");
            donor.sql("CREATE EVENT by_gtid.e ON SCHEDULE EVERY 1 DAY STARTS NOW() + INTERVAL 1 DAY DO SET @a = 1;"
                    + " GRANT SELECT ON mysql.slave_master_info TO clone_donor;"
                    + " GRANT SELECT ON mysql.plugin TO clone_donor; GRANT SELECT ON mysql.user TO clone_donor;"
                    + " GRANT EVENT, REFERENCES ON *.* TO clone_donor");
            Checks.await(() -> donor.sql(APPLIED).equals("1/1"));
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
            assertUpgradeIsLookedAt(donor);
        }
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
