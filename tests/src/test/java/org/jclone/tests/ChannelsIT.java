package org.jclone.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jclone.tests.process.CommandResult;
import org.jclone.tests.process.Jclone;
import org.jclone.tests.server.Churn;
import org.jclone.tests.server.MySqlServer;
import org.jclone.tests.server.RealServer;
import org.jclone.tests.server.ServerTool;
import org.jclone.tests.server.Servers;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * {@code jclone provision --channels} with donors that are replicas, while their sources are written to, with TLS. The
 * case that MySQL itself cannot handle runs always, {@code -Djclone.test.full=true} runs all.
 */
@RealServer
class ChannelsIT {

    /** Left out of the default run by the build. */
    private static final String FULL = "full";

    private static final String SECRET = "repl pw 7";
    private static final String[] BY_POSITION = {"--set", "gtid_mode=OFF", "--set", "enforce_gtid_consistency=OFF"};

    private final Servers servers;

    ChannelsIT(Servers servers) {
        this.servers = servers;
    }

    /** The new server: its data directory, and the server that will run on it. */
    private record Target(Path data, Path settings, Path password, MySqlServer server) implements AutoCloseable {

        CommandResult provision(MySqlServer donor, String... more) {
            List<String> command =
                    Provisions.command("provision", data, settings, server, "--donor=127.0.0.1:" + donor.port());
            command.addAll(List.of(more));
            return Jclone.run(MySqlServer.CLONE_PASSWORD, command);
        }

        String[] withAccount(String... more) {
            List<String> all = new ArrayList<>(List.of(more));
            all.addAll(List.of("--replication-user=repl", "--replication-password-file=" + password));
            return all.toArray(String[]::new);
        }

        @Override
        public void close() {
            server.close();
        }
    }

    private Target target(String... options) throws Exception {
        Path data = servers.newPath("p");
        Path settings = servers.newPath("f");
        Files.createDirectory(data);
        List<String> all =
                new ArrayList<>(List.of("--set", "report_host=new-replica.example", "--set", "event_scheduler=ON"));
        all.addAll(List.of(options));
        return new Target(
                data,
                settings,
                servers.newSecret(SECRET),
                servers.createTarget(data, settings, all.toArray(String[]::new)));
    }

    private MySqlServer source(String... options) {
        MySqlServer source = servers.create(options);
        source.sql(
                "CREATE USER repl IDENTIFIED BY '" + SECRET + "' REQUIRE SSL;"
                        + " GRANT REPLICATION SLAVE, REPLICATION CLIENT ON *.* TO repl;"
                        + " CREATE DATABASE ev; CREATE TABLE ev.ran (id INT PRIMARY KEY AUTO_INCREMENT, at_server CHAR(36));"
                        + " CREATE EVENT ev.e ON SCHEDULE EVERY 1 SECOND DO INSERT INTO ev.ran (at_server) VALUES (@@server_uuid)");
        source.prepareChurn();
        return source;
    }

    /** A replica that has caught up, and that has the account of the clone from its source. */
    private MySqlServer replica(MySqlServer source, String option, String... options) throws Exception {
        List<String> create = new ArrayList<>(List.of(options));
        create.add("--no-account");
        MySqlServer replica = servers.create(create.toArray(String[]::new));
        follow(replica, source, "", option);
        Checks.await(() -> replica.sql("SHOW DATABASES LIKE 'churn'").equals("churn")
                && replica.number("SELECT COUNT(*) FROM information_schema.routines WHERE routine_schema = 'churn'")
                        == 3);
        return replica;
    }

    private static void follow(MySqlServer replica, MySqlServer source, String channel, String option) {
        replica.sql("CHANGE REPLICATION SOURCE TO SOURCE_HOST='127.0.0.1', SOURCE_PORT=" + source.port()
                + ", SOURCE_USER='repl', SOURCE_PASSWORD='" + SECRET + "', SOURCE_SSL=1, " + option + " FOR CHANNEL '"
                + channel + "'; START REPLICA FOR CHANNEL '" + channel + "'");
    }

    private static CommandResult whileWritten(MySqlServer source, java.util.concurrent.Callable<CommandResult> run)
            throws Exception {
        CommandResult result = Churn.lightlyDuring(source, run);
        assertThat(result.exitStatus()).as(result.stderr() + result.stdout()).isZero();
        assertThat(result.stderr() + result.stdout()).doesNotContain(SECRET);
        return result;
    }

