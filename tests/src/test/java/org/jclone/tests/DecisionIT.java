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
import org.junit.jupiter.api.Test;

/** What {@code jclone plan} and {@code jclone provision} decide, and refuse, with real servers. */
@RealServer
class DecisionIT {

    private static final String SECRET = "repl pw 7";
    private static final int CLONE = 0;
    private static final int INCREMENTAL = 3;
    private static final int IMPOSSIBLE = 16;

    private final Servers servers;

    DecisionIT(Servers servers) {
        this.servers = servers;
    }

    /** The server that is to be a replica, and the files for it. */
    private record Target(Path data, Path settings, Path password, MySqlServer server) implements AutoCloseable {

        CommandResult run(String command, MySqlServer donor, String... more) {
            List<String> arguments = Provisions.command(
                    command,
                    data,
                    settings,
                    server,
                    "--donor=127.0.0.1:" + donor.port(),
                    "--replication-user=repl",
                    "--replication-password-file=" + password);
            arguments.addAll(List.of(more));
            return Jclone.run(MySqlServer.CLONE_PASSWORD, arguments);
        }

        String stopCommand() {
            return ServerTool.script("instance") + " stop " + server.folder();
        }

        @Override
        public void close() {
            server.close();
        }
    }

    private Target target() throws Exception {
        Path data = servers.newPath("p");
        Path settings = servers.newPath("f");
        Files.createDirectory(data);
        return new Target(data, settings, servers.newSecret(SECRET), servers.createTarget(data, settings, "--gtid"));
    }

    private MySqlServer source() {
        MySqlServer source = servers.create("--gtid");
        source.prepareChurn();
        source.sql("CREATE USER repl IDENTIFIED BY '" + SECRET + "' REQUIRE SSL;"
                + " GRANT REPLICATION SLAVE, REPLICATION CLIENT ON *.* TO repl;"
                + " GRANT PROCESS, REPLICATION SLAVE, REPLICATION CLIENT ON *.* TO " + MySqlServer.CLONE_USER);
        return source;
    }

    private static CommandResult expect(int exitStatus, CommandResult result) {
        assertThat(result.exitStatus())
                .as(result.stdout() + "\n" + result.stderr())
                .isEqualTo(exitStatus);
        return result;
    }

    @Test
    void decidesRefusesAndRecovers() throws Exception {
        try (MySqlServer source = source();
                Target replica = target();
                Target target = target()) {
            Churn.lightlyDuring(source, () -> {
                refusesAThresholdBelowTheLoad(replica, source);
                return null;
            });
            refusesASourceThatPurgesTooEarly(replica, source);
            expect(CLONE, replica.run("provision", source, "--max-clones-per-day=1"));
            refusesASecondCloneOnTheSameDay(replica, source);

            String purge = purgeCommand(source);
            takesAnotherSourceIfTheFirstPurgesWhatTheCloneLacks(target, source, replica.server(), purge);
            if (Boolean.getBoolean("jclone.test.full")) {
                clonesAgainIfNoSourceHasWhatTheCloneLacks(target, source, replica.server(), purge);
            }
            namesWhatErrantTransactionsChanged(replica, source);
        }
    }

    /** A server keeps a log that it is still sending to a replica, so the command repeats the purge. */
    private static String purgeCommand(MySqlServer source) {
        String sql = ServerTool.script("instance") + " sql " + source.folder() + " --skip-column-names -e ";
        return sql + "'CREATE DATABASE IF NOT EXISTS made; DROP DATABASE made; FLUSH BINARY LOGS'; until [ $(" + sql
                + "'PURGE BINARY LOGS BEFORE NOW() + INTERVAL 1 DAY; SHOW BINARY LOGS' | wc -l) = 1 ]; do sleep 0.1; done";
    }

    private static void takesAnotherSourceIfTheFirstPurgesWhatTheCloneLacks(
            Target target, MySqlServer source, MySqlServer replica, String purge) {
        CommandResult lost = expect(IMPOSSIBLE, target.run("provision", source, "--stop-command=" + purge));
        assertThat(lost.stderr())
                .contains("CONFIGURE: the source 127.0.0.1:" + source.port()
                        + " has purged transactions that the clone lacks: ")
                .contains("--resume makes a new clone");

        String[] sources = {"--resume", "--source=127.0.0.1:" + source.port(), "--source=127.0.0.1:" + replica.port()};
        CommandResult taken = expect(CLONE, target.run("provision", source, sources));
        assertThat(taken.stderr())
                .contains("cannot replicate from 127.0.0.1:" + source.port() + ": the source 127.0.0.1:" + source.port()
                        + " has purged transactions that the clone lacks: ")
                .contains("source: 127.0.0.1:" + replica.port())
                .doesNotContain("FILE COPY");
        assertThat(taken.stdout()).contains("as a replica of 127.0.0.1:" + replica.port());
        assertThat(target.server().sql("SELECT port FROM performance_schema.replication_connection_configuration"))
                .isEqualTo(Integer.toString(replica.port()));
    }

