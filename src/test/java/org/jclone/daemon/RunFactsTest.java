package org.jclone.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.jclone.daemon.api.RunDetail;
import org.jclone.daemon.api.RunOrder;
import org.jclone.daemon.api.RunStatus;
import org.jclone.daemon.api.StepStatus;
import org.jclone.provision.api.PersistedReport;
import org.jclone.provision.api.ProvisionEvent;
import org.jclone.provision.api.ProvisionResult;
import org.jclone.provision.api.Step;
import org.jclone.recipient.api.CloneEvent;
import org.jclone.recipient.api.CloneProgress;
import org.jclone.recipient.api.CloneStage;
import org.jclone.recipient.api.DonorAddress;
import org.jclone.recipient.api.StageProgress;
import org.junit.jupiter.api.Test;

class RunFactsTest {

    private static final Instant NOW = Instant.parse("2026-11-30T05:53:26Z");
    private static final DonorAddress DONOR = DonorAddress.parse("db1:3306");
    private static final Path FOLDER = Path.of("/srv/db1");

    private final RunFacts facts = new RunFacts("1.2", Optional.of("db0:3306"), Optional.empty());

    private static RunStatus status(Optional<String> donor) {
        return new RunStatus(
                "id",
                new RunOrder("db1", RunOrder.Action.PROVISION, 0, Optional.empty(), "test"),
                RunStatus.State.RUNNING,
                NOW,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                1,
                OptionalInt.empty(),
                Optional.empty(),
                donor,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                false);
    }

    /** A hook may print any number of lines. */
    @Test
    void keepsTheFirstNotesAndTheWarningsAfterThem() {
        for (int i = 0; i < 1000; i++) {
            facts.note(new ProvisionEvent.Note(Step.PREPARE, "line " + i), NOW);
        }
        facts.note(new ProvisionEvent.Warning(Step.CATCH_UP, "a warning", "a hint"), NOW);
        assertThat(detail().remarks())
                .hasSize(202)
                .startsWith("line 0", "line 1")
                .endsWith("line 199", "further notes are in the events of the run only", "a warning");

        RunFacts next = new RunFacts("1.2", Optional.empty(), Optional.of(detail()));
        next.note(new ProvisionEvent.Note(Step.PREPARE, "another process"), NOW);
        assertThat(next.detail(status(Optional.empty())).remarks()).isEqualTo(detail().remarks());
    }

    private RunDetail detail() {
        return facts.detail(status(Optional.empty()));
    }

    private static StageProgress stage(CloneStage stage, long data, long network) {
        return new StageProgress(
                stage, StageProgress.State.COMPLETED, 1, Optional.of(NOW), Optional.of(NOW), data, data, network);
    }

    private static CloneProgress progress(int connections, StageProgress... stages) {
        return new CloneProgress(List.of(stages), Optional.empty(), connections, 0, 0, Optional.empty());
    }

    private static ProvisionResult result(Optional<DonorAddress> source, Optional<Path> oldData) {
        return new ProvisionResult(
                FOLDER,
                DONOR,
                source,
                List.of(),
                "uuid",
                7,
                true,
                Optional.empty(),
                FOLDER.resolve("my.cnf"),
                true,
                List.of(),
                "mysqld",
                oldData,
                new PersistedReport(Set.of(), Set.of(), true),
                List.of(),
                Map.of());
    }

    @Test
    void beginWithTheVersionAndTheSource() {
        assertThat(facts.source()).contains("db0:3306");
        assertThat(facts.donor()).isEmpty();
        assertThat(facts.estimatedBytes()).isEmpty();
        assertThat(facts.copiedBytes()).isZero();
        assertThat(detail().versions()).containsExactly(Map.entry("jclone", "1.2"));
    }

