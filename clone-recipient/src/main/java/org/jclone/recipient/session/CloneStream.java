package org.jclone.recipient.session;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jclone.protocol.clone.command.AckCommand;
import org.jclone.protocol.innodb.descriptor.FileDescriptor;
import org.jclone.protocol.innodb.descriptor.SnapshotState;
import org.jclone.protocol.innodb.descriptor.StateDescriptor;
import org.jclone.protocol.innodb.encryption.TablespaceKey;
import org.jclone.protocol.packet.UnexpectedPacketException;
import org.jclone.protocol.wire.MalformedPacketException;
import org.jclone.recipient.api.CloneEvent;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.CloneStage;
import org.jclone.recipient.connection.Abortion;
import org.jclone.recipient.connection.CommandConnection;
import org.jclone.recipient.connection.ConnectionListener;
import org.jclone.recipient.connection.DataConnection;
import org.jclone.recipient.connection.DonorLink;
import org.jclone.recipient.explain.Failure;
import org.jclone.recipient.target.SnapshotCopy;
import org.jclone.recipient.target.SpaceCheck;
import org.jclone.recipient.target.Target;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Streams from COM_EXECUTE on the main connection to the end of COM_EXECUTE on all, or to the first connection that
 * breaks. It handles {@link SessionEvent}s one at a time, waits at the {@link StateBarrier}, and acknowledges states. Its
 * result is in {@link SnapshotCopy}, from which a stream over other connections continues.
 */
final class CloneStream implements DonorLine.Stream, ConnectionListener {

    /** Opens data connections besides the main one. */
    interface Workforce {

        /** Opens the data connection of a number, which is for logs. */
        CompletableFuture<DataConnection> openData(int number);

        /**
         * Chooses the compression of further connections from the speed of the working ones. Called many times a second.
         *
         * @return whether one should be opened to find out
         */
        CompressionTuner.Trial tuneCompression(List<DataConnection> working);
    }

    private static final Logger LOGGER = LoggerFactory.getLogger(CloneStream.class);
    private static final Duration TICK = Duration.ofMillis(50);

    /** A real donor answered a late COM_ATTACH after some 60 ms. The clone does not depend on it. */
    private static final Duration LATE_PATIENCE = Duration.ofSeconds(3);

    private final CloneContext context;
    private final DonorLink link;
    private final Target target;
    private final SnapshotCopy copy;
    private final Workers workers;
    private final StateBarrier barrier;
    private final Concurrency concurrency;
    private final StallWatch stallWatch;
    private final BlockingQueue<SessionEvent> events = new LinkedBlockingQueue<>();
    private final SessionEvent.Handler handler = new EventHandler();

    /** Created when FILE COPY begins. A clone resumed later has none. */
    private SpaceCheck spaceCheck;

    private int completed;

    CloneStream(CloneContext context, DonorLink link, Workforce workforce, Target target, SnapshotCopy copy) {
        this.context = context;
        this.link = link;
        this.target = target;
        this.copy = copy;
        workers = new Workers(workforce::openData, copy.attachCommand(), events::add);
        barrier = new StateBarrier(link.main(), copy);
        concurrency = new Concurrency(context, copy, barrier, workers, this::execute, workforce::tuneCompression);
        stallWatch = new StallWatch(
                context.request().interruptions().readTimeout(),
                context.request().interruptions().longestSilence(),
                context.progress()::totalDataBytes,
                context.nanoClock());
    }

    @Override
    public void onAbort(Throwable reason) {
        events.add(new SessionEvent.Failed(reason));
    }

    @Override
    public void run() throws CloneException {
        concurrency.begin();
        if (copy.isMetadataComplete() || copy.isAfterFileCopy()) {
            dropOldData();
        }
        execute(link.main());
        if (!copy.isEnded() && (copy.isMetadataComplete() || copy.isAfterFileCopy())) {
            concurrency.beginFileCopy();
            concurrency.allowWorkers();
        }
        while (completed < barrier.participants().size()) {
            SessionEvent event = poll();
            if (event != null) {
                event.accept(handler);
            }
            stallWatch.check(barrier.participants(), event != null);
            concurrency.tune();
        }
    }

