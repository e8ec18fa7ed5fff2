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
import org.jclone.tests.server.Servers;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Kills {@code jclone provision --join-group}, its private server, or both, while the group is written to. After each kill
 * a plain server is tried on the directory, whose option file wants it to join and to accept writes. {@code
 * -Djclone.test.kills=} says how often, {@code -Djclone.test.seed=} chooses when.
 */
@RealServer
class JoinGroupKillsIT {

    private static final long SEED = Long.getLong("jclone.test.seed", 7);
    private static final int KILLS = Integer.getInteger("jclone.test.kills", 30);
    private static final int KILLS_IN_A_RUN = 5;

    private final Servers servers;
    private final ProvisionKiller killer = new ProvisionKiller(SEED);

    JoinGroupKillsIT(Servers servers) {
        this.servers = servers;
    }

    private ProvisionTarget target(TestGroup group) throws Exception {
        Path data = Files.createDirectory(servers.newPath("k"));
        Path settings = servers.newPath("f");
        return new ProvisionTarget(
                data,
                settings,
                servers.newSecret(TestGroup.SECRET),
                servers.createTarget(data, settings, "--gtid"),
                ProvisionTarget.hostile(
                        servers,
                        data,
                        "--gtid",
                        "--group",
                        group.freePort() + "," + group.localPorts(),
                        "--set",
                        "loose-group_replication_start_on_boot=ON"));
    }

    @Tag("full")
    @Test
    void becomesOnlineThoughItIsKilledAgainAndAgain() throws Exception {
        try (TestGroup group = TestGroup.create(servers, 2, "")) {
            while (killer.kills() < KILLS) {
                try (ProvisionTarget target = target(group)) {
                    join("new", group, target);
                    target.server().sql("STOP GROUP_REPLICATION");
                    join("cloned again", group, target, "--recovery-method=CLONE", "--replace");
                    target.server().sql("STOP GROUP_REPLICATION");
                    join("incremental", group, target, "--recovery-method=INCREMENTAL");
                    target.server().kill();
                    Checks.await(() -> group.primary().number(TestGroup.ALL)
                            == group.members().size());
                }
            }
        } finally {
            System.out.println("kills of a join, seed " + SEED + ": " + killer);
        }
    }

    private void join(String what, TestGroup group, ProvisionTarget target, String... more) throws Exception {
        Files.deleteIfExists(target.data().resolve(".jclone-provision")); // of a complete run, which nobody resumes
        List<String> first = group.command(target.data(), target.settings(), target.password(), target.server(), more);
        List<String> again = new ArrayList<>(first);
        if (!again.contains("--replace")) {
            again.add("--replace"); // a run that was killed before it had a record may have left its lock
        }
        List<String> resume = new ArrayList<>(first);
        resume.add("--resume");
        Churn.lightlyDuring(group.primary(), () -> {
            List<String> command = first;
            for (ProvisionKiller.Moment moment : killer.draw(KILLS_IN_A_RUN)) {
                if (killer.kill(what, moment, target, command)) {
                    return true;
                }
                requireNoHalfMember(what + ", " + moment, group, target, more.length == 0);
                command = target.isRecorded() ? resume : again;
            }
            CommandResult result = Jclone.run(MySqlServer.CLONE_PASSWORD, command);
            assertThat(result.exitStatus()).as(what + result.stderr()).isZero();
            return true;
        });
        Checks.await(() ->
                group.primary().number(TestGroup.ONLINE) == group.members().size() + 1);
        group.assertHas(target.server());
        assertThat(target.data().resolve(".jclone-provision"))
                .content()
                .doesNotContain(TestGroup.SECRET)
                .contains("COMPLETE");
    }

    /** The members do not see a new server in any state until it is configured. An old one may join with its own data. */
    private static void requireNoHalfMember(String when, TestGroup group, ProvisionTarget target, boolean isNew)
            throws Exception {
        if (isNew && !target.isConfigured()) {
            for (MySqlServer member : group.members()) {
                assertThat(member.number(TestGroup.ALL))
                        .as(when)
                        .isEqualTo(group.members().size());
            }
        }
    }
}
