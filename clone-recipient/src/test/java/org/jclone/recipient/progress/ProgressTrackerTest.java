package org.jclone.recipient.progress;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.jclone.recipient.api.CloneProgress;
import org.jclone.recipient.api.CloneStage;
import org.jclone.recipient.api.StageProgress;
import org.jclone.recipient.api.StageProgress.State;
import org.junit.jupiter.api.Test;

class ProgressTrackerTest {

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private Duration elapsed = Duration.ZERO;
    private final ProgressTracker progress = new ProgressTracker(new Simulated(), () -> elapsed.toNanos());

    private final class Simulated extends Clock {

        @Override
        public Instant instant() {
            return START.plus(elapsed);
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }

    private void pass(long millis) {
        elapsed = elapsed.plusMillis(millis);
    }

    private StageProgress stage(CloneStage stage) {
        return progress.stages().get(stage.ordinal());
    }

    @Test
    void beginsWithNothing() {
        assertThat(progress.stages()).extracting(StageProgress::stage).containsExactly(CloneStage.values());
        assertThat(progress.stages())
                .allSatisfy(stage -> assertThat(stage.state()).isEqualTo(State.NOT_STARTED));
        assertThat(progress.complete()).isEmpty();
        assertThat(progress.fail()).isEmpty();
        CloneProgress snapshot = progress.snapshot();
        assertThat(snapshot.current()).isEmpty();
        assertThat(snapshot.timeLeft()).isEmpty();
        assertThat(snapshot.dataBytesPerSecond()).isZero();
    }

    @Test
    void countsEachStageSeparately() {
        progress.setConnections(1);
        progress.begin(CloneStage.DROP_DATA, 0);
        progress.received(0, 500);
        pass(100);
        progress.complete();
        progress.begin(CloneStage.FILE_COPY, 4000);
        progress.received(1000, 1100);
        progress.received(3000, 3200);
        pass(200);

        assertThat(progress.complete())
                .contains(new StageProgress(
                        CloneStage.FILE_COPY,
                        State.COMPLETED,
                        1,
                        Optional.of(START.plusMillis(100)),
                        Optional.of(START.plusMillis(300)),
                        4000,
                        4000,
                        4300));
        assertThat(stage(CloneStage.DROP_DATA).networkBytes()).isEqualTo(500);
        assertThat(progress.totalDataBytes()).isEqualTo(4000);
        assertThat(progress.totalNetworkBytes()).isEqualTo(4800);
    }

    @Test
    void countsTheRunningStageUpToNow() {
        progress.begin(CloneStage.FILE_COPY, 4000);
        progress.received(1000, 1100);

        StageProgress running = stage(CloneStage.FILE_COPY);
        assertThat(running.state()).isEqualTo(State.IN_PROGRESS);
        assertThat(running.dataBytes()).isEqualTo(1000);
        assertThat(running.end()).isEmpty();
        assertThat(stage(CloneStage.PAGE_COPY)).isEqualTo(StageProgress.notStarted(CloneStage.PAGE_COPY));
    }

    @Test
    void recordsTheMaximumConnectionsOfAStage() {
        progress.setConnections(1);
        progress.begin(CloneStage.FILE_COPY, 0);
        progress.setConnections(8);
        progress.setConnections(4);
        assertThat(progress.snapshot().connections()).isEqualTo(4);
        assertThat(progress.complete().orElseThrow().connections()).isEqualTo(8);

        progress.begin(CloneStage.PAGE_COPY, 0);
        assertThat(progress.complete().orElseThrow().connections()).isEqualTo(4);
        assertThat(progress.maxConnections()).isEqualTo(8);
    }

    @Test
    void knowsWhatTheCurrentStageStillLacks() {
        assertThat(progress.bytesLeft()).as("no stage").isEqualTo(Long.MAX_VALUE);

        progress.received(7, 0);
        progress.begin(CloneStage.FILE_COPY, 100);
        progress.received(30, 40);
        assertThat(progress.bytesLeft()).isEqualTo(70);

        progress.received(80, 90);
        assertThat(progress.bytesLeft()).as("more than estimated").isZero();
    }

    @Test
    void marksAStageAsFailed() {
        progress.begin(CloneStage.REDO_COPY, 100);
        progress.received(10, 20);
        pass(50);

        assertThat(progress.fail().orElseThrow().state()).isEqualTo(State.FAILED);
        assertThat(stage(CloneStage.REDO_COPY).end()).contains(START.plusMillis(50));
        assertThat(progress.complete()).as("once only").isEmpty();
    }

