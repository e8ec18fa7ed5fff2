package org.jclone.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jclone.recipient.api.CloneStage;
import org.jclone.tests.process.CommandResult;
import org.jclone.tests.process.Jclone;
import org.jclone.tests.process.RunningCommand;
import org.jclone.tests.server.Churn;
import org.jclone.tests.server.MySqlServer;
import org.jclone.tests.server.RealServer;
import org.jclone.tests.server.Servers;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * {@code jclone provision} with a source that is written to, and its replica as the preferred donor, which is locked, busy,
 * or killed. {@link JoinGroupIT} has a donor that leaves its group.
 */
@RealServer
@Tag("full")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ProvisionDonorsIT {

    private static final Duration TIMEOUT = Duration.ofMinutes(5);

    /** MiB/s: FILE COPY takes ten seconds. */
    private static final String SLOWLY = "--max-data-bandwidth=10";

    private final Servers servers;
    private final MySqlServer source;
    private final MySqlServer replica;

    ProvisionDonorsIT(Servers servers) throws Exception {
        this.servers = servers;
        source = servers.create("--gtid");
        ProvisionTarget.prepare(source);
        source.sql("GRANT REPLICATION CLIENT ON *.* TO clone_donor");
        replica = servers.create("--gtid", "--no-account");
        replica.sql("CHANGE REPLICATION SOURCE TO SOURCE_HOST='127.0.0.1', SOURCE_PORT=" + source.port()
                + ", SOURCE_USER='repl', SOURCE_PASSWORD='" + ProvisionTarget.SECRET
                + "', SOURCE_SSL=1, SOURCE_AUTO_POSITION=1; START REPLICA");
        Checks.await(() ->
                replica.number("SELECT COUNT(*) FROM mysql.user WHERE user = 'clone_donor' AND Repl_client_priv = 'Y'")
                        == 1);
    }

    @AfterAll
    void stop() {
        replica.close();
        source.close();
    }

    /** The replica comes first, by its role. */
    private List<String> command(ProvisionTarget target, String... more) {
        List<String> command = target.command(source, more);
        command.add("--donor=" + Fetches.address(replica));
        command.add("--source=" + Fetches.address(source));
        return command;
    }

    private static CommandResult run(List<String> command) {
        try (RunningCommand running = Jclone.start(MySqlServer.CLONE_PASSWORD, command)) {
            return running.await(TIMEOUT);
        }
    }

    private ProvisionTarget target() throws Exception {
        return ProvisionTarget.create(servers, "--gtid");
    }

    private void assertReplicates(ProvisionTarget target, MySqlServer donor, CommandResult result) throws Exception {
        assertThat(result.exitStatus()).as(result.stderr()).isZero();
        assertThat(result.stderr() + result.stdout())
                .contains("as a replica of " + Fetches.address(source))
                .doesNotContain(ProvisionTarget.SECRET);
        assertThat(target.recorded()).contains("DONOR=" + Fetches.address(donor) + "\n");
        target.assertReplicates(source);
    }

    @Test
    @Order(1)
    void theNextDonorIsClonedIfTheAccountIsLockedOnTheFirst() throws Exception {
        replica.sql("SET sql_log_bin = 0; ALTER USER clone_donor ACCOUNT LOCK");
        try (ProvisionTarget target = target()) {
            CommandResult result = Churn.lightlyDuring(source, () -> run(command(target)));
            assertThat(result.stderr())
                    .contains("not suitable: " + Fetches.address(replica) + ", ", "error 3118")
                    .contains("cloning " + Fetches.address(source));
            assertReplicates(target, source, result);
        } finally {
            replica.sql("SET sql_log_bin = 0; ALTER USER clone_donor ACCOUNT UNLOCK");
        }
    }

    /** Starts a clone of the replica that lasts minutes. */
    private RunningCommand hold() throws Exception {
        Path directory = servers.newPath("c");
        RunningCommand holds = Jclone.start(
                MySqlServer.CLONE_PASSWORD,
                Fetches.fetch(
                        Fetches.address(replica),
                        MySqlServer.CLONE_USER,
                        directory,
                        "--max-data-bandwidth=1",
                        "--ssl-mode=REQUIRED"));
        Fetches.awaitStage(holds, directory, CloneStage.FILE_COPY);
        return holds;
    }

    @Test
    @Order(2)
    void theNextDonorIsClonedIfTheFirstIsBusy() throws Exception {
        try (RunningCommand holds = hold();
                ProvisionTarget target = target()) {
            CommandResult result = Churn.lightlyDuring(source, () -> run(command(target)));
            holds.signals("INT", "INT");
            assertThat(result.stderr())
                    .contains("not suitable: " + Fetches.address(replica) + ", other clones: clone_donor")
                    .contains("cloning " + Fetches.address(source));
            assertReplicates(target, source, result);
        }
    }

    @Test
    @Order(3)
    void aBusyDonorIsAwaitedIfThereIsNoOther() throws Exception {
        try (RunningCommand holds = hold();
                ProvisionTarget target = target()) {
            List<String> command = command(target, "--wait-for-donor=200");
            command.remove("--donor=" + Fetches.address(source));
            CommandResult result = Churn.lightlyDuring(source, () -> {
                try (RunningCommand running = Jclone.start(MySqlServer.CLONE_PASSWORD, command)) {
                    running.awaitOutput(
                            output -> output.contains("waiting for a donor, 0 s of 200 s: " + Fetches.address(replica)
                                    + ", other clones: "),
                            TIMEOUT);
                    holds.signals("INT", "INT");
                    return running.await(TIMEOUT);
                }
            });
            assertReplicates(target, replica, result);
        }
    }

    @Test
    @Order(4)
    void theNextDonorIsClonedIfTheFirstIsKilledInFileCopy() throws Exception {
        try (ProvisionTarget target = target()) {
            CommandResult result = Churn.lightlyDuring(source, () -> {
                try (RunningCommand running =
                        Jclone.start(MySqlServer.CLONE_PASSWORD, command(target, SLOWLY, "--output=json"))) {
                    Fetches.awaitStage(running, target.data().resolve(".jclone-new"), CloneStage.FILE_COPY);
                    replica.kill();
                    return running.await(TIMEOUT);
                }
            });
            assertThat(result.stderr())
                    .contains(
                            Fetches.address(replica) + " failed (CONNECT_FAILED), another donor is next: ",
                            "is gone: ");
            assertThat(result.stdout())
                    .containsPattern("\"event\":\"failed\",\"donor\":\"" + Fetches.address(replica)
                            + "\",\"code\":\"CONNECT_FAILED\",\"message\":\"[^\"]*is gone: ")
                    .contains("\"then\":\"NEXT_DONOR\"")
                    .contains("\"event\":\"chosen\",\"donor\":\"" + Fetches.address(source));
            assertThat(result.exitStatus()).as(result.stderr()).isZero();
            target.assertReplicates(source);
            tellsTheLastErrorOfEach();
        }
    }

    /** The replica is down, and on the source the account is locked. */
    private void tellsTheLastErrorOfEach() throws Exception {
        source.sql("SET sql_log_bin = 0; ALTER USER clone_donor ACCOUNT LOCK");
        try (ProvisionTarget target = target()) {
            CommandResult failed = run(command(target, "--output=json"));
            assertThat(failed.exitStatus()).as(failed.stderr()).isNotZero();
            for (String text : List.of(failed.stderr(), failed.stdout())) {
                assertThat(text)
                        .contains("no donor is suitable: ", "[" + Fetches.address(replica) + "] ")
                        .containsPattern("\\[" + Fetches.address(source) + "\\] [^\\[]*error 3118");
            }
            assertThat(target.data()).isEmptyDirectory();
        } finally {
            source.sql("SET sql_log_bin = 0; ALTER USER clone_donor ACCOUNT UNLOCK");
        }
    }
}
