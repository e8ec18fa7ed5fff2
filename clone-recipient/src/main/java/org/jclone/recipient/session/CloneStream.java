package org.jclone.recipient.session;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import org.jclone.protocol.clone.command.AckCommand;
import org.jclone.protocol.clone.command.AttachCommand;
import org.jclone.protocol.clone.command.DdlSettings;
import org.jclone.protocol.clone.command.LocatorEntry;
import org.jclone.protocol.innodb.descriptor.FileDescriptor;
import org.jclone.protocol.innodb.descriptor.Locator;
import org.jclone.protocol.innodb.descriptor.SnapshotState;
import org.jclone.protocol.innodb.descriptor.StateDescriptor;
import org.jclone.protocol.packet.UnexpectedPacketException;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneEvent;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.CloneRequest;
import org.jclone.recipient.api.CloneStage;
import org.jclone.recipient.compat.DonorParameters;
import org.jclone.recipient.progress.ProgressTracker;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * From COM_EXECUTE on the main connection to the end of COM_EXECUTE on all: takes {@link SessionEvent}s one at a time, keeps
 * the barriers of {@link Snapshot}, acknowledges states, and adds connections.
 */
final class CloneStream implements ConnectionListener {

    private static final Logger LOGGER = LoggerFactory.getLogger(CloneStream.class);
    private static final Duration TICK = Duration.ofMillis(50);

    private final CloneRequest request;
    private final DataConnection main;
    private final CommandConnection aux;
    private final Target target;
    private final ProgressTracker progress;
    private final Throttle throttle;
    private final EventPublisher publisher;
    private final Locator locator;
    private final Workers workers;
    private final Snapshot snapshot;
    private final ConcurrencyTuner tuner;
    private final List<DataConnection> parked = new ArrayList<>();
    private final BlockingQueue<SessionEvent> events = new LinkedBlockingQueue<>();

    /** Read by event loops between two barriers, written within one. */
    private volatile SnapshotState state = SnapshotState.INIT;

    private volatile long expectedFiles = Long.MAX_VALUE;
    private volatile String doing = "INIT";
    private int completed;

    CloneStream(
            CloneRequest request,
            DonorParameters donor,
            DataConnection main,
            CommandConnection aux,
            IntFunction<CompletableFuture<DataConnection>> connector,
            Target target,
            ProgressTracker progress,
            Throttle throttle,
            EventPublisher publisher) {
        this.request = request;
        this.main = main;
        this.aux = aux;
        this.target = target;
        this.progress = progress;
        this.throttle = throttle;
        this.publisher = publisher;
        LocatorEntry entry = donor.locators().locators().get(0);
        locator = entry.innodbLocator();
        AttachCommand attach = new AttachCommand(
                donor.locators().protocolVersion(),
                DdlSettings.forDonor(donor.version(), request.ddlTimeout().toSeconds(), request.blockDdl()),
                List.of(entry));
        workers = new Workers(connector, attach, events::add);
        snapshot = new Snapshot(main);
        tuner = new ConcurrencyTuner(request.autotuneConcurrency() ? request.maxConcurrency() : 1);
    }

    /** What an error message says that was being done. */
    String doing() {
        return doing;
    }

    /** The workers that took part. */
    List<DataConnection> workers() {
        return snapshot.participants().stream()
                .filter(connection -> connection != main)
                .toList();
    }

    /** Connections that came too late to take part. */
    List<DataConnection> idleWorkers() {
        List<DataConnection> idle = new ArrayList<>(workers.connected());
        idle.removeAll(snapshot.participants());
        return idle;
    }

    void onAbort(Throwable reason) {
        events.add(new SessionEvent.Failed(reason));
    }

    /** Returns when the donor has sent everything and all of it is written, though not flushed. */
    void run() throws CloneException {
        if (!request.autotuneConcurrency()) {
            workers.want(request.maxConcurrency() - 1);
        }
        progress.setConnections(1);
        execute(main);
        while (completed < snapshot.participants().size()) {
            SessionEvent event = poll();
            if (event != null) {
                handle(event);
            }
            tick();
        }
    }

    private void execute(DataConnection connection) {
        connection.execute(this, target.files(), target.segmentWriter());
    }