    /** Receives at a steady rate, and takes four samples a second as the session does. */
    private CloneProgress run(long seconds, long bytesPerSecond) {
        CloneProgress last = progress.snapshot();
        for (int i = 0; i < seconds * 4; i++) {
            progress.received(bytesPerSecond / 4, bytesPerSecond / 2);
            pass(250);
            last = progress.snapshot();
        }
        return last;
    }

    @Test
    void estimatesTheTimeLeft() {
        progress.begin(CloneStage.FILE_COPY, 100_000);
        CloneProgress halfWay = run(5, 10_000);

        assertThat(halfWay.current()).contains(CloneStage.FILE_COPY);
        assertThat(halfWay.dataBytesPerSecond()).isEqualTo(10_000);
        assertThat(halfWay.networkBytesPerSecond()).isEqualTo(20_000);
        assertThat(halfWay.timeLeft()).contains(Duration.ofSeconds(5));
        assertThat(halfWay.stage(CloneStage.FILE_COPY).dataBytes()).isEqualTo(50_000);
        assertThat(run(5, 10_000).timeLeft()).contains(Duration.ZERO);
    }

    @Test
    void omitsTheEstimateWhenUnknown() {
        progress.begin(CloneStage.PAGE_COPY, 0);
        assertThat(run(2, 10_000).timeLeft()).as("without the donor's estimate").isEmpty();

        progress.complete();
        progress.begin(CloneStage.REDO_COPY, 5_000);
        assertThat(run(2, 10_000).timeLeft()).as("beyond the donor's estimate").isEmpty();

        progress.complete();
        progress.begin(CloneStage.FILE_SYNC, 1_000_000);
        assertThat(run(4, 0).timeLeft()).as("while nothing comes").isEmpty();

        progress.complete();
        assertThat(run(2, 10_000).timeLeft()).as("after the last stage").isEmpty();
    }

    @Test
    void toleratesAHugeEstimate() {
        progress.begin(CloneStage.FILE_COPY, Long.MAX_VALUE);

        assertThat(run(2, 1_000).timeLeft().orElseThrow()).isPositive();
    }

    /** The figures of a resumed clone include the data received before. */
    @Test
    void countsWhatEarlierProcessesReceived() {
        StageProgress copied = new StageProgress(
                CloneStage.FILE_COPY,
                State.COMPLETED,
                4,
                Optional.of(Instant.EPOCH),
                Optional.of(Instant.EPOCH),
                900,
                900,
                950);
        StageProgress broken = new StageProgress(
                CloneStage.PAGE_COPY, State.FAILED, 4, Optional.of(Instant.EPOCH), Optional.empty(), 200, 150, 150);
        progress.restore(List.of(copied, broken), Optional.empty());
        progress.resume(CloneStage.PAGE_COPY, 200, 120);
        assertThat(stage(CloneStage.FILE_COPY)).isEqualTo(copied);
        assertThat(stage(CloneStage.PAGE_COPY).dataBytes()).isEqualTo(120);
        assertThat(stage(CloneStage.PAGE_COPY).estimatedBytes()).isEqualTo(200);
        progress.received(80, 90);
        progress.complete();
        assertThat(stage(CloneStage.PAGE_COPY).dataBytes()).isEqualTo(200);
        assertThat(progress.earlierBytes()).isEqualTo(1020);
        assertThat(progress.totalDataBytes()).isEqualTo(80);
    }

    /** The stage ended, but its process died before it could record that in the journal. */
    @Test
    void countsAResumedStageOnce() {
        progress.restore(List.of(fileCopy(State.COMPLETED)), Optional.empty());
        progress.resume(CloneStage.FILE_COPY, 900, 700);
        assertThat(progress.earlierBytes()).isEqualTo(700);
    }

    /** The journal says that the stage ended; the process failed before it reported that. */
    @Test
    void countsAStageThatEndedJustBeforeTheFailure() {
        progress.restore(List.of(fileCopy(State.FAILED)), Optional.of(CloneStage.FILE_COPY));
        assertThat(progress.earlierBytes()).isEqualTo(900);
        assertThat(stage(CloneStage.FILE_COPY)).isEqualTo(fileCopy(State.COMPLETED));
    }

    private static StageProgress fileCopy(State state) {
        return new StageProgress(
                CloneStage.FILE_COPY, state, 4, Optional.of(Instant.EPOCH), Optional.of(Instant.EPOCH), 900, 900, 950);
    }
}
