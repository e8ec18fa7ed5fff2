package org.jclone.provision.step;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import org.jclone.provision.Requests;
import org.jclone.provision.record.ProvisionRecord;
import org.jclone.provision.server.ScriptedSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeptReplicationTest {

    private static final List<String> NONE = List.of("x");

    @TempDir
    Path directory;

    private final ScriptedSession sql = new ScriptedSession("9.7.4")
            .on("SET ", NONE)
            .on("STOP REPLICA", NONE)
            .on("RESET REPLICA", NONE)
            .on("DELETE FROM", NONE)
            .on("INSERT INTO", NONE)
            .on("ALTER ", NONE)
            .on("SELECT Channel_name", NONE)
            .on("SELECT k.EVENT_SCHEMA", List.of("schema", "name", "definer"));

    private KeptReplication kept() {
        return new KeptReplication(new Run(
                Requests.of(directory, false),
                ProvisionRecord.inMemory(directory),
                event -> {},
                Clock.systemUTC(),
                System::nanoTime));
    }

    /** Error 3139. */
    @Test
    void doesNotStopTheChannelsOfAGroup() throws Exception {
        sql.on("SELECT Channel_name", NONE, "group_replication_applier", "sales");
        kept().restore(sql);
        assertThat(sql.asked()).filteredOn(text -> text.startsWith("STOP")).hasSize(1);
        assertThat(sql.asked()).filteredOn(text -> text.startsWith("RESET")).hasSize(2);
    }

    @Test
    void enablesOnlyEventsThatStillExist() throws Exception {
        sql.on("SELECT k.EVENT_SCHEMA", List.of("schema", "name", "definer"), "d|e|root@localhost");
        kept().restore(sql);
        assertThat(sql.asked()).anyMatch(text -> text.contains("JOIN information_schema.EVENTS"));
        assertThat(sql.asked()).filteredOn(text -> text.startsWith("ALTER")).hasSize(1);
    }

    @Test
    void keepsFailoverLists() throws Exception {
        sql.on("DROP TABLE", NONE).on("CREATE TABLE", NONE);
        kept().keep(sql);
        kept().restore(sql);
        for (String table : List.of(
                "replication_asynchronous_connection_failover",
                "replication_asynchronous_connection_failover_managed")) {
            assertThat(sql.asked())
                    .containsSubsequence(
                            "CREATE TABLE mysql.jclone_" + table + " ENGINE=InnoDB AS SELECT * FROM mysql." + table,
                            "DELETE FROM mysql." + table,
                            "INSERT INTO mysql." + table + " SELECT * FROM mysql.jclone_" + table);
        }
    }

    @Test
    void countsOnlyChannelsWithAHost() throws Exception {
        sql.on("SELECT COUNT(*) FROM mysql.jclone_slave_master_info WHERE Host <> ''", NONE, "2");
        assertThat(kept().channels(sql)).isEqualTo(2);
    }
}
