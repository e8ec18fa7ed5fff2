package org.jclone.provision.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WordsTest {

    @ParameterizedTest
    @CsvSource({
        "8.0.17, SLAVE, SHOW SLAVE HOSTS, CHANGE MASTER TO, MASTER_HOST, skip_slave_start, SHOW MASTER STATUS, false",
        "8.0.20, SLAVE, SHOW SLAVE HOSTS, CHANGE MASTER TO, MASTER_HOST, skip_slave_start, SHOW MASTER STATUS, false",
        "8.0.21, SLAVE, SHOW SLAVE HOSTS, CHANGE MASTER TO, MASTER_HOST, skip_slave_start, SHOW MASTER STATUS, true",
        "8.0.22, REPLICA, SHOW REPLICAS, CHANGE MASTER TO, MASTER_HOST, skip_slave_start, SHOW MASTER STATUS, true",
        "8.0.23, REPLICA, SHOW REPLICAS, CHANGE REPLICATION SOURCE TO, SOURCE_HOST, skip_slave_start,"
                + " SHOW MASTER STATUS, true",
        "8.0.26, REPLICA, SHOW REPLICAS, CHANGE REPLICATION SOURCE TO, SOURCE_HOST, skip_replica_start,"
                + " SHOW MASTER STATUS, true",
        "8.1.0, REPLICA, SHOW REPLICAS, CHANGE REPLICATION SOURCE TO, SOURCE_HOST, skip_replica_start,"
                + " SHOW MASTER STATUS, true",
        "8.2.0, REPLICA, SHOW REPLICAS, CHANGE REPLICATION SOURCE TO, SOURCE_HOST, skip_replica_start,"
                + " SHOW BINARY LOG STATUS, true",
        "9.7.4, REPLICA, SHOW REPLICAS, CHANGE REPLICATION SOURCE TO, SOURCE_HOST, skip_replica_start,"
                + " SHOW BINARY LOG STATUS, true"
    })
    void dependOnTheVersion(
            String version,
            String replica,
            String showReplicas,
            String changeSource,
            String host,
            String skip,
            String binaryLog,
            boolean user) {
        Words words = Words.of(Version.of(version));
        assertThat(words.replica()).isEqualTo(replica);
        assertThat(words.showReplicaStatus()).isEqualTo("SHOW " + replica + " STATUS");
        assertThat(words.showReplicas()).isEqualTo(showReplicas);
        assertThat(words.changeSource()).isEqualTo(changeSource);
        assertThat(words.sourceOption("SOURCE_HOST")).isEqualTo(host);
        assertThat(words.variable("skip_replica_start")).isEqualTo(skip);
        assertThat(words.showBinaryLogStatus()).isEqualTo(binaryLog);
        assertThat(words.resetBinaryLogs())
                .isEqualTo(binaryLog.contains("MASTER") ? "RESET MASTER" : "RESET BINARY LOGS AND GTIDS");
        assertThat(words.startsGroupWithUser()).isEqualTo(user);
    }

    @Test
    void oldServersHaveOldNames() {
        Words old = Words.of(Version.of("8.0.20"));
        assertThat(old.variable("log_replica_updates")).isEqualTo("log_slave_updates");
        assertThat(old.variable("skip-replica-start")).isEqualTo("skip-slave-start");
        assertThat(old.variable("rpl_semi_sync_source_enabled")).isEqualTo("rpl_semi_sync_master_enabled");
        assertThat(old.variable("sync_source_info")).isEqualTo("sync_master_info");
        assertThat(old.variable("group_replication_group_name")).isEqualTo("group_replication_group_name");
        assertThat(old.variable("replicate_do_db")).isEqualTo("replicate_do_db");
        assertThat(old.sourceOption("GET_SOURCE_PUBLIC_KEY")).isEqualTo("GET_MASTER_PUBLIC_KEY");
        assertThat(old.statusColumn("Seconds_Behind_Source")).isEqualTo("Seconds_Behind_Master");
        assertThat(old.statusColumn("Replica_SQL_Running")).isEqualTo("Slave_SQL_Running");
        assertThat(old.semiSyncReplicaLibrary()).isEqualTo("semisync_slave.so");
        assertThat(Words.of(Version.of("8.0.26")).semiSyncSourceLibrary()).isEqualTo("semisync_source.so");
    }

    @Test
    void readsVersions() {
        assertThat(Version.of("8.0.44-0ubuntu0.24.04.1").number()).isEqualTo(80_044);
        assertThat(Version.of("10.0.0").number()).isEqualTo(100_000);
        assertThat(Version.of("5.5.5-10.11.6-MariaDB").isMySql()).isFalse();
        assertThat(Version.of("9.7").isMySql()).isFalse();
        assertThat(Version.of("9.7.4").isAtLeast(90_704)).isTrue();
        assertThat(Version.of("9.7.4").isAtLeast(90_705)).isFalse();
    }
}
