package org.jclone.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jclone.tests.server.MySqlServer;

/** What a rollback promises to put back, on a replica that has some of everything. */
record RolledBack(ProvisionTarget target) {

    /** A killed process leaves lock files, which are not locked. */
    private static final Set<String> STAYING =
            Set.of(".jclone-provision.history", ".jclone-provision.lock", ".jclone-lock");

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final String LISTED = "db9.example";

    /** Gives a running replica persisted variables, an enabled event, a failover list, and a channel with settings. */
    static RolledBack prepare(ProvisionTarget target) {
        target.server()
                .sql("SET PERSIST max_connections = 77; SET GLOBAL super_read_only = OFF; SET sql_log_bin = 0;"
                        + " CREATE EVENT ev.own ON SCHEDULE EVERY 1 DAY STARTS '2099-01-01' DO DELETE FROM ev.ran;"
                        + " SELECT asynchronous_connection_failover_add_source('', '" + LISTED + "', 3306, '', 60);"
                        + " SELECT asynchronous_connection_failover_add_managed('', 'GroupReplication',"
                        + " 'aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa', '" + LISTED + "', 3307, '', 80, 60);"
                        + " SET GLOBAL super_read_only = ON; STOP REPLICA;"
                        + " CHANGE REPLICATION SOURCE TO SOURCE_CONNECT_RETRY = 13, SOURCE_RETRY_COUNT = 7;"
                        + " START REPLICA");
        return new RolledBack(target);
    }

    /** Returns it as text. The server runs. */
    String now() throws Exception {
        MySqlServer server = target.server();
        return server.sql("SELECT @@server_uuid, @@server_id, @@super_read_only, @@max_connections;"
                        + " SELECT Channel_name, Host, Port, User_name, User_password, Connect_retry, Retry_count,"
                        + " Enabled_auto_position, Enabled_ssl FROM mysql.slave_master_info ORDER BY 1;"
                        + " SELECT Channel_name, Sql_delay FROM mysql.slave_relay_log_info ORDER BY 1;"
                        + " SELECT * FROM performance_schema.replication_asynchronous_connection_failover ORDER BY 2, 3;"
                        + " SELECT * FROM performance_schema.replication_asynchronous_connection_failover_managed;"
                        + " SELECT event_schema, event_name, status, definer FROM information_schema.events"
                        + " ORDER BY 1, 2; SHOW DATABASES LIKE 'errant';"
                        + " SELECT channel_name, service_state FROM performance_schema.replication_applier_status;"
                        + " SELECT variable_name, variable_value FROM performance_schema.persisted_variables ORDER BY 1;"
                        + " SELECT user FROM mysql.user WHERE user LIKE 'jclone%'; SHOW TABLES IN mysql LIKE 'jclone%'")
                + HexFormat.of().formatHex(Files.readAllBytes(target.data().resolve("mysqld-auto.cnf")))
                + Files.readString(target.settings());
    }

    /** Waits, since a server that has just started may not replicate yet. */
    void require(String when, String before) throws Exception {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!now().equals(before) && System.nanoTime() < end) {
            Thread.sleep(200);
        }
        assertThat(now()).as(when).isEqualTo(before);
    }

    /** The files that only a run needs. The record of a complete run stays if the next one was killed before it began. */
    void requireNothingIsLeft() throws Exception {
        boolean isComplete = !target.isRecorded() && !target.recorded().isEmpty();
        String settings = target.settings().getFileName().toString();
        assertThat(names(target.settings().getParent())).noneMatch(name -> name.startsWith(settings + ".jclone"));
        assertThat(names(target.data()))
                .noneMatch(name -> name.startsWith(".jclone-")
                        && !STAYING.contains(name)
                        && !(isComplete && name.equals(".jclone-provision")));
        assertThat(target.isMarked()).isFalse();
    }

    private static List<String> names(Path folder) throws Exception {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }
}
