package org.jclone.tests;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.BooleanSupplier;
import org.jclone.tests.process.CommandResult;
import org.jclone.tests.process.Jclone;
import org.jclone.tests.process.RunningCommand;
import org.jclone.tests.server.Churn;
import org.jclone.tests.server.MySqlServer;
import org.jclone.tests.server.RealServer;
import org.jclone.tests.server.ScriptException;
import org.jclone.tests.server.ServerTool;
import org.jclone.tests.server.Servers;
import org.junit.jupiter.api.Test;

/**
 * {@code jclone provision} of a source that is written to all the time, with TLS. {@code -Djclone.test.full=true} kills it
 * 60 times, {@code -Djclone.test.seed=} chooses where.
 */
@RealServer
class ProvisionIT {

    private static final boolean ALL = Boolean.getBoolean("jclone.test.full");
    private static final long SEED = Long.getLong("jclone.test.seed", 7);
    private static final int RUNS = ALL ? Integer.getInteger("jclone.test.provisions", 12) : 1;
    private static final int KILLS_IN_A_RUN = ALL ? 5 : 2;
    private static final Duration TIMEOUT = Duration.ofMinutes(3);
    private static final String SECRET = "repl pw 7";

    private final Servers servers;

    ProvisionIT(Servers servers) {
        this.servers = servers;
    }

    /** One replica to be: its data directory, the settings that jclone writes, and the server that will run on them. */
    private record Replica(Path data, Path settings, Path password, MySqlServer server, MySqlServer hostile)
            implements AutoCloseable {

        List<String> command(MySqlServer source, String... more) {
            List<String> command = new ArrayList<>(List.of(
                    "provision",
                    "--donor=127.0.0.1:" + source.port(),
                    "--user=" + MySqlServer.CLONE_USER,
                    "--dir=" + data,
                    "--ssl-mode=REQUIRED",
                    "--replication-user=repl",
                    "--report-host=new-replica.example",
                    "--replication-password-file=" + password,
                    "--mysqld=" + ServerTool.mysqld(),
                    "--mysqld-defaults-file=" + server.folder().resolve("my.cnf"),
                    "--config-file=" + settings,
                    "--start-command=" + ServerTool.script("instance") + " start " + server.folder()));
            command.addAll(List.of(more));
            return command;
        }

        @Override
        public void close() {
            hostile.close();
            server.close();
        }
    }

