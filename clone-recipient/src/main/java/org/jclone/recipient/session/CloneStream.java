package org.jclone.recipient.session;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jclone.protocol.clone.command.AckCommand;
import org.jclone.protocol.innodb.descriptor.FileDescriptor;
import org.jclone.protocol.innodb.descriptor.SnapshotState;
import org.jclone.protocol.innodb.descriptor.StateDescriptor;
import org.jclone.protocol.innodb.encryption.TablespaceKey;
import org.jclone.protocol.packet.UnexpectedPacketException;
import org.jclone.protocol.wire.MalformedPacketException;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneEvent;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.CloneStage;
import org.jclone.recipient.connection.Abortion;
import org.jclone.recipient.connection.ConnectionListener;
import org.jclone.recipient.connection.DataConnection;
import org.jclone.recipient.connection.DonorLink;
import org.jclone.recipient.explain.Explanations;
import org.jclone.recipient.target.SnapshotCopy;
import org.jclone.recipient.target.SpaceCheck;
import org.jclone.recipient.target.Target;
import org.jclone.recipient.target.TargetFiles;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * From COM_EXECUTE on the main connection to the end of COM_EXECUTE on all, or to the first connection that breaks:
 * takes {@link SessionEvent}s one at a time, keeps the barriers of {@link Snapshot}, and acknowledges states. What it
 * leaves behind is in {@link SnapshotCopy}; another stream over other connections takes it up.
 */
final class CloneStream implements ConnectionListener {

    private static final Logger LOGGER = LoggerFactory.getLogger(CloneStream.class);
    private static final Duration TICK = Duration.ofMillis(50);

    private final CloneContext context;
    private final DonorLink link;
    private final Target target;
    private final SnapshotCopy copy;
    private final Workers workers;
    private final Snapshot snapshot;
    private final Concurrency concurrency;
    private final StallWatch stallWatch;
    private final Stages stages;
    private final BlockingQueue<SessionEvent> events = new LinkedBlockingQueue<>();

    /** Made as FILE COPY begins; a clone that is resumed later has none. */
    private SpaceCheck spaceCheck;

    private int completed;

    CloneStream(CloneContext context, DonorConnector connector, DonorLink link, Target target, SnapshotCopy copy) {
        this.context = context;
        this.link = link;
        this.target = target;
        this.copy = copy;
        workers = new Workers(connector::openData, copy.attachCommand(), events::add);
        snapshot = new Snapshot(link.main(), copy.state(), copy.isEnded());
        concurrency = new Concurrency(context, snapshot, workers, this::execute, connector::tuneCompression);
        stages = new Stages(context);
        stallWatch = new StallWatch(
                context.request().interruptions().readTimeout(),
                context.request().interruptions().longestSilence(),
                context.progress()::totalDataBytes);
    }

