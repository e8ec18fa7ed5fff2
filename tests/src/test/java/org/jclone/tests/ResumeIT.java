package org.jclone.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneEvent;
import org.jclone.recipient.api.CloneRequest;
import org.jclone.recipient.api.CloneStage;
import org.jclone.recipient.api.DonorAddress;
import org.jclone.tests.net.FaultyProxy;
import org.jclone.tests.process.CommandResult;
import org.jclone.tests.process.Jclone;
import org.jclone.tests.process.RunningCommand;
import org.jclone.tests.server.Churn;
import org.jclone.tests.server.MySqlServer;
import org.jclone.tests.server.RealServer;
import org.jclone.tests.server.Servers;
import org.jclone.tests.server.Workspace;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Clones that are interrupted while clients write to the donor resume, and a server starts on the result: same content,
 * no corrupt table, one consistent moment.
 */
@RealServer
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ResumeIT {

    private static final long MUCH = 20 << 20;
    private static final long LITTLE = 64 << 10;

    /** How many clones are killed while clients write to the donor, before servers start on them. */
    private static final int BATCH = 5;

    private static final String[] COMPARED = {"--no-gtid", "--without", "churn"};

    private final Servers servers;
    private final MySqlServer donor;
    private final String expected;

    ResumeIT(Servers servers) {
        this.servers = servers;
        donor = servers.tablesDonor();
        expected = donor.fingerprint(COMPARED);
    }

    /** Stage, connections, and which connection is cut; -1 is all. */
    static List<Arguments> cuts() {
        List<Arguments> few = List.of(
                arguments(CloneStage.FILE_COPY, 4, -1),
                arguments(CloneStage.PAGE_COPY, 4, 4),
                arguments(CloneStage.REDO_COPY, 1, -1));
        List<Arguments> more = List.of(
                arguments(CloneStage.FILE_COPY, 1, -1),
                arguments(CloneStage.FILE_COPY, 4, 0),
                arguments(CloneStage.FILE_COPY, 4, 1),
                arguments(CloneStage.FILE_COPY, 4, 3),
                arguments(CloneStage.PAGE_COPY, 1, -1),
                arguments(CloneStage.PAGE_COPY, 4, -1),
                arguments(CloneStage.REDO_COPY, 4, 3));
        return Boolean.getBoolean("jclone.test.full")
                ? Stream.concat(few.stream(), more.stream()).toList()
                : few;
    }

    @ParameterizedTest
    @MethodSource("cuts")
    void resumesAfterCutConnections(CloneStage stage, int connections, int which) throws Exception {
        try (FaultyProxy proxy = FaultyProxy.to(donor.port())) {
            Path directory = servers.newPath("c");
            CloneRequest.Builder request = Clones.request(donor, directory)
                    .donor(new DonorAddress("127.0.0.1", proxy.port()))
                    .transfer(it -> it.withMaxConcurrency(connections).withAutotuneConcurrency(false));

            StagedClone clone = Churn.during(donor, () -> {
                StagedClone begun = beginAndStop(stage, request, proxy);
                if (which < 0) {
                    proxy.cut();
                } else {
                    proxy.cutOne(which);
                }
                proxy.heal();
                begun.await();
                return begun;
            });

            assertThat(clone.events()).hasAtLeastOneElementOfType(CloneEvent.Reconnected.class);
            assertThat(clone.await().stages()).hasSize(CloneStage.values().length);
            assertWhole(directory);
        }
    }

    /** Begins a clone that stalls in the middle of a stage. Once REDO COPY is complete, a clone needs no connection. */
    private static StagedClone beginAndStop(CloneStage stage, CloneRequest.Builder request, FaultyProxy proxy)
            throws InterruptedException {
        StagedClone clone;
        if (stage == CloneStage.FILE_COPY) {
            proxy.stallAfter(MUCH);
            clone = StagedClone.begin(request);
        } else {
            Acknowledgements.ofTheLibrary(proxy).withhold(CloneStage.values()[stage.ordinal() - 1]);
            clone = StagedClone.begin(request);
            proxy.awaitStall(Fetches.TIMEOUT);
            proxy.stallAfter(LITTLE);
            proxy.resume();
        }
        proxy.awaitStall(Fetches.TIMEOUT);
        return clone;
    }

    /** Stage, how much of it is received, and whether the directory is troubled. */
    static Stream<Arguments> kills() {
        Stream<Arguments> few =
                Stream.of(arguments(CloneStage.FILE_COPY, 20, true), arguments(CloneStage.REDO_COPY, 0, false));
        Stream<Arguments> more = Stream.of(arguments(CloneStage.PAGE_COPY, 0, false)); // as in EncryptedResumeIT
        return Boolean.getBoolean("jclone.test.full") ? Stream.concat(few, more) : few;
    }

    /** Kills the process in a stage, which leaves only the directory, and runs another with --resume. */
    @ParameterizedTest
    @MethodSource("kills")
    void resumesAfterAKill(CloneStage stage, int mebibytes, boolean troubled) throws Exception {
        Path directory = servers.newPath("c");
        Churn.during(donor, () -> {
            try (FaultyProxy proxy = FaultyProxy.to(donor.port())) {
                if (stage == CloneStage.FILE_COPY) {
                    proxy.stallAfter((long) mebibytes << 20);
                } else {
                    Acknowledgements.ofTheProgram(proxy).withhold(stage);
                }
                List<String> begun = Fetches.fetch("127.0.0.1:" + proxy.port(), MySqlServer.CLONE_USER, directory);
                try (RunningCommand running = Jclone.start(MySqlServer.CLONE_PASSWORD, begun)) {
                    Fetches.awaitStage(running, directory, stage);
                    if (stage == CloneStage.FILE_COPY) {
                        proxy.awaitStall(Fetches.TIMEOUT);
                    }
                    running.signal("KILL");
                    assertThat(running.await(Fetches.TIMEOUT).exitStatus()).isEqualTo(128 + 9);
                }
            }
            assertThat(directory.resolve("#clone/#status_in_progress")).exists();
            if (troubled) {
                startAServerInVain(directory);
                failToTakeUp(directory);
            }

            CommandResult resumed = Fetches.fetchFrom(donor.port(), directory, "--resume");

            assertThat(resumed.exitStatus()).as(resumed.stderr()).isZero();
            return resumed;
        });
        assertWhole(directory);
    }

    /** Starts a server, which refuses the directory and leaves files in it. */
    private void startAServerInVain(Path directory) {
        assertThatThrownBy(() -> servers.create("--data", directory.toString(), "--gtid"))
                .hasMessageContaining("Incomplete cloned data directory");
        assertThat(directory.resolve("auto.cnf")).exists();
    }

    /** Makes the target fail after the donor has created its snapshot. The donor keeps it. */
    private void failToTakeUp(Path directory) throws IOException {
        Path file = directory.resolve("ibdata1");
        Path aside = Files.move(file, directory.resolve("aside"));
        Files.createDirectory(file);
        Fetches.assertFailed(
                Fetches.fetchFrom(donor.port(), directory, "--resume"),
                CloneErrorCode.TARGET_NOT_USABLE,
                "is in the way",
                "the donor keeps its snapshot until");
        Files.delete(file);
        Files.move(aside, file);
    }

    /** {@code -Djclone.test.realKills=} sets the number of kills, {@code -Djclone.test.seed=} their moments. */
    @Test
    @Tag("full")
    void resumesAfterAKillAtARandomMoment() throws Exception {
        Random random = new Random(Long.getLong("jclone.test.seed", 5));
        int kills = Integer.getInteger("jclone.test.realKills", 1);
        int killed = 0;
        int whole = 0;
        while (killed < kills) {
            int batch = Math.min(BATCH, kills - killed);
            List<Path> directories =
                    Stream.generate(() -> servers.newPath("c")).limit(batch).toList();
            killed += Churn.during(donor, () -> {
                int made = 0;
                for (Path directory : directories) {
                    made += killAndResume(directory, 1 + random.nextInt(4), random.nextInt(3500)) ? 1 : 0;
                }
                return made;
            });
            for (Path directory : directories) {
                assertWhole(directory);
                Workspace.delete(directory);
                whole++;
            }
        }
        System.out.println("reliability: kill -9 at random moments, under load; resumed, and " + whole
                + " servers started and compared | mysqld | " + killed + " | 0");
    }

    /** Returns false if the clone was complete before the kill. */
    private boolean killAndResume(Path directory, int connections, long pauseMillis) throws Exception {
        List<String> begun = Fetches.fetch(
                Fetches.address(donor),
                MySqlServer.CLONE_USER,
                directory,
                "--max-data-bandwidth=120",
                "--max-concurrency=" + connections,
                "--autotune-concurrency=OFF");
        try (RunningCommand running = Jclone.start(MySqlServer.CLONE_PASSWORD, begun)) {
            Fetches.awaitStage(running, directory, CloneStage.FILE_COPY);
            TimeUnit.MILLISECONDS.sleep(pauseMillis);
            running.signal("KILL");
            running.await(Fetches.TIMEOUT);
        }
        if (!Files.exists(directory.resolve("#clone/#status_in_progress"))) {
            return false;
        }
        CommandResult resumed = Fetches.fetchFrom(donor.port(), directory, "--resume");
        assertThat(resumed.exitStatus()).as(resumed.stderr()).isZero();
        return true;
    }

    private void assertWhole(Path directory) {
        try (MySqlServer clone = servers.create("--data", directory.toString(), "--gtid")) {
            assertThat(clone.fingerprint(COMPARED)).isEqualTo(expected);
            assertThat(clone.check()).startsWith("checked");
            assertThat(Churn.state(clone).bad()).isZero();
        }
    }
}
