package org.jclone.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jclone.daemon.api.CancelMode;
import org.jclone.daemon.api.RunOrder;
import org.jclone.daemon.api.RunProgress;
import org.jclone.daemon.api.RunStatus.State;
import org.jclone.daemon.history.History;
import org.jclone.provision.api.ProvisionEvent;
import org.jclone.provision.api.Step;
import org.jclone.recipient.api.CloneEvent;
import org.jclone.recipient.api.CloneProgress;
import org.jclone.recipient.api.CloneStage;
import org.jclone.recipient.api.DonorAddress;
import org.jclone.recipient.api.StageProgress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LiveRunTest {

    private static final Instant NOW = Instant.parse("2026-11-30T05:53:26Z");
    private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);

    @TempDir
    private Path folder;

    private final AtomicLong nanos = new AtomicLong();
    private final AtomicInteger changes = new AtomicInteger();
    private History history;
    private EventBus events;
    private LiveRun run;

    @BeforeEach
    void create() throws Exception {
        history = new History(folder.resolve(History.NAME), CLOCK, warning -> {});
        history.start(() -> {});
        events = new EventBus(CLOCK, history);
        RunOrder order = new RunOrder("db1", RunOrder.Action.PROVISION, 0, Optional.empty(), "test");
        run = new LiveRun(
                StoredRun.of("id", order, folder, NOW, Optional.empty()),
                new RunFacts("1.2", Optional.empty(), Optional.empty()),
                CLOCK,
                nanos::get,
                events,
                changed -> changes.incrementAndGet());
    }

    /** A hook may print any number of lines, and each change writes all that is known of the run. */
    @Test
    void aNoteIsSavedWithTheNextChange() {
        run.begin();
        run.onProvision(new ProvisionEvent.Note(Step.PREPARE, "a line"));
        assertThat(changes).hasValue(0);

        run.onProvision(new ProvisionEvent.StepBegan(Step.CHOOSE_DONOR, false));
        assertThat(changes).hasValue(1);
        assertThat(run.detail(OptionalInt.empty()).remarks()).containsExactly("a line");
    }

    @AfterEach
    void close() {
        events.close();
        history.close();
    }

    private void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    private static CloneProgress received(long bytes) {
        StageProgress stage = new StageProgress(
                CloneStage.FILE_COPY,
                StageProgress.State.IN_PROGRESS,
                4,
                Optional.of(NOW),
                Optional.empty(),
                1000,
                bytes,
                bytes);
        return new CloneProgress(List.of(stage), Optional.of(CloneStage.FILE_COPY), 4, 0, 0, Optional.empty());
    }

    @Test
    void aRunThatHasEndedIsNotStopped() {
        run.begin();
        run.end(State.FAILED, Optional.empty(), false);

        run.stop(CancelMode.RESUMABLE, "too late");

        assertThat(run.state()).isEqualTo(State.FAILED);
    }

    @Test
    void showsWhatItsEventsTell() {
        run.begin();
        assertThat(run.progress(NOW)).as("before the first step").isEmpty();

        run.onProvision(new ProvisionEvent.StepBegan(Step.CLONE, false));
        run.onEvent(new CloneEvent.Connected(DonorAddress.parse("db1:3306"), "9.7.4", "clear text"));
        run.onEvent(new CloneEvent.SnapshotOpened(12, 1000, 1100));
        run.onProgress(received(10));

        assertThat(run.status(OptionalInt.empty()).donor()).contains("db1:3306");
        RunProgress progress = run.status(OptionalInt.empty()).progress().orElseThrow();
        assertThat(progress.step()).isEqualTo(Step.CLONE);
        assertThat(progress.estimatedBytes()).hasValue(1000);
        assertThat(progress.copy()).contains(received(10));
        assertThat(run.isUnsaved()).as("the step must survive the process").isTrue();

        run.end(State.SUCCEEDED, Optional.empty(), false);
        assertThat(run.progress(NOW)).isEmpty();
        assertThat(run.isUnsaved()).isFalse();
    }

    @Test
    void bytesAreASignOfLifeAndAReportWithoutThemIsNot() {
        run.begin();
        pass(Duration.ofSeconds(5));
        run.onProgress(received(10));
        assertThat(run.signs().since()).isZero();
        assertThat(run.sinceProgress()).isZero();

        pass(Duration.ofSeconds(5));
        run.onProgress(received(10));
        assertThat(run.signs().since()).isEqualTo(Duration.ofSeconds(5));
        assertThat(run.sinceProgress()).isEqualTo(Duration.ofSeconds(5));
    }
}