    /** The workers that took part. */
    List<DataConnection> workers() {
        return snapshot.participants().stream()
                .filter(connection -> connection != link.main())
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

    /**
     * Returns when the donor has sent everything and all of it is written, though not flushed.
     *
     * @throws CloneException whatever ends it before that
     */
    void run() throws CloneException {
        concurrency.begin();
        if (copy.isMetadataComplete() || isAfterFileCopy()) {
            dropOldData();
        }
        execute(link.main());
        if (!copy.isEnded() && (copy.isMetadataComplete() || isAfterFileCopy())) {
            concurrency.allowWorkers();
        }
        while (completed < snapshot.participants().size()) {
            SessionEvent event = poll();
            if (event != null) {
                handle(event);
            }
            stallWatch.check(snapshot.participants(), event != null);
            concurrency.tune();
        }
    }

    /** Gives up all connections. When it returns nothing that came on them is written any more. */
    void abandon() {
        link.reportNetworkFailure(copy.identity());
        CompletableFuture.allOf(workers.abandon(), link.abandon()).join();
    }

    private void execute(DataConnection connection) {
        TargetFiles files = target.files();
        connection.execute(this, files.table(), files.segmentWriter(), files.keyBlocks(), copy.chunks());
    }

    private SessionEvent poll() throws CloneException {
        try {
            return events.poll(TICK.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            throw Abortion.interrupted(e, "in " + doing());
        }
    }

    private void handle(SessionEvent event) throws CloneException {
        if (event instanceof SessionEvent.StateEnded ended) {
            concurrency.unpark();
            if (snapshot.onEnd(ended.connection(), ended.state())) {
                if (copy.state() == SnapshotState.REDO_COPY) {
                    requireComplete();
                }
                if (target.keeper().isPresent() && copy.state() != SnapshotState.INIT) {
                    target.keeper().get().endState();
                }
                copy.end();
                acknowledge(snapshot.mainEnd());
            }
        } else if (event instanceof SessionEvent.StateStarted started) {
            if (snapshot.onStart(started.connection(), started.state())) {
                move();
            }
        } else if (event instanceof SessionEvent.MetadataComplete) {
            if (target.keeper().isPresent()) {
                target.keeper().get().metadataComplete();
            }
            if (spaceCheck != null) {
                spaceCheck.run(target.files().table().liveFiles());
            }
            dropOldData();
            link.main().unpark();
            concurrency.allowWorkers();
        } else if (event instanceof SessionEvent.WorkerConnected worker) {
            workers.onConnected(worker.connection());
        } else if (event instanceof SessionEvent.WorkerAttached worker) {
            workers.onAttached(worker);
            concurrency.joinWorkers();
        } else if (event instanceof SessionEvent.WorkerRefused refused) {
            concurrency.onRefused(refused.cause());
        } else if (event instanceof SessionEvent.ExecuteCompleted) {
            onExecuteCompleted();
        } else if (event instanceof SessionEvent.Failed failed) {
            throw context.errors().translate(failed.cause(), doing());
        }
    }

    /** What an error message says that was being done. */
    private String doing() {
        return nameOf(copy.state());
    }

    /** Such as {@code FILE COPY}. */
    static String nameOf(SnapshotState state) {
        return stageOf(state).map(CloneStage::displayName).orElse(state.name());
    }

    private void onExecuteCompleted() {
        if (copy.state() != SnapshotState.DONE) {
            throw new UnexpectedPacketException(copy.state().name(), "the end of COM_EXECUTE");
        }
        completed++;
    }

    private void acknowledge(StateDescriptor end) {
        LOGGER.atDebug().addKeyValue("state", end.state()).log("all have it, acknowledging");
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
     * Compares what came of the state with what the donor announced. In FILE COPY and PAGE COPY a donor leaves out what
     * was dropped, and the notice of that may be lost with a connection; so they are looked at when the summary of DDL
     * has come.
     */
    private void requireComplete() throws CloneException {
        Optional<String> missing = copy.chunks().missing(target.files().table());
        if (missing.isPresent()) {
            throw new CloneException(
                    CloneErrorCode.PROTOCOL,
                    context.request().donor() + " did not send all that it had announced for " + doing() + ": "
                            + missing.get() + " never came",
                    Explanations.hint("PROTOCOL", "incomplete"));
        }
    }

    private void move() throws CloneException {
        if (copy.state() != SnapshotState.REDO_COPY) {
            requireComplete();
        }
        stages.end();
        if (copy.state() == SnapshotState.FILE_COPY || copy.state() == SnapshotState.PAGE_COPY) {
            if (target.keeper().isPresent()) {
                target.keeper().get().finishing();
            }
            target.files().applier().finishRenames();
        }
        StateDescriptor start = snapshot.move();
        if (target.keeper().isPresent()) {
            target.keeper().get().move(start, () -> copy.move(start));
        } else {
            copy.move(start);
        }
        target.files().table().enter(copy.state());
        if (isAfterFileCopy()) {
            target.files().expectKeys();
        }
        LOGGER.atDebug()
                .addKeyValue("state", copy.state())
                .addKeyValue("chunks", start.chunkCount())
                .log("all have come to it, moving");
        Optional<CloneStage> stage = stageOf(copy.state());
        if (stage.isPresent()) {
            stages.begin(stage.get(), start.estimatedBytes());
        }
        if (copy.state() == SnapshotState.FILE_COPY) {
            spaceCheck = new SpaceCheck(context.request().target(), context.oldData(), context.publisher()::event);
            spaceCheck.run(start.estimatedDiskBytes());
            context.publisher()
                    .event(new CloneEvent.SnapshotOpened(
                            start.fileCount(), start.estimatedBytes(), start.estimatedDiskBytes()));
        }
        snapshot.participants().forEach(DataConnection::proceed);
        if (isAfterFileCopy()) {
            concurrency.allowWorkers();
        }
        concurrency.joinWorkers();
    }

    /**
     * Deletes the old data, if that is to be done before the clone is whole. All that can be known beforehand is known:
     * the donor's files have names that can be used and fit into the room, and there is a keyring for those that are
     * encrypted.
     */
    private void dropOldData() throws CloneException {
        if (context.oldData().isEmpty() || !context.oldData().get().isToBeDropped()) {
            return;
        }
        context.publisher()
                .event(new CloneEvent.Warning(
                        "the old data in " + context.oldData().get().places() + " is deleted now",
                        "Until this clone is whole there is neither old nor new data in it."));
        context.oldData().get().drop();
        pauseAfterDrop();
    }

    /** Passes the time that the request wants between old and new data; what comes meanwhile is dealt with. */
    private void pauseAfterDrop() throws CloneException {
        Duration delay = context.request().transfer().delayAfterDataDrop();
        long begin = System.nanoTime();
        while (System.nanoTime() - begin < delay.toNanos()) {
            SessionEvent event = poll();
            if (event != null) {
                handle(event);
            }
        }
    }

    /** Then all files are known, or come before the blocks that belong to them. */
    private boolean isAfterFileCopy() {
        return copy.state() == SnapshotState.PAGE_COPY || copy.state() == SnapshotState.REDO_COPY;
    }

    static Optional<CloneStage> stageOf(SnapshotState state) {
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
        if (!copy.isAnnounced(file)) {
            file.key().ifPresent(TablespaceKey::close);
            throw new MalformedPacketException(
                    "FileDescriptor", "fileIndex", 46, file.fileIndex() + " (expected: less than the files announced)");
        }
        target.files().applier().apply(file, copy.state());
        if (copy.filesKnown(target.files().table().dataFileCount())) {
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