    private Replica replica(String... options) throws Exception {
        Path data = servers.newPath("p");
        Path settings = servers.newPath("f");
        Path password = servers.newPath("w");
        Files.createDirectory(data);
        Files.createFile(password, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(password, SECRET);
        List<String> create =
                new ArrayList<>(List.of("--data", data.toString(), "--no-start", "--no-account", "--no-clone"));
        create.addAll(List.of(options));
        List<String> with = new ArrayList<>(create);
        with.addAll(List.of("--set", "!include " + settings));
        List<String> hostile = new ArrayList<>(create);
        for (String setting : List.of("super_read_only=OFF", "read_only=OFF", "event_scheduler=ON", "server_id=9")) {
            hostile.addAll(List.of("--set", setting));
        }
        return new Replica(
                data,
                settings,
                password,
                servers.create(with.toArray(String[]::new)),
                servers.create(hostile.toArray(String[]::new)));
    }

    private static void prepare(MySqlServer source) {
        source.prepareChurn();
        source.sql(
                "CREATE USER repl IDENTIFIED BY '" + SECRET + "' REQUIRE SSL;"
                        + " GRANT REPLICATION SLAVE, REPLICATION CLIENT ON *.* TO repl;"
                        + " CREATE DATABASE ev; CREATE TABLE ev.ran (id INT PRIMARY KEY AUTO_INCREMENT, at_server CHAR(36));"
                        + " CREATE EVENT ev.e ON SCHEDULE EVERY 1 SECOND DO INSERT INTO ev.ran (at_server) VALUES (@@server_uuid)");
    }

    @Test
    void replicatesByGtidThoughItIsKilledAgainAndAgain() throws Exception {
        try (MySqlServer source = servers.create("--gtid")) {
            prepare(source);
            Random random = new Random(SEED);
            for (int i = 0; i < RUNS; i++) {
                try (Replica replica = replica("--gtid")) {
                    Churn.lightlyDuring(source, () -> {
                        provisionWithKills(replica, source, random);
                        return null;
                    });
                    assertReplicates(replica, source);
                    assertThat(source.sql("SHOW REPLICAS")).contains("new-replica.example");
                    if (i == 0) {
                        decidesWhatToDoAboutAReplica(replica, source);
                    }
                }
            }
        }
    }

    private static CommandResult plan(Replica replica, MySqlServer source, String... more) {
        List<String> command = replica.command(source, more);
        command.addAll(List.of("--dry-run", "--stop-command=false"));
        return Jclone.run(MySqlServer.CLONE_PASSWORD, command);
    }

    /** The replica runs. */
    private void decidesWhatToDoAboutAReplica(Replica replica, MySqlServer source) throws Exception {
        MySqlServer server = replica.server();
        CommandResult healthy = plan(replica, source);
        assertThat(healthy.exitStatus()).as(healthy.stderr()).isEqualTo(3);
        assertThat(healthy.stdout()).startsWith("Plan: INCREMENTAL, ");

        server.sql("SET GLOBAL super_read_only = OFF; CREATE DATABASE errant; SET GLOBAL super_read_only = ON");
        String errant = server.sql("SELECT @@server_uuid") + ":1";
        CommandResult diverged = plan(replica, source, "--replace");
        assertThat(diverged.exitStatus()).as(diverged.stdout()).isEqualTo(16);
        assertThat(diverged.stdout()).startsWith("Plan: REFUSE, DIVERGED\n").contains(errant);
        List<String> fromReplica = replica.command(source, "--dry-run", "--source=127.0.0.1:" + source.port());
        fromReplica.removeIf(argument -> argument.startsWith("--donor=") || argument.startsWith("--dir="));
        fromReplica.addAll(List.of("--donor=127.0.0.1:" + server.port(), "--dir=" + servers.newPath("n")));
        assertThat(Jclone.run(MySqlServer.CLONE_PASSWORD, fromReplica).stdout())
                .contains("the donor 127.0.0.1:" + server.port() + " has transactions that the source ", errant);
        if (ALL) {
            rollsBack(replica, source, errant);
            replacesIt(replica, source, errant);
            fetchesWhatItLacks(replica, source);
        }
    }

    private static List<String> withStop(Replica replica, MySqlServer source, String... more) {
        List<String> command = replica.command(source, more);
        command.add("--stop-command=" + ServerTool.script("instance") + " stop "
                + replica.server().folder());
        return command;
    }

    private static void rollsBack(Replica replica, MySqlServer source, String errant) throws Exception {
        killAt(Moment.CONFIGURING, replica, withStop(replica, source, "--replace", "--discard-errant=" + errant));
        assertFenced(Moment.CONFIGURING, replica);

        CommandResult back = Jclone.run(MySqlServer.CLONE_PASSWORD, withStop(replica, source, "--rollback"));

        assertThat(back.exitStatus()).as(back.stderr()).isZero();
        assertThat(recorded(replica)).isFalse();
        replica.server().start();
        assertThat(replica.server().sql("SHOW DATABASES LIKE 'errant'")).isEqualTo("errant");
        assertThat(replica.data().resolve(".jclone-old")).doesNotExist();
        assertThat(replica.data().resolve(".jclone-new")).doesNotExist();
    }

    private static void replacesIt(Replica replica, MySqlServer source, String errant) throws Exception {
        CommandResult replaced = Jclone.run(
                MySqlServer.CLONE_PASSWORD, withStop(replica, source, "--replace", "--discard-errant=" + errant));
        assertThat(replaced.exitStatus()).as(replaced.stderr()).isZero();
        assertThat(replica.server().sql("SHOW DATABASES LIKE 'errant'")).isEmpty();
        assertReplicates(replica, source);
    }

    private static void fetchesWhatItLacks(Replica replica, MySqlServer source) throws Exception {
        String uuid = replica.server().sql("SELECT @@server_uuid");
        replica.server().sql("STOP REPLICA; RESET REPLICA ALL");
        CommandResult fetched =
                Jclone.run(MySqlServer.CLONE_PASSWORD, withStop(replica, source, "--recovery-method=incremental"));
        assertThat(fetched.exitStatus()).as(fetched.stderr()).isZero();
        assertThat(fetched.stderr()).contains("nothing is copied");
        assertThat(replica.server().sql("SELECT @@server_uuid")).isEqualTo(uuid);
        assertReplicates(replica, source);
    }

    @Test
    void replicatesByPosition() throws Exception {
        String[] off = {"--set", "gtid_mode=OFF", "--set", "enforce_gtid_consistency=OFF"};
        try (MySqlServer source = servers.create(off);
                Replica replica = replica(off)) {
            prepare(source);
            Path seen = servers.newPath("h");
            CommandResult stopped = Churn.lightlyDuring(
                    source,
                    () -> Jclone.run(MySqlServer.CLONE_PASSWORD, replica.command(source, hooks(seen, "exit 3"))));
            assertThat(stopped.exitStatus()).as(stopped.stderr()).isEqualTo(16);
            assertThat(stopped.stderr()).contains("CATCH UP: the command of --hook-caught-up ended with status 3");
            assertFenced(Moment.CATCHING_UP, replica);

            List<String> resume = replica.command(source, hooks(seen, "true"));
            resume.add("--resume");
            CommandResult result = Churn.lightlyDuring(source, () -> Jclone.run(MySqlServer.CLONE_PASSWORD, resume));

            assertThat(result.exitStatus()).as(result.stderr()).isZero();
            assertThat(result.stdout()).contains("by file and position");
            assertThat(seen)
                    .content()
                    .containsSubsequence(
                            "donor-chosen", "before-exchange", "caught-up", "\"hook\": \"failed\"", "caught-up")
                    .containsOnlyOnce("donor-chosen")
                    .containsOnlyOnce("before-exchange")
                    .containsOnlyOnce(
                            "\"errorText\": \"CATCH UP: the command of --hook-caught-up ended with status 3\"")
                    .doesNotContain(SECRET);
            assertReplicates(replica, source);
        }
    }

    /** Each hook appends its input to a file. */
    private static String[] hooks(Path seen, String thenCaughtUp) {
        String append = "cat >> " + seen;
        return new String[] {
            "--hook-donor-chosen=" + append,
            "--hook-before-exchange=" + append,
            "--hook-caught-up=" + append + "; " + thenCaughtUp,
            "--hook-failed=" + append
        };
    }

    private void provisionWithKills(Replica replica, MySqlServer source, Random random) throws Exception {
        String[] donors = {"--donor=127.0.0.1:1", "--source=127.0.0.1:" + source.port()}; // nothing listens on port 1
        List<String> command = replica.command(source, donors);
        for (int kill = 0; kill < KILLS_IN_A_RUN; kill++) {
            Moment moment = Moment.values()[random.nextInt(Moment.values().length)];
            boolean ended = killAt(moment, replica, command);
            if (ended) {
                return;
            }
            assertFenced(moment, replica);
            command = replica.command(source, donors);
            command.add(recorded(replica) ? "--resume" : "--replace");
        }
        CommandResult result = Jclone.run(MySqlServer.CLONE_PASSWORD, command);
        assertThat(result.exitStatus()).as(result.stderr()).isZero();
    }

    private static boolean recorded(Replica replica) {
        return Files.exists(replica.data().resolve(".jclone-provision"));
    }

    /** When to kill: as soon as this can be seen from outside. */
    private enum Moment {
        PREPARE(".jclone-provision"),
        CLONE(".jclone-new"),
        COPIED(".jclone-new/#clone/#jclone_journal"),
        SWAPPING(".jclone-swap"),
        MOVED("mysql.ibd"),
        PRIVATE_FOLDER(".jclone-private"),
        STARTING(".jclone-private/mysqld.pid"),
        ANSWERING(".jclone-private/mysqld.sock"),
        CONFIGURING(".jclone-provision", "\nCONFIGURE\n"),
        CONFIGURED(".jclone-provision", "CHANNEL="),
        CATCHING_UP(".jclone-provision", "\nCATCH_UP\n"),
        HANDING_OVER(".jclone-provision", "\nHAND_OVER\n"),
        ACCOUNT_REMOVED(".jclone-provision", "ACCOUNT_REMOVED=");

        private final String file;
        private final String content;

        Moment(String file) {
            this(file, "");
        }

        Moment(String file, String content) {
            this.file = file;
            this.content = content;
        }

        boolean isSeen(Path data) {
            Path path = data.resolve(file);
            try {
                return Files.exists(path)
                        && (content.isEmpty() || Files.readString(path, UTF_8).contains(content));
            } catch (java.io.IOException e) {
                return false; // it is being replaced
            }
        }
    }

    /** Returns whether the run ended before the moment. */
    private static boolean killAt(Moment moment, Replica replica, List<String> command) {
        try (RunningCommand running = Jclone.start(MySqlServer.CLONE_PASSWORD, command)) {
            BooleanSupplier over = () -> ProcessHandle.of(running.pid())
                    .filter(ProcessHandle::isAlive)
                    .isEmpty();
            while (!moment.isSeen(replica.data())) {
                if (over.getAsBoolean()) {
                    CommandResult result = running.await(TIMEOUT);
                    assertThat(result.exitStatus())
                            .as("before %s: %s", moment, result.stderr())
                            .isZero();
                    return true;
                }
                Thread.onSpinWait();
            }
            running.signal("KILL");
            CommandResult result = running.await(TIMEOUT);
            return result.exitStatus() == 0;
        }
    }

    /**
     * Ends the private server as a power failure would, and starts a plain server whose option file asks for everything
     * that the fence forbids.
     */
    private static void assertFenced(Moment moment, Replica replica) throws Exception {
        ProcessHandle.allProcesses()
                .filter(process -> isPrivate(process.pid(), replica.data()))
                .forEach(process -> {
                    process.destroyForcibly();
                    process.onExit().join();
                });
        if (!Files.exists(replica.data().resolve("mysql.ibd"))) {
            return; // no server starts on an empty directory
        }
        boolean marked = Files.exists(replica.data().resolve("#clone/#status_in_progress"));
        boolean configured = recorded(replica)
                && Files.readString(replica.data().resolve(".jclone-provision")).contains("ACCOUNT_REMOVED=");
        if (configured && !marked) {
            return; // the real server may start
        }
        try {
            replica.hostile().start();
        } catch (ScriptException e) {
            assertThat(e.getMessage()).as("after %s", moment).contains("Incomplete cloned data directory");
            return;
        }
        assertThat(marked)
                .as("started although it was marked, after %s", moment)
                .isFalse();
        assertThat(replica.hostile()
                        .row("SELECT @@super_read_only, @@event_scheduler,"
                                + " (SELECT COUNT(*) FROM performance_schema.replication_connection_status"
                                + " WHERE service_state <> 'OFF')"))
                .as("after %s", moment)
                .containsExactly("1", "OFF", "0");
        replica.hostile().stop();
    }

    private static boolean isPrivate(long pid, Path data) {
        try {
            return Files.readString(Path.of("/proc", Long.toString(pid), "cmdline"))
                    .contains("--datadir=" + data);
        } catch (java.io.IOException e) {
            return false;
        }
    }

    private static void assertReplicates(Replica replica, MySqlServer source) throws Exception {
        MySqlServer server = replica.server();
        assertThat(server.row("SELECT @@super_read_only, COUNT(*), MIN(service_state) FROM"
                        + " performance_schema.replication_connection_status"))
                .containsExactly("1", "1", "ON");
        assertThat(server.sql("SELECT status FROM information_schema.events WHERE event_schema = 'ev'"))
                .isEqualTo("REPLICA_SIDE_DISABLED");
        assertThat(server.sql("SELECT DISTINCT at_server FROM ev.ran")).isEqualTo(source.sql("SELECT @@server_uuid"));
        assertThat(server.number("SELECT COUNT(*) FROM mysql.user WHERE user LIKE 'jclone%'"))
                .isZero();
        assertThat(replica.data().resolve("mysqld-auto.cnf")).doesNotExist();
        assertThat(replica.data().resolve(".jclone-private")).doesNotExist();
        assertThat(replica.data().resolve(".jclone-old")).doesNotExist();
        assertThat(replica.data().resolve(".jclone-provision"))
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