    private static void clonesAgainIfNoSourceHasWhatTheCloneLacks(
            Target target, MySqlServer source, MySqlServer replica, String purge) {
        replica.sql("STOP REPLICA");
        String[] options = {"--replace", "--recovery-method=CLONE", "--source=DONORS-SOURCE", "--max-data-bandwidth=50"
        };
        List<String> begin = new ArrayList<>(List.of(options));
        begin.add("--hook-donor-chosen=" + purge);
        begin.add("--stop-command=false"); // it fails, if it is called
        CommandResult lost = expect(IMPOSSIBLE, target.run("provision", replica, begin.toArray(String[]::new)));
        assertThat(lost.stderr())
                .contains(
                        "warning: the source 127.0.0.1:" + source.port() + " has purged 2 transactions",
                        "the donor lacks 2 of those that are purged: ")
                .contains(
                        "STOP: the source 127.0.0.1:" + source.port() + " has purged transactions that the clone lacks")
                .contains("The old data, if there is any, is kept; the same command with --resume makes a new clone");

        CommandResult again = expect(
                CLONE,
                target.run("provision", source, "--resume", "--replace", "--stop-command=" + target.stopCommand()));
        assertThat(again.stderr())
                .contains(
                        "a new clone is made, because the source 127.0.0.1:" + source.port() + " has purged",
                        "FILE COPY");
        assertThat(
                        target.server()
                                .row(
                                        "SELECT c.port, s.service_state FROM performance_schema.replication_connection_configuration c"
                                                + " JOIN performance_schema.replication_connection_status s USING (channel_name)"))
                .containsExactly(Integer.toString(source.port()), "ON");
    }

    private static void refusesAThresholdBelowTheLoad(Target target, MySqlServer source) {
        assertThat(expect(IMPOSSIBLE, target.run("plan", source, "--clone-threshold=10", "--expected-rate=1"))
                        .stdout())
                .containsPattern("Threshold +10 transactions, about [0-9.]+ (bytes|KiB) of binary log and [0-9.]+ s of")
                .containsPattern("the source commits about [0-9]{2,} transactions during a clone of [0-9.]+ (s|min)"
                        + " \\([0-9.]+ transactions/s, [0-9.]+ (bytes|KiB|MiB)/s of binary log, measured over [0-9.]+ s\\),"
                        + " and the threshold is 10: after each clone")
                .contains("Guard        threshold, refused: ", "Problem      the source commits");
        assertThat(expect(CLONE, target.run("plan", source, "--clone-threshold=1000000000", "--output=json"))
                        .stdout())
                .contains("\"guard\":\"THRESHOLD\",\"outcome\":\"OK\"", "\"rateIs\":\"ASSUMED\"", "\"dataBytes\":")
                .containsPattern("\"thresholdBytes\":[0-9]{6,}");
    }

    private static void refusesASourceThatPurgesTooEarly(Target target, MySqlServer source) {
        source.sql("SET GLOBAL binlog_expire_logs_seconds = 60");
        assertThat(expect(IMPOSSIBLE, target.run("plan", source, "--expected-rate=1"))
                        .stdout())
                .containsPattern(
                        "Problem +the source keeps its binary logs for 60 s \\(binlog_expire_logs_seconds=60\\),"
                                + " and clone, first start and catch-up take about [0-9.]+ (s|min)");
        source.sql("SET GLOBAL binlog_expire_logs_auto_purge = OFF");
        expect(CLONE, target.run("plan", source, "--expected-rate=1"));
        source.sql("SET GLOBAL binlog_expire_logs_auto_purge = ON; SET GLOBAL binlog_expire_logs_seconds = 2592000");
    }

    private static void refusesASecondCloneOnTheSameDay(Target target, MySqlServer source) {
        String[] again = {"--replace", "--recovery-method=CLONE", "--stop-command=false", "--max-clones-per-day=1"};
        CommandResult refused = expect(IMPOSSIBLE, target.run("provision", source, again));
        assertThat(refused.stderr())
                .contains("PREPARE: 1 clone of this target begun in the last 24 hours, and the limit is 1; the next is")
                .contains("Nothing was changed.");
        CommandResult plan = expect(INCREMENTAL, target.run("plan", source, "--replace", "--stop-command=false"));
        assertThat(plan.stdout()).contains("measured in the last run", "first start as in the last run");
    }

    private static void namesWhatErrantTransactionsChanged(Target target, MySqlServer source) {
        MySqlServer server = target.server();
        server.sql(
                "SET GLOBAL super_read_only = OFF; CREATE DATABASE errant; CREATE TABLE errant.t (id INT PRIMARY KEY);"
                        + " INSERT INTO errant.t VALUES (1), (2); FLUSH BINARY LOGS; INSERT INTO errant.t VALUES (3);"
                        + " SET SESSION binlog_transaction_compression = ON; UPDATE errant.t SET id = id + 10;"
                        + " CREATE USER someone IDENTIFIED BY 'not to be shown'; SET GLOBAL super_read_only = ON");

        String[] options = {"--replace", "--stop-command=false"};
        String text = expect(IMPOSSIBLE, target.run("plan", source, options)).stdout();
        assertThat(text)
                .startsWith("Plan: REFUSE, DIVERGED\n")
                .contains(
                        "Errant       errant.t (3 transactions)\n",
                        "Errant       CREATE DATABASE errant (1 transaction)\n",
                        "Errant       CREATE TABLE errant.t (1 transaction)\n",
                        "Errant       CREATE USER (1 transaction)\n")
                .contains("they changed: errant.t (3 transactions), ")
                .doesNotContain("not to be shown", "someone", "not read");

        server.sql("SET GLOBAL super_read_only = OFF; SET sql_log_bin = 0; REVOKE REPLICATION SLAVE ON *.* FROM "
                + MySqlServer.CLONE_USER + "; SET GLOBAL super_read_only = ON");
        assertThat(expect(IMPOSSIBLE, target.run("plan", source, options)).stdout())
                .contains(
                        "Errant       not read: the target's binary logs: GRANT REPLICATION CLIENT, REPLICATION SLAVE");
    }
}