    @Test
    void ofEarlierProcessesRemain() {
        StepStatus prepared = new StepStatus(Step.PREPARE, NOW, Optional.of(NOW), true, false);
        RunDetail earlier = new RunDetail(
                status(Optional.of("db1:3306")),
                List.of(prepared),
                Map.of("reconnects", 2L, "estimated_bytes", 1000L),
                Map.of("jclone", "1.1", "donor", "9.7.4"),
                List.of("an event is disabled"),
                Optional.empty());
        RunFacts resumed = new RunFacts("1.2", Optional.empty(), Optional.of(earlier));
        resumed.note(new CloneEvent.Reconnected(1, Duration.ofSeconds(1)));

        RunDetail now = resumed.detail(status(Optional.empty()));
        assertThat(resumed.donor()).contains("db1:3306");
        assertThat(resumed.estimatedBytes()).hasValue(1000);
        assertThat(now.steps()).containsExactly(prepared);
        assertThat(now.figures()).containsEntry("reconnects", 3L);
        assertThat(now.versions()).isEqualTo(Map.of("jclone", "1.2", "donor", "9.7.4"));
        assertThat(now.remarks()).containsExactly("an event is disabled");
    }

    @Test
    void comeFromTheEventsOfTheClone() {
        facts.note(new CloneEvent.Connected(DONOR, "9.7.4", "clear text"));
        facts.note(new CloneEvent.SnapshotOpened(12, 1000, 1100));
        facts.note(new CloneEvent.Reconnected(1, Duration.ofSeconds(1)));

        assertThat(facts.donor()).contains("db1:3306");
        assertThat(facts.estimatedBytes()).hasValue(1000);
        assertThat(detail().versions()).containsEntry("donor", "9.7.4");
        assertThat(detail().figures()).isEqualTo(Map.of("files", 12L, "estimated_bytes", 1000L, "reconnects", 1L));
    }

    @Test
    void haveTheBytesOfAllStagesAndTheMostConnections() {
        facts.note(progress(4, stage(CloneStage.FILE_COPY, 100, 110)));
        facts.note(progress(2, stage(CloneStage.FILE_COPY, 100, 110), stage(CloneStage.PAGE_COPY, 10, 11)));

        assertThat(facts.copiedBytes()).isEqualTo(231);
        assertThat(detail().figures())
                .isEqualTo(Map.of("data_bytes", 110L, "network_bytes", 121L, "max_connections", 4L));
    }

    @Test
    void haveTheStepsAndWhatTheOperatorShouldKnow() {
        facts.note(new ProvisionEvent.StepBegan(Step.PREPARE, false), NOW);
        facts.note(new ProvisionEvent.Note(Step.PREPARE, "a note"), NOW);
        facts.note(new ProvisionEvent.Warning(Step.PREPARE, "a warning", "a hint"), NOW);
        facts.note(new ProvisionEvent.StepDone(Step.PREPARE, Duration.ofSeconds(1)), NOW.plusSeconds(1));
        facts.note(new ProvisionEvent.StepBegan(Step.CLONE, true), NOW.plusSeconds(1));
        facts.over(NOW.plusSeconds(2));

        assertThat(detail().remarks()).containsExactly("a note", "a warning");
        assertThat(detail().steps())
                .containsExactly(
                        new StepStatus(Step.PREPARE, NOW, Optional.of(NOW.plusSeconds(1)), true, false),
                        new StepStatus(Step.CLONE, NOW.plusSeconds(1), Optional.of(NOW.plusSeconds(2)), false, true));
    }

    @Test
    void theResultNamesTheSourceIfThereIsOne() {
        facts.setResult(result(Optional.of(DonorAddress.parse("db9:3306")), Optional.empty()));
        assertThat(facts.source()).contains("db9:3306");
        assertThat(detail().result().orElseThrow()).containsEntry("source", "db9:3306");

        facts.setResult(result(Optional.empty(), Optional.empty()));
        assertThat(facts.source()).isEmpty();
        assertThat(facts.donor()).contains("db1:3306");
        assertThat(detail().result().orElseThrow())
                .doesNotContainKey("source")
                .containsEntry("donor", "db1:3306")
                .containsEntry("replicates_by", "GTID")
                .doesNotContainKey("old_data");
    }

    @Test
    void theResultSaysWhereTheOldDataIs() {
        facts.setResult(result(Optional.empty(), Optional.of(Path.of("/srv/old"))));
        assertThat(detail().result().orElseThrow()).containsEntry("old_data", "/srv/old");
    }
}