    /** Quiesces the source, and compares. */
    private static void assertIsLike(MySqlServer source, Target target) throws Exception {
        MySqlServer server = target.server();
        assertThat(server.sql("SELECT @@super_read_only")).isEqualTo("1");
        assertThat(server.sql("SELECT status FROM information_schema.events WHERE event_schema = 'ev'"))
                .isEqualTo("REPLICA_SIDE_DISABLED");
        source.sql("DROP EVENT ev.e");
        String last = source.sql("SELECT COUNT(*) FROM ev.ran");
        source.sql("CREATE TABLE ev.last (id INT PRIMARY KEY)");
        Checks.await(() -> server.sql("SHOW TABLES IN ev LIKE 'last'").equals("last"));
        assertThat(server.sql("SELECT COUNT(*) FROM ev.ran")).isEqualTo(last);
        assertThat(server.sql("SELECT DISTINCT at_server FROM ev.ran")).isEqualTo(source.sql("SELECT @@server_uuid"));
        assertThat(Churn.state(server)).isEqualTo(Churn.state(source));
        assertThat(server.number("SELECT COUNT(*) FROM mysql.user WHERE user LIKE 'jclone%'"))
                .isZero();
        assertThat(Files.readString(target.data().resolve(".jclone-provision")))
                .contains("COMPLETE")
                .doesNotContain(SECRET);
        assertThat(source.sql("SHOW REPLICAS")).contains(server.sql("SELECT @@server_uuid"));
    }

    /** The donor has caught up, too; its own system accounts are not those of its source. */
    private static void assertSameContent(MySqlServer donor, MySqlServer source, MySqlServer server) throws Exception {
        Checks.await(() -> donor.sql("SHOW TABLES IN ev LIKE 'last'").equals("last"));
        assertThat(server.fingerprint()).isEqualTo(donor.fingerprint());
        assertThat(server.sql("SELECT @@gtid_executed")).isEqualTo(source.sql("SELECT @@gtid_executed"));
    }

    /**
     * Accounts are created during the clone: each transaction is applied once, or else the applier stops with 1396. The
     * source waits for acknowledgements, and the donor may see its own channel.
     */
    @Test
    @Tag(FULL)
    void continuesAChannelWithAutoPosition() throws Exception {
        try (MySqlServer source = source("--gtid", "--set", "plugin_load_add=semisync_source.so");
                MySqlServer donor = replica(source, "SOURCE_AUTO_POSITION=1", "--gtid");
                Target target = target("--gtid")) {
            source.sql("SET GLOBAL rpl_semi_sync_source_enabled = ON; GRANT REPLICATION CLIENT ON *.* TO clone_donor");
            String expected = donor.sql("SELECT @@server_uuid");
            CommandResult result = whileWritten(source, () -> {
                try (CreatedAccounts accounts = new CreatedAccounts(source)) {
                    accounts.begin();
                    return target.provision(donor, "--channels=KEEP");
                }
            });

            assertThat(result.stdout())
                    .contains("as a replica with the donor's channels")
                    .contains("Channel      '', to 127.0.0.1:" + source.port()
                            + " as repl, its password is stored, auto-position (kept)")
                    .contains("semi-synchronous replication");
            assertThat(result.stderr()).contains("the donor's channel '', to 127.0.0.1:" + source.port());
            assertIsLike(source, target);
            assertSameContent(donor, source, target.server());
            assertThat(target.server().sql("SELECT @@server_uuid")).isNotEqualTo(expected);
            assertThat(target.server().sql("SHOW STATUS LIKE 'Rpl_semi_sync_replica_status'"))
                    .endsWith("ON");
            assertThat(source.number("SELECT VARIABLE_VALUE FROM performance_schema.global_status"
                            + " WHERE VARIABLE_NAME = 'Rpl_semi_sync_source_clients'"))
                    .isEqualTo(1);
        }
    }

    /** Creates accounts on a server until it is closed. */
    private static final class CreatedAccounts implements AutoCloseable {

        private final Thread thread;
        private volatile boolean over;

        CreatedAccounts(MySqlServer source) {
            thread = new Thread(() -> {
                for (int i = 0; !over; i++) {
                    source.sql("CREATE USER created_" + i + " IDENTIFIED BY 'x'; DROP USER IF EXISTS 'created_"
                            + (i - 3) + "'");
                }
            });
        }

        void begin() {
            thread.start();
        }

