package org.jclone.recipient.compat;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.jclone.recipient.api.CarriedReplication;
import org.jclone.recipient.api.CarriedReplication.Channel;
import org.jclone.recipient.sql.SqlException;
import org.junit.jupiter.api.Test;

class DonorReplicationTest {

    private static ScriptedDonor donor() {
        return new ScriptedDonor()
                .on("CURRENT_USER", "clone@%")
                .on("SHOW GRANTS", "GRANT EVENT ON *.* TO `clone`@`%`")
                .on("'server_id'", "server_id,12", "group_replication_group_name,")
                .on("mysql.slave_master_info")
                .on("information_schema.events", "0")
                .on("mysql.plugin", "1");
    }

    @Test
    void aDonorThatIsNotAReplicaAddsNoSettings() throws Exception {
        DonorReplication replication = DonorReplication.ask(donor());
        assertThat(replication.carried().isReplicaOrMember()).isFalse();
        assertThat(replication.carried().notSeen()).isEmpty();
        assertThat(text(replication, 90_704, false)).isEqualTo(new ConfigFragment("a donor").text());
    }

    @Test
    void theSettingsKeepAReplicaStopped() throws Exception {
        ScriptedDonor donor = donor().on("mysql.slave_master_info", "it's,db0,3307,repl,1,1", ",db9,3306,repl,0,0")
                .on("information_schema.events", "3");
        DonorReplication replication = DonorReplication.ask(donor);
        assertThat(replication.carried().channels())
                .containsExactly(
                        new Channel("it's", "db0", "3307", "repl", Optional.of(true), true),
                        new Channel("", "db9", "3306", "repl", Optional.of(false), false));
        assertThat(replication.carried().channels().get(0).removeStatement())
                .isEqualTo("STOP REPLICA FOR CHANNEL 'it''s'; RESET REPLICA ALL FOR CHANNEL 'it''s';");
        assertThat(replication.carried().enabledEvents()).hasValue(3);
        List<String> lines = text(replication, 90_704, false).lines().toList();
        for (String setting :
                List.of("relay_log_recovery=ON", "skip_replica_start=ON", "super_read_only=ON", "#report_host=")) {
            assertThat(lines).contains(setting);
            assertThat(lines.get(lines.indexOf(setting) - 1)).as(setting).startsWith("# ");
        }
        assertThat(lines).anyMatch(line -> line.matches("server_id=\\d{8,10}"));
        assertThat(lines).anyMatch(line -> line.contains("The donor has 12"));
        assertThat(text(replication, 80_025, false)).contains("\nskip_slave_start=ON\n");
        assertThat(donor.asked).noneMatch(statement -> statement.matches(".*user_password(?! <> '').*"));
    }

    @Test
    void aMemberOfAGroupDoesNotJoinAtTheFirstStart() throws Exception {
        DonorReplication replication = DonorReplication.ask(
                donor().on("mysql.slave_master_info", "group_replication_recovery,<NULL>,0,repl,1,0"));
        assertThat(replication.carried().groupMember()).isTrue();
        assertThat(replication.carried().groupAccount()).contains("repl");
        assertThat(replication.carried().channels()).isEmpty();
        assertThat(text(replication, 90_704, false)).contains("\nloose-group_replication_start_on_boot=OFF\n");
        assertThat(DonorReplication.ask(donor().on("'server_id'", "group_replication_group_name,1234"))
                        .carried()
                        .groupMember())
                .isTrue();
    }

    @Test
    void anAccountOfTheGroupWithoutAPasswordIsNotInTheClone() throws Exception {
        assertThat(DonorReplication.ask(
                                donor().on("mysql.slave_master_info", "group_replication_recovery,<NULL>,0,repl,0,0"))
                        .carried()
                        .groupAccount())
                .isEmpty();
    }

    /** What harms no server is set in any case; what would make it read-only is not. */
    @Test
    void namesTheMissingPrivilegesOfAnAccount() throws Exception {
        ScriptedDonor donor = new ScriptedDonor()
                .on("CURRENT_USER", "clone@%")
                .on("SHOW GRANTS", "GRANT BACKUP_ADMIN ON *.* TO `clone`@`%`")
                .on("'server_id'", "server_id,12");
        DonorReplication replication = DonorReplication.ask(donor);
        assertThat(replication.carried().notSeen())
                .containsExactly(
                        "replication channels: GRANT SELECT ON mysql.slave_master_info TO 'clone'@'%';",
                        "events: GRANT EVENT ON *.* TO 'clone'@'%';",
                        "if the clone plugin loads by itself: GRANT SELECT ON mysql.plugin TO 'clone'@'%';");
        assertThat(text(replication, 90_704, false))
                .contains(
                        "\nrelay_log_recovery=ON\n", "\nskip_replica_start=ON\n", "\nplugin_load_add=mysql_clone.so\n")
                .doesNotContain("super_read_only", "server_id=");
        donor.on("replication_connection_configuration", "a,db0,3306,repl,NULL,1");
        assertThat(DonorReplication.ask(donor).carried().channels())
                .containsExactly(new Channel("a", "db0", "3306", "repl", Optional.empty(), true));
        assertThat(DonorReplication.ask(new ScriptedDonor()).carried()).isEqualTo(CarriedReplication.NOT_ASKED);
    }

    /** A donor that does not know a table has no privilege to grant. */
    @Test
    void advisesNoGrantIfNoPrivilegeIsMissing() throws Exception {
        ScriptedDonor donor = donor().refuses("mysql.plugin", new SqlException(1235, "42000", "no"));
        assertThat(DonorReplication.ask(donor).carried().notSeen())
                .containsExactly("if the clone plugin loads by itself: the donor says error 1235 (42000): no");
    }

    /** A start that upgrades fails if the plugin is loaded by an option. */
    @Test
    void loadsThePluginByAnOptionIfNothingElseDoes() throws Exception {
        DonorReplication replication = DonorReplication.ask(donor().on("mysql.plugin", "0"));
        assertThat(text(replication, 90_704, false)).contains("\nplugin_load_add=mysql_clone.so\n", "clone_status");
        assertThat(text(replication, 90_704, true).lines())
                .noneMatch(line -> line.startsWith("plugin_load_add"))
                .anyMatch(line -> line.startsWith("#") && line.contains("plugin_load_add=mysql_clone.so"));
    }

    @Test
    void distinguishesAnUnaskedDonorFromARefusal() {
        ConfigFragment fragment = new ConfigFragment("a donor");
        DonorSettings.notAsked().addTo(fragment);
        assertThat(fragment.text())
                .contains("was not asked for innodb_data_file_path", "was not asked for lower_case_table_names")
                .doesNotContain("did not report");
    }

    private static String text(DonorReplication replication, int version, boolean upgrades) {
        ConfigFragment fragment = new ConfigFragment("a donor");
        replication.addTo(fragment, version, upgrades);
        return fragment.text();
    }
}