    private SessionEvent poll() throws CloneException {
        try {
            return events.poll(TICK.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CloneException(CloneErrorCode.ABORTED, "interrupted in " + doing, "Clone again.", e);
        }
    }

    private void handle(SessionEvent event) throws CloneException {
        if (event instanceof SessionEvent.StateEnded ended) {
            unpark();
            if (snapshot.onEnd(ended.connection(), ended.state())) {
                acknowledge(snapshot.mainEnd());
            }
        } else if (event instanceof SessionEvent.StateStarted started) {
            if (snapshot.onStart(started.connection(), started.state())) {
                move();
            }
        } else if (event instanceof SessionEvent.MetadataComplete) {
            workers.allowAttach();
            tuner.begin(System.nanoTime());
        } else if (event instanceof SessionEvent.WorkerConnected worker) {
            workers.onConnected(worker.connection());
        } else if (event instanceof SessionEvent.WorkerAttached worker) {
            workers.onAttached(worker);
            joinWorkers();
        } else if (event instanceof SessionEvent.WorkerRefused refused) {
            onWorkerRefused(refused.cause());
        } else if (event instanceof SessionEvent.ExecuteCompleted) {
            onExecuteCompleted();
        } else if (event instanceof SessionEvent.Failed failed) {
            throw new ErrorTranslator(request.donor()).translate(failed.cause(), doing);
        }
    }

    private void onExecuteCompleted() {
        if (state != SnapshotState.DONE) {
            throw new UnexpectedPacketException(state.name(), "the end of COM_EXECUTE");
        }
        completed++;
    }

    private void acknowledge(StateDescriptor end) {
        LOGGER.atDebug().addKeyValue("state", end.state()).log("all have it, acknowledging");
        aux.call(AckCommand.of(locator, end), request.readTimeout()).whenComplete((answer, failure) -> {
            if (failure != null) {
                events.add(new SessionEvent.Failed(failure));
            }
        });
    }

    private void move() throws CloneException {
        endStage();
        if (snapshot.state() == SnapshotState.FILE_COPY || snapshot.state() == SnapshotState.PAGE_COPY) {
            target.applier().finishRenames();
        }
        StateDescriptor start = snapshot.move();
        state = start.state();
        target.files().enter(state);
        LOGGER.atDebug()
                .addKeyValue("state", state)
                .addKeyValue("chunks", start.chunkCount())
                .log("all have come to it, moving");
        Optional<CloneStage> stage = stageOf(state);
        if (stage.isPresent()) {
            beginStage(stage.get(), start.estimatedBytes());
        }
        if (state == SnapshotState.FILE_COPY) {
            target.checkSpace(start);
            publisher.event(new CloneEvent.SnapshotOpened(
                    start.fileCount(), start.estimatedBytes(), start.estimatedDiskBytes()));
            expectedFiles = start.fileCount();
        }
        snapshot.participants().forEach(DataConnection::proceed);
        joinWorkers();
    }

    /** Starts the workers whose donor task is in the state that we are in; others wait until we get there. */
    private void joinWorkers() {
        for (DataConnection worker : workers.takeAttached(state)) {
            snapshot.join(worker);
            int count = snapshot.participants().size();
            progress.setConnections(count);
            publisher.event(new CloneEvent.ConnectionsChanged(
                    count, request.autotuneConcurrency() ? "more may be faster" : "as configured"));
            execute(worker);
        }
        if (workers.isSettled()) {
            tuner.begin(System.nanoTime());
        }
    }

    private void onWorkerRefused(Throwable cause) {
        workers.onRefused();
        tuner.stop();
        CloneException reason = new ErrorTranslator(request.donor()).translate(cause, "adding a connection");
        publisher.event(new CloneEvent.Warning(
                "the clone goes on without a further connection: " + reason.getMessage(), reason.hint()));
    }

    private void tick() {
        snapshot.participants().forEach(connection -> connection.checkSilence(request.readTimeout()));
        if (state != SnapshotState.FILE_COPY || tuner.isDone() || !workers.isSettled()) {
            return;
        }
        int connections = snapshot.participants().size();
        int advised = tuner.advise(
                System.nanoTime(), connections, progress.totalDataBytes(), throttle.tightestBytesPerSecond());
        if (advised > connections) {
            workers.want(advised - 1);
        } else if (advised < connections) {
            park(connections - advised);
        }
    }

    /** Lets the last {@code count} workers rest: with fewer connections the data comes as fast, and cheaper. */
    private void park(int count) {
        List<DataConnection> participants = snapshot.participants();
        parked.addAll(participants.subList(participants.size() - count, participants.size()));
        parked.forEach(DataConnection::park);
        publisher.event(new CloneEvent.ConnectionsChanged(participants.size() - count, "more were not faster"));
        progress.setConnections(participants.size() - count);
    }

    /** Lets resting workers finish their chunks, as the others have come to the end of a state. */
    private void unpark() {
        parked.forEach(DataConnection::unpark);
        parked.clear();
    }

    /** FILE SYNC, which needs no donor any more. */
    void sync() throws CloneException {
        beginStage(CloneStage.FILE_SYNC, 0);
        target.sync();
        endStage();
    }

    private void beginStage(CloneStage stage, long estimatedBytes) {
        doing = stage.displayName();
        publisher.event(new CloneEvent.StageStarted(progress.begin(stage, estimatedBytes)));
        target.showProgress(progress.stages());
    }

    private void endStage() {
        progress.complete().ifPresent(stage -> publisher.event(new CloneEvent.StageCompleted(stage)));
    }

    private static Optional<CloneStage> stageOf(SnapshotState state) {
        return switch (state) {
            case FILE_COPY -> Optional.of(CloneStage.FILE_COPY);
            case PAGE_COPY -> Optional.of(CloneStage.PAGE_COPY);
            case REDO_COPY -> Optional.of(CloneStage.REDO_COPY);
            case NONE, INIT, DONE -> Optional.empty();
        };
    }

    // What follows is called on event loops.

    @Override
    public void onStateEnd(DataConnection connection, StateDescriptor end) {
        events.add(new SessionEvent.StateEnded(connection, end));
    }

    @Override
    public void onStateStart(DataConnection connection, StateDescriptor start) {
        events.add(new SessionEvent.StateStarted(connection, start));
    }

    @Override
    public void onFile(FileDescriptor file) throws CloneException {
        target.applier().apply(file, state);
        if (state == SnapshotState.FILE_COPY && target.files().dataFileCount() == expectedFiles) {
            expectedFiles = Long.MAX_VALUE;
            events.add(new SessionEvent.MetadataComplete());
        }
    }

    @Override
    public void onExecuteComplete(DataConnection connection) {
        events.add(new SessionEvent.ExecuteCompleted(connection));
    }

    @Override
    public void onFailure(DataConnection connection, Throwable cause) {
        events.add(new SessionEvent.Failed(cause));
    }
}
