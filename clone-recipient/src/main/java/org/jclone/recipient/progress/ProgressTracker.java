package org.jclone.recipient.progress;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.jclone.recipient.api.CloneProgress;
import org.jclone.recipient.api.CloneStage;
import org.jclone.recipient.api.StageProgress;
import org.jclone.recipient.api.StageProgress.State;

/** Tracks the stages of one clone as {@code performance_schema.clone_progress} shows them. Thread-safe. */
public final class ProgressTracker {

    private final Clock clock;
    private final LongSupplier nanoClock;
    private final Map<CloneStage, StageProgress> stages = new EnumMap<>(CloneStage.class);
    private final LongAdder dataBytes = new LongAdder();
    private final LongAdder networkBytes = new LongAdder();
    private final RateMeter dataRate = new RateMeter();
    private final RateMeter networkRate = new RateMeter();

    private CloneStage current;
    private long earlierBytes;
    private long dataBefore;
    private long networkBefore;
    private int connections;
    private int maxConnections;

    /**
     * @param clock gives the times at which stages begin and end
     * @param nanoClock gives the times for rates
     */
    public ProgressTracker(Clock clock, LongSupplier nanoClock) {
        this.clock = clock;
        this.nanoClock = nanoClock;
        for (CloneStage stage : CloneStage.values()) {
            stages.put(stage, StageProgress.notStarted(stage));
        }
    }

    /** Counts bytes of the current stage. Cheap; can be called from any thread. */
    public void received(long data, long network) {
        dataBytes.add(data);
        networkBytes.add(network);
    }

    /**
     * Restores the stages that an earlier process completed.
     *
     * @param ended the stage that had ended when the process failed, before it could be reported as completed
     */
    public synchronized void restore(List<StageProgress> earlier, Optional<CloneStage> ended) {
        for (StageProgress stage : earlier) {
            boolean hasEnded = ended.filter(stage.stage()::equals).isPresent();
            if (stage.state() == State.COMPLETED || hasEnded) {
                stages.put(stage.stage(), completed(stage));
                earlierBytes += stage.dataBytes();
            }
        }
    }

    private static StageProgress completed(StageProgress stage) {
        return new StageProgress(
                stage.stage(),
                State.COMPLETED,
                stage.connections(),
                stage.begin(),
                stage.end(),
                stage.estimatedBytes(),
                stage.dataBytes(),
                stage.networkBytes());
    }

    /**
     * Resumes the stage that an earlier process did not finish.
     *
     * @param bytes bytes of the stage's data that the earlier process wrote
     */
    public synchronized StageProgress resume(CloneStage stage, long estimatedBytes, long bytes) {
        earlierBytes -= stages.get(stage).dataBytes(); // the stage was completed, but the journal does not say so
        stages.put(stage, StageProgress.notStarted(stage));
        begin(stage, estimatedBytes);
        earlierBytes += bytes;
        dataBefore -= bytes;
        networkBefore -= bytes;
        stages.put(stage, counted(stages.get(stage), State.IN_PROGRESS, Optional.empty()));
        return stages.get(stage);
    }

    /** Returns the bytes of files that earlier processes received for this clone. */
    public synchronized long earlierBytes() {
        return earlierBytes;
    }

    /** Begins a stage; the one before it must have ended. */
    public synchronized StageProgress begin(CloneStage stage, long estimatedBytes) {
        current = stage;
        dataBefore = dataBytes.sum();
        networkBefore = networkBytes.sum();
        stages.put(
                stage,
                new StageProgress(
                        stage,
                        State.IN_PROGRESS,
                        connections,
                        Optional.of(clock.instant()),
                        Optional.empty(),
                        estimatedBytes,
                        0,
                        0));
        return stages.get(stage);
    }

    /** Marks the current stage, if any, as completed. */
    public Optional<StageProgress> complete() {
        return end(State.COMPLETED);
    }

    /** Marks the current stage, if any, as failed. */
    public Optional<StageProgress> fail() {
        return end(State.FAILED);
    }

    private synchronized Optional<StageProgress> end(State state) {
        if (current == null) {
            return Optional.empty();
        }
        StageProgress ended = counted(stages.get(current), state, Optional.of(clock.instant()));
        stages.put(current, ended);
        current = null;
        return Optional.of(ended);
    }

    private StageProgress counted(StageProgress stage, State state, Optional<Instant> end) {
        return new StageProgress(
                stage.stage(),
                state,
                Math.max(stage.connections(), connections),
                stage.begin(),
                end,
                stage.estimatedBytes(),
                dataBytes.sum() - dataBefore,
                networkBytes.sum() - networkBefore);
    }

    public synchronized void setConnections(int count) {
        connections = count;
        maxConnections = Math.max(maxConnections, count);
        if (current != null) {
            stages.put(current, counted(stages.get(current), State.IN_PROGRESS, Optional.empty()));
        }
    }

    public synchronized int maxConnections() {
        return maxConnections;
    }

    /** Returns the bytes of data that this process received. */
    public long totalDataBytes() {
        return dataBytes.sum();
    }

    /** Returns the estimate for what the current stage still lacks; {@link Long#MAX_VALUE} if unknown. */
    public synchronized long bytesLeft() {
        long estimate = current == null ? 0 : stages.get(current).estimatedBytes();
        return estimate == 0 ? Long.MAX_VALUE : Math.max(0, estimate - (dataBytes.sum() - dataBefore));
    }

    public long totalNetworkBytes() {
        return networkBytes.sum();
    }

    public synchronized List<StageProgress> stages() {
        List<StageProgress> list = new ArrayList<>(stages.size());
        for (StageProgress stage : stages.values()) {
            list.add(stage.stage() == current ? counted(stage, State.IN_PROGRESS, Optional.empty()) : stage);
        }
        return list;
    }

    /** Returns the current progress. Each call is also a sample for the rates, so call it a few times a second. */
    public synchronized CloneProgress snapshot() {
        long now = nanoClock.getAsLong();
        long dataPerSecond = dataRate.update(now, dataBytes.sum());
        long networkPerSecond = networkRate.update(now, networkBytes.sum());
        List<StageProgress> list = stages();
        Optional<Duration> left = Optional.empty();
        if (current != null && dataPerSecond > 0) {
            StageProgress stage = list.get(current.ordinal());
            long rest = stage.estimatedBytes() - stage.dataBytes();
            if (rest >= 0 && stage.estimatedBytes() > 0) {
                left = Optional.of(Duration.ofSeconds(rest / dataPerSecond));
            }
        }
        return new CloneProgress(
                list, Optional.ofNullable(current), connections, dataPerSecond, networkPerSecond, left);
    }
}