    @Override
    public void abandon() {
        link.reportNetworkFailure(copy.identity());
        CompletableFuture.allOf(workers.abandon(), link.abandon()).join();
    }

    /**
     * The donor waits on the main connection for all others, so that one exits last. It does not wait there for a worker
     * that still attaches, but keeps the snapshot for it, and refuses the next clone until that worker has left.
     */
    @Override
    public void exit() {
        Duration patience = context.request().interruptions().readTimeout();
        List<DataConnection> late = new ArrayList<>(workers.connected());
        late.removeAll(barrier.participants());
        List<CommandConnection> order = new ArrayList<>();
        order.add(link.aux());
        order.addAll(barrier.participants());
        order.remove(link.main());
        order.add(link.main());
        List<CompletableFuture<Void>> left = new ArrayList<>();
        late.forEach(worker -> left.add(exitLate(worker)));
        order.forEach(connection -> left.add(connection.exit(patience).thenRun(connection::quit)));
        try {
            CompletableFuture.allOf(left.toArray(CompletableFuture[]::new))
                    .get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            LOGGER.atWarn().addKeyValue("reason", e.getMessage()).log("the donor did not answer COM_EXIT");
        }
    }

    /** Exits when the donor has answered COM_ATTACH, perhaps with a refusal, which no longer matters. */
    private static CompletableFuture<Void> exitLate(DataConnection worker) {
        return worker.exit(LATE_PATIENCE).handle((exited, refused) -> {
            worker.quit();
            return null;
        });
    }

    private void execute(DataConnection connection) {
        connection.execute(this, onFailure -> target.blockWriter(onFailure));
    }

