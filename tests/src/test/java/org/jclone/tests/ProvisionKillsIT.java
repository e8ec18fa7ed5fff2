package org.jclone.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.jclone.provision.api.Step;
import org.jclone.tests.process.CommandResult;
import org.jclone.tests.process.Jclone;
import org.jclone.tests.process.RunningCommand;
import org.jclone.tests.server.Churn;
import org.jclone.tests.server.MySqlServer;
import org.jclone.tests.server.RealServer;
import org.jclone.tests.server.Servers;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Kills {@code jclone provision}, its private server, or both, while the source is written to. After each kill a plain
 * server is tried on the directory, and the run resumes or is rolled back, where it is killed again. The full run kills 60
 * times ({@code -Djclone.test.kills=}), {@code -Djclone.test.seed=} chooses when. {@link ProvisionIT} kills a few times in
 * each run.
 */
@RealServer
class ProvisionKillsIT {

    private static final long SEED = Long.getLong("jclone.test.seed", 7);
    private static final int KILLS = Integer.getInteger("jclone.test.kills", 60);
    private static final int KILLS_IN_A_RUN = 8;
    private static final int KILLS_OF_A_ROLLBACK = 3;

    private static final String REPLACED = "replaced";

    /** Holds a run where it can still be rolled back. */
    private static final String HOLD = "--hook-caught-up=exec sleep 60";

    private final Servers servers;
    private final ProvisionKiller killer = new ProvisionKiller(SEED);

    ProvisionKillsIT(Servers servers) {
        this.servers = servers;
    }

    @Tag("full")
    @Test
    void replicatesOrIsRolledBackThoughItIsKilledAgainAndAgain() throws Exception {
        try (MySqlServer source = servers.create("--gtid")) {
            ProvisionTarget.prepare(source);
            while (killer.kills() < KILLS) {
                byGtid(source);
                if (killer.kills() < KILLS) {
                    byPosition("--set", "gtid_mode=OFF", "--set", "enforce_gtid_consistency=OFF");
                }
            }
        } finally {
            System.out.println("kills, seed " + SEED + ": " + killer);
        }
    }

    private void byPosition(String... options) throws Exception {
        try (MySqlServer source = servers.create(options);
                ProvisionTarget replica = ProvisionTarget.create(servers, options)) {
            ProvisionTarget.prepare(source);
            killer.provision(
                    "new, by position",
                    KILLS_IN_A_RUN,
                    replica,
                    source,
                    replica.command(source, "--replace"),
                    "--replace");
        }
    }

    private void byGtid(MySqlServer source) throws Exception {
        try (ProvisionTarget replica = ProvisionTarget.create(servers, "--gtid")) {
            String[] donors = {
                "--donor=127.0.0.1:1", // where nothing listens
                "--source=127.0.0.1:" + source.port(),
                "--connect-timeout=60", // of a busy machine
                "--replace"
            };
            killer.provision(
                    "new, by GTID", KILLS_IN_A_RUN, replica, source, replica.command(source, donors), "--replace");
            RolledBack state = RolledBack.prepare(replica);
            rollBack(
                    "incremental",
                    state,
                    source,
                    replica.commandWithStop(source, "--recovery-method=incremental", HOLD));
            replica.server()
                    .sql("SET GLOBAL super_read_only = OFF; CREATE DATABASE errant; SET GLOBAL super_read_only = ON");
            String errant = "--discard-errant=" + replica.server().sql("SELECT @@server_uuid") + ":1";
            rollBack(REPLACED, state, source, replica.commandWithStop(source, errant, "--replace", HOLD));
            replaced(replica, source, errant);
            incremental(replica, source);
        }
    }

    private void replaced(ProvisionTarget replica, MySqlServer source, String errant) throws Exception {
        killer.provision(
                REPLACED,
                KILLS_IN_A_RUN,
                replica,
                source,
                replica.commandWithStop(source, errant, "--replace"),
                errant);
        assertThat(replica.server().sql("SHOW DATABASES LIKE 'errant'")).isEmpty();
    }

