package org.jclone.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.jclone.tests.process.CommandResult;
import org.jclone.tests.process.Jclone;
import org.jclone.tests.server.Churn;
import org.jclone.tests.server.MySqlServer;
import org.jclone.tests.server.RealServer;
import org.jclone.tests.server.Servers;
import org.junit.jupiter.api.Test;

/** {@code jclone provision} of a source that is written to all the time, with TLS, and killed on the way. */
@RealServer
class ProvisionIT {

    private static final long SEED = 7;
    private static final int KILLS = 2;

    private final Servers servers;

    ProvisionIT(Servers servers) {
        this.servers = servers;
    }

    @Test
    void replicatesByGtidThoughItIsKilled() throws Exception {
        try (MySqlServer source = servers.create("--gtid");
                ProvisionTarget replica = ProvisionTarget.create(servers, "--gtid")) {
            ProvisionTarget.prepare(source);
            refusesSettingsThatTheServerWouldNotHave(replica, source);
            new ProvisionKiller(SEED)
                    .provision("new", KILLS, replica, source, replica.command(source, "--replace"), "--replace");
            assertThat(source.sql("SHOW REPLICAS")).contains("new-replica.example");
            RolledBack state = RolledBack.prepare(replica);
            String before = isRolledBack(state, source, "--recovery-method=incremental");
            state.require("an incremental recovery, rolled back", before);
            decidesWhatToDoAboutAReplica(state, source);
        }
    }

    private static void refusesSettingsThatTheServerWouldNotHave(ProvisionTarget replica, MySqlServer source) {
        Path unread = replica.hostile().folder().resolve("my.cnf");
        CommandResult refused =
                Jclone.run(MySqlServer.CLONE_PASSWORD, replica.command(source, "--mysqld-defaults-file=" + unread));
        assertThat(refused.exitStatus()).as(refused.stderr()).isEqualTo(16);
        assertThat(refused.stderr())
                .contains("PREPARE: the server does not read " + replica.settings())
                .contains("the line for the end of " + unread + ": !include " + replica.settings());

        CommandResult overridden = Jclone.run(
                MySqlServer.CLONE_PASSWORD, replica.command(source, "--mysqld-option=--skip-super-read-only"));
        assertThat(overridden.exitStatus()).as(overridden.stderr()).isEqualTo(16);
        assertThat(overridden.stderr())
                .contains("after " + replica.settings() + ", super_read_only=OFF (expected: ON)");
        assertThat(replica.settings()).doesNotExist();
        assertThat(replica.data()).isEmptyDirectory();
    }

    /** The replica runs. Another run changes everything, fails behind the fence, and is undone. Returns what it was. */
    private static String isRolledBack(RolledBack state, MySqlServer source, String... how) throws Exception {
        ProvisionTarget replica = state.target();
        String before = state.now();
        List<String> command = replica.commandWithStop(source, how);
        command.add("--hook-caught-up=exit 3");
        CommandResult failed = Jclone.run(MySqlServer.CLONE_PASSWORD, command);
        assertThat(failed.stderr()).contains("CATCH UP: the command of --hook-caught-up ended with status 3");
        assertThat(replica.tryHostile("a hook that failed")).isEqualTo(ProvisionTarget.Attempt.REFUSED);
        assertThat(replica.settings()).content().doesNotContain("loose_jclone");

        command.add("--rollback");
        CommandResult back = Jclone.run(MySqlServer.CLONE_PASSWORD, command);

        assertThat(back.exitStatus()).as(back.stderr()).isZero();
        assertThat(back.stderr()).contains("the server that the run stopped was started again");
        state.requireNothingIsLeft();
        return before;
    }

    private static CommandResult plan(ProvisionTarget replica, MySqlServer source, String... more) {
        List<String> command = replica.command(source, more);
        command.addAll(List.of("--dry-run", "--stop-command=false"));
        return Jclone.run(MySqlServer.CLONE_PASSWORD, command);
    }

    /** The replica runs. */
    private void decidesWhatToDoAboutAReplica(RolledBack state, MySqlServer source) throws Exception {
        ProvisionTarget replica = state.target();
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
        String before = isRolledBack(state, source, "--replace", "--discard-errant=" + errant);
        server.stop();
        CommandResult stopped = plan(replica, source, "--replace");
        assertThat(stopped.stdout()).startsWith("Plan: REFUSE, DIVERGED\n").contains(errant);
        server.start();
        state.require("a clone, rolled back", before);
        replacesIt(replica, source, errant);
        fetchesWhatItLacks(replica, source);
    }

    private static void replacesIt(ProvisionTarget replica, MySqlServer source, String errant) throws Exception {
        CommandResult replaced = Jclone.run(
                MySqlServer.CLONE_PASSWORD, replica.commandWithStop(source, "--replace", "--discard-errant=" + errant));
        assertThat(replaced.exitStatus()).as(replaced.stderr()).isZero();
        assertThat(replica.server().sql("SHOW DATABASES LIKE 'errant'")).isEmpty();
    }

    private static void fetchesWhatItLacks(ProvisionTarget replica, MySqlServer source) throws Exception {
        String uuid = replica.server().sql("SELECT @@server_uuid");
        replica.server().sql("STOP REPLICA; RESET REPLICA ALL");
        CommandResult fetched = Jclone.run(
                MySqlServer.CLONE_PASSWORD, replica.commandWithStop(source, "--recovery-method=incremental"));
        assertThat(fetched.exitStatus()).as(fetched.stderr()).isZero();
        assertThat(fetched.stderr()).contains("nothing is copied");
        assertThat(replica.server().sql("SELECT @@server_uuid")).isEqualTo(uuid);
        replica.assertReplicates(source);
    }

    @Test
    void replicatesByPosition() throws Exception {
        String[] off = {"--set", "gtid_mode=OFF", "--set", "enforce_gtid_consistency=OFF"};
        try (MySqlServer source = servers.create(off);
                ProvisionTarget replica = ProvisionTarget.create(servers, off)) {
            ProvisionTarget.prepare(source);
            Path seen = servers.newPath("h");
            CommandResult stopped = Churn.lightlyDuring(
                    source,
                    () -> Jclone.run(MySqlServer.CLONE_PASSWORD, replica.command(source, hooks(seen, "exit 3"))));
            assertThat(stopped.exitStatus()).as(stopped.stderr()).isEqualTo(16);
            assertThat(stopped.stderr()).contains("CATCH UP: the command of --hook-caught-up ended with status 3");
            assertThat(replica.tryHostile("a hook that failed")).isEqualTo(ProvisionTarget.Attempt.REFUSED);

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
                    .doesNotContain(ProvisionTarget.SECRET);
            replica.assertReplicates(source);
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
}
