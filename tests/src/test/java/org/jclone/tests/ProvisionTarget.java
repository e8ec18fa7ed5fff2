package org.jclone.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jclone.tests.server.Churn;
import org.jclone.tests.server.MySqlServer;
import org.jclone.tests.server.ScriptException;
import org.jclone.tests.server.ServerTool;
import org.jclone.tests.server.Servers;

/**
 * One replica to be.
 *
 * @param data its data directory
 * @param settings the file that jclone writes
 * @param password of the replication account
 * @param server the server that will run on the data, with the settings
 * @param hostile a server on the data whose option file asks for everything that the fence forbids
 */
record ProvisionTarget(Path data, Path settings, Path password, MySqlServer server, MySqlServer hostile)
        implements AutoCloseable {

    static final String SECRET = "repl pw 7";

    /** What a plain server did. */
    enum Attempt {
        /** No server starts on the directory, since there is no data, or it is the old server's. */
        NOT_MADE,
        REFUSED,
        FENCED,
        /** The new server was configured, and may start. */
        CONFIGURED
    }

    /** @param options of {@code instance create} */
    static ProvisionTarget create(Servers servers, String... options) throws Exception {
        Path data = servers.newPath("p");
        Path settings = servers.newPath("f");
        Files.createDirectory(data);
        return new ProvisionTarget(
                data,
                settings,
                servers.newSecret(SECRET),
                servers.createTarget(data, settings, options),
                hostile(servers, data, options));
    }

    /** Creates a server on the data whose option file has the opposite of a replica's settings. */
    static MySqlServer hostile(Servers servers, Path data, String... options) {
        List<String> all = new ArrayList<>(List.of(options));
        all.addAll(List.of("--data", data.toString(), "--no-start", "--no-account", "--no-clone"));
        for (String setting : List.of("super_read_only=OFF", "read_only=OFF", "event_scheduler=ON", "server_id=9")) {
            all.addAll(List.of("--set", setting));
        }
        return servers.create(all.toArray(String[]::new));
    }

    /** Creates what the source needs: accounts, tables, and an event that must run on the source only. */
    static void prepare(MySqlServer source) {
        source.prepareChurn();
        source.sql(
                "CREATE USER repl IDENTIFIED BY '" + SECRET + "' REQUIRE SSL;"
                        + " GRANT REPLICATION SLAVE, REPLICATION CLIENT ON *.* TO repl;"
                        + " CREATE DATABASE ev; CREATE TABLE ev.ran (id INT PRIMARY KEY AUTO_INCREMENT, at_server CHAR(36));"
                        + " CREATE EVENT ev.e ON SCHEDULE EVERY 1 SECOND DO INSERT INTO ev.ran (at_server) VALUES (@@server_uuid)");
    }

    List<String> command(MySqlServer source, String... more) {
        List<String> command = Provisions.command(
                "provision",
                data,
                settings,
                server,
                "--donor=127.0.0.1:" + source.port(),
                "--replication-user=repl",
                "--report-host=new-replica.example",
                "--replication-password-file=" + password);
        command.addAll(List.of(more));
        return command;
    }

    @Override
    public void close() {
        hostile.close();
        server.close();
    }

    List<String> commandWithStop(MySqlServer source, String... more) {
        List<String> command = command(source, more);
        command.add("--stop-command=" + ServerTool.script("instance") + " stop " + server.folder());
        return command;
    }

    /** Waits until the stop command has ended, which outlives a jclone that is killed. */
    void awaitStopCommand() throws InterruptedException {
        String stop = "instance stop " + server.folder();
        while (ProcessHandle.allProcesses()
                .anyMatch(process -> process.info().commandLine().orElse("").contains(stop))) {
            Thread.sleep(20);
        }
    }

    /** Whether there is a run that has not ended: one that was killed at once leaves the record of an earlier one. */
    boolean isRecorded() throws Exception {
        return recorded()
                .lines()
                .skip(1)
                .findFirst()
                .filter(state -> !state.equals("COMPLETE"))
                .isPresent();
    }

    /** Returns the record of the run; empty without one. */
    String recorded() throws Exception {
        try {
            return Files.readString(data.resolve(".jclone-provision"));
        } catch (NoSuchFileException e) {
            return "";
        }
    }

    /** Whether the new server is configured, and may start. */
    boolean isConfigured() throws Exception {
        return !isMarked() && recorded().contains("ACCOUNT_REMOVED=");
    }

    boolean isMarked() {
        return Files.exists(data.resolve("#clone/#status_in_progress"));
    }

    /** Whether the data is the old server's, still or again, so that its server may run, or there is none. */
    boolean isOldServers() throws Exception {
        Path swap = data.resolve(".jclone-swap");
        if (Files.exists(swap) || Files.exists(data.resolve(".jclone-old"))) {
            return isPutBack(swap);
        }
        if (recorded().contains("WAY=INCREMENTAL")) {
            return !isMarked() && !isFenced();
        }
        List<String> lines = recorded().lines().toList();
        boolean begun = lines.size() > 2
                && List.of("FIRST_START", "CONFIGURE", "CATCH_UP", "HAND_OVER", "VERIFY")
                        .contains(lines.get(2));
        return !begun || lines.get(1).equals("ROLLING_BACK");
    }

    /** Whether a rollback has put all old data back, and only has to remove the clone. */
    private boolean isPutBack(Path swap) throws Exception {
        return recorded().contains("\nROLLING_BACK\n")
                && !isMarked()
                && Files.exists(swap)
                && Files.readString(swap).contains("\nCLEAN\n");
    }

    /** Whether jclone's persisted variables are in place. */
    private boolean isFenced() throws Exception {
        Path persisted = data.resolve("mysqld-auto.cnf");
        return Files.exists(persisted) && Files.readString(persisted).contains("\"User\": \"jclone\"");
    }

    Optional<ProcessHandle> privateServer() {
        return ProcessHandle.allProcesses()
                .filter(process -> isPrivate(process.pid()))
                .findFirst();
    }

    private boolean isPrivate(long pid) {
        try {
            return Files.readString(Path.of("/proc", Long.toString(pid), "cmdline"))
                    .contains("--datadir=" + data);
        } catch (java.io.IOException e) {
            return false;
        }
    }

    void killPrivateServer() {
        privateServer().ifPresent(process -> {
            process.destroyForcibly();
            process.onExit().join();
        });
    }

    /** Starts a plain server, which no private server may prevent, and checks that it refuses or does nothing. */
    Attempt tryHostile(String when) throws Exception {
        if (!Files.exists(data.resolve("mysql.ibd")) || isOldServers()) {
            return Attempt.NOT_MADE;
        }
        boolean marked = isMarked();
        if (!marked && recorded().contains("ACCOUNT_REMOVED=")) {
            return Attempt.CONFIGURED;
        }
        try {
            hostile.start();
        } catch (ScriptException e) {
            assertThat(e.getMessage()).as("after %s", when).contains("Incomplete cloned data directory");
            return Attempt.REFUSED;
        }
        assertThat(marked).as("started although it was marked, after %s", when).isFalse();
        assertThat(hostile.row("SELECT @@super_read_only, @@event_scheduler,"
                        + " (SELECT COUNT(*) FROM performance_schema.replication_connection_status"
                        + " WHERE service_state <> 'OFF'),"
                        + " (SELECT COUNT(*) FROM performance_schema.replication_group_members"
                        + " WHERE member_state <> 'OFFLINE')"))
                .as("after %s", when)
                .containsExactly("1", "OFF", "0", "0");
        hostile.stop();
        return Attempt.FENCED;
    }

    /** Checks that it replicates everything, that no event ran twice, and that nothing of the run is left. */
    void assertReplicates(MySqlServer source) throws Exception {
        assertThat(server.row("SELECT @@super_read_only, COUNT(*), MIN(service_state) FROM"
                        + " performance_schema.replication_connection_status"))
                .containsExactly("1", "1", "ON");
        assertThat(server.sql("SELECT status FROM information_schema.events WHERE event_schema = 'ev'"))
                .isEqualTo("REPLICA_SIDE_DISABLED");
        assertThat(server.sql("SELECT DISTINCT at_server FROM ev.ran")).isEqualTo(source.sql("SELECT @@server_uuid"));
        assertThat(server.number("SELECT COUNT(*) FROM mysql.user WHERE user LIKE 'jclone%'"))
                .isZero();
        assertThat(data.resolve("mysqld-auto.cnf")).doesNotExist();
        assertThat(data.resolve(".jclone-private")).doesNotExist();
        assertThat(data.resolve(".jclone-old")).doesNotExist();
        assertThat(data.resolve(".jclone-provision"))
                .content()
                .doesNotContain(SECRET)
                .contains("COMPLETE");
        source.sql("DROP EVENT ev.e");
        String last = source.sql("SELECT COUNT(*) FROM ev.ran");
        source.sql("CREATE TABLE ev.last (id INT PRIMARY KEY)");
        Checks.await(() -> server.sql("SHOW TABLES IN ev LIKE 'last'").equals("last"));
        assertThat(server.sql("SELECT COUNT(*) FROM ev.ran")).isEqualTo(last);
        assertThat(Churn.state(server).bad()).isZero();
        assertThat(server.fingerprint("--no-gtid")).isEqualTo(source.fingerprint("--no-gtid"));
        assertThat(server.sql("SELECT @@gtid_executed")).isEqualTo(source.sql("SELECT @@gtid_executed"));
        source.sql("DROP TABLE ev.last; CREATE EVENT ev.e ON SCHEDULE EVERY 1 SECOND DO INSERT INTO ev.ran (at_server)"
                + " VALUES (@@server_uuid)");
    }
}