    private void incremental(ProvisionTarget replica, MySqlServer source) throws Exception {
        String uuid = replica.server().sql("SELECT @@server_uuid");
        replica.server().sql("STOP REPLICA; RESET REPLICA ALL");
        String how = "--recovery-method=incremental";
        killer.provision("incremental", KILLS_IN_A_RUN, replica, source, replica.commandWithStop(source, how), how);
        assertThat(replica.server().sql("SELECT @@server_uuid")).isEqualTo(uuid);
    }

    /** The replica runs. It is killed on the way to another one, rolled back, killed on the way back, and runs again. */
    private void rollBack(String what, RolledBack state, MySqlServer source, List<String> first) throws Exception {
        ProvisionTarget replica = state.target();
        String before = state.now();
        Churn.during(source, ProvisionKiller.PAUSE, () -> {
            boolean complete = killer.kill(
                    what + ", to be rolled back", killer.drawBeforeHandOver(what.equals(REPLACED)), replica, first);
            assertThat(complete).as(what).isFalse();
            for (int i = 0; i < KILLS_OF_A_ROLLBACK && replica.isRecorded(); i++) {
                killer.kill(
                        what + ", rolled back",
                        killer.drawOfRollback(),
                        replica,
                        ProvisionKiller.with(first, "--rollback"));
            }
            if (replica.isRecorded()) {
                ProvisionKiller.succeed(what + ", rolled back", ProvisionKiller.with(first, "--rollback"));
            }
            return true;
        });
        state.requireNothingIsLeft();
        state.require(what + ", rolled back", before);
    }

    @Tag("full")
    @Test
    void anIncrementalRecoveryIsRolledBackFromEachStep() throws Exception {
        try (MySqlServer source = servers.create("--gtid");
                ProvisionTarget replica = ProvisionTarget.create(servers, "--gtid")) {
            ProvisionTarget.prepare(source);
            ProvisionKiller.succeed("new", replica.command(source));
            RolledBack state = RolledBack.prepare(replica);
            String before = state.now();
            List<String> incremental = replica.commandWithStop(source, "--recovery-method=incremental");
            String endServer = "kill -9 $(cat " + replica.data().resolve(".jclone-private/mysqld.pid") + ")";

            killWhen("REPLICATION_BEFORE=", replica, incremental);
            isRolledBack("FIRST_START", state, before, incremental);
            killWhen("\nCONFIGURE\n", replica, incremental);
            isRolledBack("CONFIGURE", state, before, incremental);
            fail(ProvisionKiller.with(incremental, "--hook-caught-up=exit 3"));
            isRolledBack("CATCH_UP", state, before, incremental);
            fail(ProvisionKiller.with(incremental, "--hook-caught-up=" + endServer));
            isRolledBack("HAND_OVER", state, before, incremental);
        }
    }

    private static void fail(List<String> command) {
        CommandResult result = Jclone.run(MySqlServer.CLONE_PASSWORD, command);
        assertThat(result.exitStatus()).as(result.stderr()).isEqualTo(16);
    }

    private static void killWhen(String recorded, ProvisionTarget replica, List<String> command) throws Exception {
        try (RunningCommand running = Jclone.start(MySqlServer.CLONE_PASSWORD, command)) {
            while (!replica.recorded().contains(recorded)) {
                assertThat(ProcessHandle.of(running.pid()).filter(ProcessHandle::isAlive))
                        .as(recorded)
                        .isPresent();
                Thread.sleep(1);
            }
            running.signal("KILL");
            replica.killPrivateServer();
        }
    }

    private static void isRolledBack(String step, RolledBack state, String before, List<String> command)
            throws Exception {
        ProvisionTarget replica = state.target();
        // A busy machine sees the moment late.
        String following = Step.values()[Step.valueOf(step).ordinal() + 1].name();
        assertThat(replica.recorded().lines().skip(2).findFirst().orElse("")).isIn(step, following);
        assertThat(replica.tryHostile(step)).isIn(ProvisionTarget.Attempt.REFUSED, ProvisionTarget.Attempt.FENCED);
        ProvisionKiller.succeed(step, ProvisionKiller.with(command, "--rollback"));
        state.requireNothingIsLeft();
        state.require("rolled back from " + step, before);
    }
}