    private SessionEvent poll() throws CloneException {
        try {
            return events.poll(TICK.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            throw Abortion.interrupted(e, doing());
        }
    }

    /** Handles events on the session's thread. */
    private final class EventHandler implements SessionEvent.Handler {

        @Override
        public void onStateEnded(DataConnection connection, StateDescriptor state) throws CloneException {
            concurrency.unpark();
            Optional<StateDescriptor> end = barrier.onEnd(connection, state);
            if (end.isPresent()) {
                if (copy.state() == SnapshotState.REDO_COPY) {
                    requireComplete();
                }
                target.endState();
                acknowledge(end.get());
            }
        }

        @Override
        public void onStateStarted(DataConnection connection, StateDescriptor state) throws CloneException {
            Optional<StateDescriptor> start = barrier.onStart(connection, state);
            if (start.isPresent()) {
                move(start.get());
            }
        }

        @Override
        public void onMetadataComplete() throws CloneException {
            target.recordMetadataComplete();
            if (spaceCheck != null) {
                spaceCheck.run(target.liveFiles());
            }
            dropOldData();
            link.main().unpark();
            concurrency.allowWorkers();
        }

        @Override
        public void onExecuteCompleted(DataConnection connection) {
            if (copy.state() != SnapshotState.DONE) {
                throw new UnexpectedPacketException(copy.state().name(), "the end of COM_EXECUTE");
            }
            completed++;
        }

        @Override
        public void onWorkerConnected(DataConnection connection) {
            workers.onConnected(connection);
        }

        @Override
        public void onWorkerAttached(SessionEvent.WorkerAttached worker) {
            workers.onAttached(worker);
            concurrency.joinWorkers();
        }

        @Override
        public void onWorkerRefused(Throwable cause) {
            concurrency.onRefused(cause);
        }

        @Override
        public void onFailed(Throwable cause) throws CloneException {
            throw context.errors().translate(cause, doing());
        }
    }

    /** Returns the activity to name in error messages. */
    private String doing() {
        return doing(copy.state());
    }

    /** Returns an activity such as {@code in FILE COPY}. */
    static String doing(SnapshotState state) {
        return "in " + nameOf(state);
    }

    /** Returns a name such as {@code FILE COPY}. */
    static String nameOf(SnapshotState state) {
        return stageOf(state).map(CloneStage::displayName).orElse(state.name());
    }

    private void acknowledge(StateDescriptor end) {
        LOGGER.atDebug()
                .addKeyValue("state", end.state())
                .log("all connections reached the end of the state, acknowledging");
        link.aux()
                .call(
                        AckCommand.of(copy.identity(), end),
                        context.request().interruptions().longestSilence())
                .whenComplete((answer, failure) -> {
                    if (failure != null) {
                        events.add(new SessionEvent.Failed(failure));
                    }
                });
    }

    /**
     * Compares what arrived of the state with what the donor announced. In FILE COPY and PAGE COPY a donor omits dropped
     * files, and may lose the notice of that with a connection. So these states are compared after the DDL summary.
     */
    private void requireComplete() throws CloneException {
        Optional<String> missing = target.missing();
        if (missing.isPresent()) {
            throw Failure.Protocol.INCOMPLETE.exception(context.request().donor()
                    + " did not send all that it had announced for " + nameOf(copy.state()) + ": " + missing.get()
                    + " never came");
        }
    }

    private void move(StateDescriptor start) throws CloneException {
        if (copy.state() != SnapshotState.REDO_COPY) {
            requireComplete();
        }
        context.endStage();
        if (copy.state() == SnapshotState.FILE_COPY || copy.state() == SnapshotState.PAGE_COPY) {
            target.finishRenames();
        }
        target.move(start);
        LOGGER.atDebug()
                .addKeyValue("state", copy.state())
                .addKeyValue("chunks", start.chunkCount())
                .log("all connections reached the start of the state, moving");
        Optional<CloneStage> stage = stageOf(copy.state());
        if (stage.isPresent()) {
            context.beginStage(stage.get(), start.estimatedBytes());
        }
        if (copy.state() == SnapshotState.FILE_COPY) {
            concurrency.beginFileCopy();
            spaceCheck = new SpaceCheck(context.request().target(), context.oldData(), context.publisher()::event);
            spaceCheck.run(start.estimatedDiskBytes());
            context.publisher()
                    .event(new CloneEvent.SnapshotOpened(
                            start.fileCount(), start.estimatedBytes(), start.estimatedDiskBytes()));
        }
        barrier.participants().forEach(DataConnection::proceed);
        if (copy.isAfterFileCopy()) {
            concurrency.allowWorkers();
        }
        concurrency.joinWorkers();
    }

    /**
     * Deletes the old data, if the request demands that before the clone is complete. All checks in advance have passed:
     * the names of the donor's files are usable, the files fit, and there is a keyring for encrypted ones.
     */
    private void dropOldData() throws CloneException {
        if (context.oldData().isEmpty() || !context.oldData().get().isToBeDropped()) {
            return;
        }
        context.publisher()
                .event(new CloneEvent.Warning(
                        "the old data in " + context.oldData().get().places() + " is deleted now",
                        "Until this clone is complete, the directory has neither old nor new data."));
        context.oldData().get().drop();
        pauseAfterDrop();
    }

    /** Waits for the time that the request demands between old and new data, and handles events during it. */
    private void pauseAfterDrop() throws CloneException {
        Duration delay = context.request().transfer().delayAfterDataDrop();
        long begin = context.nanoClock().getAsLong();
        while (context.nanoClock().getAsLong() - begin < delay.toNanos()) {
            SessionEvent event = poll();
            if (event != null) {
                event.accept(handler);
            }
        }
    }

    static Optional<CloneStage> stageOf(SnapshotState state) {
        return switch (state) {
            case FILE_COPY -> Optional.of(CloneStage.FILE_COPY);
            case PAGE_COPY -> Optional.of(CloneStage.PAGE_COPY);
            case REDO_COPY -> Optional.of(CloneStage.REDO_COPY);
            case NONE, INIT, DONE -> Optional.empty();
        };
    }

    // The methods below run on event loops.

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
        if (!copy.isAnnounced(file)) {
            file.key().ifPresent(TablespaceKey::close);
            throw new MalformedPacketException(
                    "FileDescriptor", "fileIndex", 46, file.fileIndex() + " (expected: less than the files announced)");
        }
        if (target.apply(file)) {
            if (context.oldData().isPresent() && context.oldData().get().isToBeDropped()) {
                link.main().park(); // until there is room
            }
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