        @Override
        public void close() {
            over = true;
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Without GTIDs, so that a transaction that is applied twice or never is seen. */
    @Test
    void continuesAChannelByPositionWithSeveralAppliers() throws Exception {
        try (MySqlServer source = source(BY_POSITION);
                MySqlServer donor = replica(
                        source,
                        "SOURCE_LOG_FILE='', SOURCE_LOG_POS=4",
                        with(BY_POSITION, "replica_parallel_workers=4"));
                Target target = target(BY_POSITION)) {
            CommandResult result = whileWritten(source, () -> target.provision(donor, "--channels=KEEP"));

            assertThat(result.stderr())
                    .contains("may not see the donor's channels", "position of '': binlog.", "appliers: 4");
            assertIsLike(source, target);
            assertSameContent(donor, source, target.server());
        }
    }

    private static String[] with(String[] options, String... settings) {
        List<String> all = new ArrayList<>(List.of(options));
        for (String setting : settings) {
            all.addAll(List.of("--set", setting));
        }
        return all.toArray(String[]::new);
    }

    @Test
    @Tag(FULL)
    void continuesAChannelByPositionWithOneApplier() throws Exception {
        try (MySqlServer source = source(BY_POSITION);
                MySqlServer donor = replica(
                        source,
                        "SOURCE_LOG_FILE='', SOURCE_LOG_POS=4",
                        with(BY_POSITION, "replica_parallel_workers=0"));
                Target target = target(BY_POSITION)) {
            whileWritten(source, () -> target.provision(donor, "--channels=KEEP"));

            assertIsLike(source, target);
            assertSameContent(donor, source, target.server());
        }
    }

    /** The second channel is delayed by an hour, applies as another account, and has a failover list. */
    @Test
    @Tag(FULL)
    void continuesTwoChannelsOfWhichOneIsDelayed() throws Exception {
        try (MySqlServer source = source("--gtid");
                MySqlServer other = servers.create("--gtid", "--no-account");
                MySqlServer donor = replica(source, "SOURCE_AUTO_POSITION=1", "--gtid");
                Target target = target("--gtid")) {
            other.sql("SET sql_log_bin = OFF; CREATE USER repl IDENTIFIED BY '" + SECRET + "' REQUIRE SSL;"
                    + " GRANT REPLICATION SLAVE ON *.* TO repl; SET sql_log_bin = ON;"
                    + " CREATE DATABASE two; CREATE TABLE two.t (id INT PRIMARY KEY)");
            source.sql("CREATE USER applier; GRANT REPLICATION_APPLIER, SESSION_VARIABLES_ADMIN ON *.* TO applier;"
                    + " GRANT CREATE, INSERT ON two.* TO applier");
            Checks.await(() -> donor.number("SELECT COUNT(*) FROM mysql.user WHERE user = 'applier'") == 1);
            follow(
                    donor,
                    other,
                    "second",
                    "SOURCE_AUTO_POSITION=1, PRIVILEGE_CHECKS_USER='applier'@'%', SOURCE_DELAY=2");
            Checks.await(() ->
                    donor.number("SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = 'two'") == 1);
            donor.sql(
                    "STOP REPLICA FOR CHANNEL 'second'; CHANGE REPLICATION SOURCE TO SOURCE_DELAY=3600 FOR CHANNEL 'second';"
                            + " SELECT asynchronous_connection_failover_add_source('second', 'db9', 3307, '', 40);"
                            + " START REPLICA FOR CHANNEL 'second'");
            other.sql("INSERT INTO two.t VALUES (1)");

            CommandResult result = whileWritten(source, () -> target.provision(donor, "--channels=KEEP"));

            assertThat(result.stdout())
                    .contains("'second', to 127.0.0.1:" + other.port()
                            + " as repl, its password is stored, auto-position, delayed by 3600 s, applies as applier@%;"
                            + " failover list: db9:3307 (40)");
            MySqlServer server = target.server();
            assertThat(server.row("SELECT COUNT(*), MIN(service_state) FROM"
                            + " performance_schema.replication_connection_status"))
                    .containsExactly("2", "ON");
            assertThat(server.sql("SELECT COUNT(*) FROM two.t"))
                    .as("for an hour")
                    .isEqualTo("0");
            assertThat(server.sql(
                            "SELECT received_transaction_set FROM performance_schema.replication_connection_status"
                                    + " WHERE channel_name = 'second'"))
                    .isEqualTo(other.sql("SELECT @@server_uuid") + ":3");
            server.sql(
                    "STOP REPLICA FOR CHANNEL 'second'; CHANGE REPLICATION SOURCE TO SOURCE_DELAY=0 FOR CHANNEL 'second';"
                            + " START REPLICA FOR CHANNEL 'second'");
            Checks.await(() -> server.sql("SELECT COUNT(*) FROM two.t").equals("1"));
            assertIsLike(source, target);
            assertThat(other.sql("SHOW REPLICAS")).contains(server.sql("SELECT @@server_uuid"));
        }
    }

    /** The source of the donor is found. The failover list must not stay for the new channel of the same name. */
    @Test
    @Tag(FULL)
    void replacesTheChannelsOfAReplica() throws Exception {
        try (MySqlServer source = source("--gtid");
                MySqlServer donor = replica(source, "SOURCE_AUTO_POSITION=1", "--gtid");
                Target target = target("--gtid")) {
            donor.sql("SELECT asynchronous_connection_failover_add_source('', 'db9', 3307, '', 40)");
            source.sql("GRANT REPLICATION CLIENT ON *.* TO clone_donor");

            CommandResult result =
                    whileWritten(source, () -> target.provision(donor, target.withAccount("--source=ANY")));

            assertThat(result.stdout()).contains("as a replica of 127.0.0.1:" + source.port());
            assertThat(result.stderr())
                    .contains("source: 127.0.0.1:" + source.port() + " (candidates: [127.0.0.1:" + source.port()
                            + ", 127.0.0.1:" + donor.port() + "])");
            assertThat(result.stdout()).contains("failover list: db9:3307 (40) (removed)");
            assertIsLike(source, target);
            assertSameContent(donor, source, target.server());
            assertThat(target.server()
                            .number("SELECT COUNT(*) FROM mysql.replication_asynchronous_connection_failover"))
                    .isZero();
        }
    }

    /** The source purges what the clone lacks, before the channel continues. */
    @Test
    @Tag(FULL)
    void clonesAgainIfTheSourceOfAChannelHasPurgedWhatTheCloneLacks() throws Exception {
        try (MySqlServer source = source("--gtid");
                MySqlServer donor = replica(source, "SOURCE_AUTO_POSITION=1", "--gtid");
                Target target = target("--gtid")) {
            String sql = ServerTool.script("instance") + " sql " + source.folder();
            CommandResult failed = target.provision(
                    donor,
                    "--channels=KEEP",
                    "--hook-before-exchange=sleep 2; " + sql + " -e 'FLUSH BINARY LOGS'; sleep 2; log=$(" + sql
                            + " --skip-column-names -e 'SHOW BINARY LOG STATUS'); " + sql
                            + " -e \"PURGE BINARY LOGS TO '${log%%[[:space:]]*}'\"");
            assertThat(failed.exitStatus()).as(failed.stderr()).isEqualTo(16);
            assertThat(failed.stderr())
                    .contains("has purged transactions that the clone lacks")
                    .contains("with --resume makes a new clone, --rollback puts the old data back");

            CommandResult resumed = whileWritten(source, () -> target.provision(donor, "--channels=KEEP", "--resume"));

            assertThat(resumed.stderr()).contains("a new clone is made, because the source of the channel ''");
            assertIsLike(source, target);
            assertSameContent(donor, source, target.server());
        }
    }

    @Test
    @Tag(FULL)
    void refusesWhatCannotContinue() throws Exception {
        try (MySqlServer source = source("--gtid");
                MySqlServer donor = replica(source, "SOURCE_AUTO_POSITION=1", "--gtid");
                Target target = target("--gtid")) {
            CommandResult none = target.provision(source, "--channels=KEEP");
            assertThat(none.exitStatus()).isEqualTo(16);
            assertThat(none.stderr()).contains("no replication channel to keep", "--rollback");
            assertThat(target.provision(source, "--channels=KEEP", "--rollback").exitStatus())
                    .isZero();

            donor.sql("STOP REPLICA; CHANGE REPLICATION SOURCE TO SOURCE_USER='', SOURCE_PASSWORD='';"
                    + " START REPLICA USER='repl' PASSWORD='" + SECRET + "'");
            CommandResult noPassword = target.provision(donor, "--channels=KEEP");
            assertThat(noPassword.stderr()).contains("came along without a password", "--replication-user");
            CommandResult resumed = target.provision(donor, target.withAccount("--channels=KEEP", "--resume"));
            assertThat(resumed.exitStatus()).as(resumed.stderr()).isZero();
            assertIsLike(source, target);
            assertSameContent(donor, source, target.server());
        }
    }

    @Test
    @Tag(FULL)
    void makesACopyThatDoesNotReplicate() throws Exception {
        try (MySqlServer source = source("--gtid");
                MySqlServer donor = replica(source, "SOURCE_AUTO_POSITION=1", "--gtid")) {
            for (boolean writable : new boolean[] {false, true}) {
                try (Target target = target("--gtid")) {
                    CommandResult result = whileWritten(
                            source,
                            () -> writable
                                    ? target.provision(donor, "--channels=REMOVE", "--writable")
                                    : target.provision(donor, "--channels=REMOVE"));
                    assertThat(result.stdout()).contains("as a copy that does not replicate", "(removed)");
                    MySqlServer server = target.server();
                    assertThat(server.row("SELECT @@super_read_only, @@read_only,"
                                    + " (SELECT COUNT(*) FROM mysql.slave_master_info)"))
                            .isEqualTo(writable ? List.of("0", "0", "0") : List.of("1", "1", "0"));
                    assertThat(server.sql("SELECT status FROM information_schema.events WHERE event_schema = 'ev'"))
                            .isEqualTo("REPLICA_SIDE_DISABLED");
                    assertThat(Churn.state(server).bad()).isZero();
                }
            }
        }
    }
}
