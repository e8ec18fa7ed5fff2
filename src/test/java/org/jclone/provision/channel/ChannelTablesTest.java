package org.jclone.provision.channel;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jclone.provision.api.ChannelReport;
import org.jclone.provision.server.ScriptedSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChannelTablesTest {

    private static final List<String> CONNECTION = List.of(
            "Channel_name",
            "Host",
            "Port",
            "User_name",
            "has_password",
            "Enabled_auto_position",
            "Master_log_name",
            "Master_log_pos",
            "Uuid",
            "Enabled_ssl",
            "Ssl_verify_server_cert",
            "Get_public_key",
            "Ssl_ca",
            "Bind");
    private static final List<String> APPLIER = List.of(
            "Master_log_name",
            "Master_log_pos",
            "Sql_delay",
            "Privilege_checks_username",
            "Privilege_checks_hostname",
            "Assign_gtids_to_anonymous_transactions_type");
    private static final List<String> WORKER = List.of(
            "Master_log_name",
            "Master_log_pos",
            "Checkpoint_master_log_name",
            "Checkpoint_master_log_pos",
            "Checkpoint_seqno",
            "bits");

    @TempDir
    private Path directory;

    private static ScriptedSession server() {
        return new ScriptedSession("9.7.4")
                .on("SELECT Master_log_name, Master_log_pos, Sql_delay", APPLIER, "b.000001|1000|3600|applier|%|OFF")
                .on("SELECT Master_log_name, Master_log_pos, Checkpoint", WORKER, "b.000001|1200|b.000001|1000|0|0100")
                .on("SELECT 1 FROM mysql.user", List.of("1"))
                .on("SELECT FILTER_NAME", List.of("FILTER_NAME", "FILTER_RULE"), "REPLICATE_IGNORE_DB|scratch")
                .on(
                        "SELECT Host, Port, Weight",
                        List.of("Host", "Port", "Weight", "Managed_name"),
                        "db8|3306|60|",
                        "db9|3306|40|g");
    }

    private static ScriptedSession with(ScriptedSession server, String row) {
        return server.on("SELECT Channel_name, Host", CONNECTION, row);
    }

    @Test
    void readsAllThatBelongsToAChannel() throws Exception {
        ScriptedSession sql = with(server(), "c|db1|3307|repl|1|0|b.000001|1500|uuid-1|1|1|0|ca.pem|");

        CarriedChannel channel = new ChannelTables(sql).read().get(0);

        assertThat(channel.progress().orElseThrow().next(false, false)).contains(new BinlogPosition("b.000001", 1200));
        ChannelReport report = channel.report(directory, ChannelReport.Fate.KEPT);
        assertThat(report.describe())
                .isEqualTo("'c', to db1:3307 as repl, its password is stored, from b.000001:1000, delayed by 3600 s,"
                        + " applies as applier@%, which does not exist; filters: REPLICATE_IGNORE_DB=scratch;"
                        + " failover list: db8:3306 (60), db9:3306 (40, group g);"
                        + " not on this machine: SOURCE_SSL_CA=ca.pem");
        assertThat(sql.asked()).noneMatch(statement -> statement.matches(".*\\bUser_password(?! <> '').*"));
    }

    @Test
    void looksForRelativePathsInTheDataDirectory() throws Exception {
        Files.createFile(directory.resolve("ca.pem"));
        ScriptedSession sql = with(server(), "c|db1|3307|repl|1|0|b.000001|1500|uuid-1|1|1|0|ca.pem|");

        assertThat(new ChannelTables(sql).read().get(0).missing(directory)).isEmpty();
    }

    @Test
    void aChannelThatAppliedNothingYetIsWhereItWasSetUp() throws Exception {
        ScriptedSession sql = with(server(), "|db1|3306|repl|0|0|b.000009|4||0|0|0||")
                .on("SELECT Master_log_name, Master_log_pos, Sql_delay", APPLIER, "|0|0|NULL|NULL|OFF")
                .on("SELECT Master_log_name, Master_log_pos, Checkpoint", WORKER);

        CarriedChannel channel = new ChannelTables(sql).read().get(0);

        assertThat(channel.progress().orElseThrow().common()).isEqualTo(new BinlogPosition("b.000009", 4));
        assertThat(channel.applierAccount()).isEmpty();
        assertThat(channel.report(directory, ChannelReport.Fate.SEEN).describe())
                .contains("no password stored");
    }

    @Test
    void aDonorBefore8019HasNoPlaceOfItsApplier() throws Exception {
        ScriptedSession sql = with(server(), "|db1|3306|repl|1|0|b.000009|4||0|0|0||")
                .on("SELECT Master_log_name, Master_log_pos, Sql_delay", APPLIER);

        assertThat(new ChannelTables(sql).read().get(0).progress()).isEmpty();
    }
}
