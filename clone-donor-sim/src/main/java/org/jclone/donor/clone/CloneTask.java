package org.jclone.donor.clone;

import java.time.Duration;
import java.util.BitSet;
import java.util.Optional;
import org.jclone.donor.source.Block;
import org.jclone.donor.source.DataSource;
import org.jclone.protocol.clone.CloneError;
import org.jclone.protocol.clone.response.CompleteResponse;
import org.jclone.protocol.clone.response.DataDescriptorResponse;
import org.jclone.protocol.innodb.descriptor.CloneDescriptor;
import org.jclone.protocol.innodb.descriptor.DescriptorHeader;
import org.jclone.protocol.innodb.descriptor.FileDescriptor;
import org.jclone.protocol.innodb.descriptor.SnapshotState;
import org.jclone.protocol.innodb.descriptor.TaskDescriptor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * COM_EXECUTE on one connection: everything from the task descriptor to COM_RES_COMPLETE.
 *
 * <pre>
 * TASK
 * for each state   chunks as DATA, STATE end; the master waits for the acknowledgement, workers for the master;
 *                  master: FILE for each file that DDL changed; STATE start of the next;
 *                  master: FILE for each of its files
 * COM_RES_COMPLETE after STATE start of DONE
 * </pre>
 *
 * <p>After COM_REINIT the master continues at the point that {@link Resumption} determines.
 *
 * <p>Source: docs/protocol/02-innodb-clone-stream.md section 3.
 */
final class CloneTask {

    private static final Logger LOGGER = LoggerFactory.getLogger(CloneTask.class);

    /** How long a recipient may stall without reading anything. */
    private static final long MEMORY_PATIENCE_SECONDS = 60;

    private final CloneOperation operation;
    private final int index;
    private final ClonePeer peer;
    private final SnapshotPlan plan;
    private final DataSource source;
    private final BitSet announcedRedoFiles = new BitSet();

    CloneTask(CloneOperation operation, int index, ClonePeer peer) {
        this.operation = operation;
        this.index = index;
        this.peer = peer;
        plan = operation.plan();
        source = plan.source();
    }

    void run() throws DonorErrorException {
        send(new TaskDescriptor(DescriptorHeader.VERSION, index, 0, 0));
        SnapshotState state = operation.state();
        Resumption resumption = isMaster() ? operation.resumption() : Resumption.NONE;
        resume(state, resumption);
        boolean toldOfEnd = resumption.acknowledged();
        while (state != SnapshotState.DONE) {
            sendChunks(state);
            if (!toldOfEnd) {
                send(plan.end(state, index));
            }
            toldOfEnd = false;
            operation.finishState(index);
            state = isMaster() ? lead(state) : follow(state);
            begin(state);
        }
        if (isMaster()) {
            operation.tally().onComplete();
        }
        peer.send(CompleteResponse.INSTANCE);
    }

    private void resume(SnapshotState state, Resumption resumption) throws DonorErrorException {
        if (resumption.stateBegins()) {
            begin(state);
        } else if (resumption.filesMissing()) {
            sendFiles(plan.filesOf(state));
        }
    }

    private boolean isMaster() {
        return index == CloneOperation.MASTER;
    }

    private SnapshotState lead(SnapshotState state) throws DonorErrorException {
        long deadline = System.nanoTime() + operation.limits().patience().toNanos();
        while (!operation.awaitStateOver(peer, operation.limits().keepAliveInterval())) {
            if (System.nanoTime() > deadline) {
                throw DonorErrorException.internal("the end of " + state + " was not acknowledged");
            }
            send(plan.keepAlive(state, index));
        }
        if (state == SnapshotState.REDO_COPY) {
            plan.requireUnchanged(); // after this, the recipient considers its clone complete
        }
        SnapshotState next = operation.move();
        LOGGER.atDebug()
                .addKeyValue("cloneId", operation.cloneId())
                .addKeyValue("state", next)
                .log("the recipient has acknowledged, moving");
        return next;
    }

    private SnapshotState follow(SnapshotState state) throws DonorErrorException {
        while (!operation.awaitStateAfter(state, peer, operation.limits().keepAliveInterval())) {
            send(plan.keepAlive(state, index));
        }
        return operation.state();
    }

    private void begin(SnapshotState state) throws DonorErrorException {
        if (isMaster()) {
            sendFiles(plan.ddlBefore(state));
        }
        send(plan.start(state, index, isMaster()));
        if (isMaster()) {
            sendFiles(plan.filesOf(state));
        }
    }

    private void sendFiles(Iterable<FileDescriptor> files) throws DonorErrorException {
        for (FileDescriptor file : files) {
            operation.check();
            send(file);
        }
    }

    private void sendChunks(SnapshotState state) throws DonorErrorException {
        Optional<ChunkQueue.Part> part = operation.takeChunk();
        while (part.isPresent()) {
            sendChunk(state, part.get());
            part = operation.takeChunk();
        }
    }

    private void sendChunk(SnapshotState state, ChunkQueue.Part part) throws DonorErrorException {
        StatePlan statePlan = plan.plan(state);
        long chunk = part.chunk();
        int blockCount = statePlan.blockCount(chunk);
        int announcedDrop = -1;
        for (int number = (int) Math.min(part.firstBlock(), blockCount + 1L); number <= blockCount; number++) {
            operation.check();
            Block block = statePlan.block(chunk, number);
            if (state == SnapshotState.REDO_COPY) {
                announceRedoFile(block.fileIndex());
            } else if (operation.droppedFiles().isGone(state, block)) {
                if (announcedDrop != block.fileIndex()) {
                    announcedDrop = block.fileIndex();
                    send(plan.dropped(state, announcedDrop, chunk));
                }
                continue;
            }
            awaitTurn(state, block.length());
            takeMemory(block.length());
            peer.sendBlock(
                    plan.data(state, index, chunk, number, block),
                    into -> source.read(state, block, into),
                    () -> operation.memory().give(block.length()));
            operation.tally().onSent(block.length());
        }
    }

    private void takeMemory(int bytes) throws DonorErrorException {
        if (!operation.memory().take(bytes, MEMORY_PATIENCE_SECONDS)) {
            throw new DonorErrorException(
                    CloneError.ER_NET_WRITE_INTERRUPTED,
                    "too much unsent data: the recipient has read nothing for " + MEMORY_PATIENCE_SECONDS + " s");
        }
    }

    /**
     * Waits for the bandwidth limit, and sends keep-alives: the wait may be longer than a recipient waits for a
     * message.
     */
    private void awaitTurn(SnapshotState state, int bytes) throws DonorErrorException {
        long wait = operation.throttle().reserve(bytes);
        long interval = operation.limits().keepAliveInterval().toNanos();
        for (; wait > interval; wait -= interval) {
            operation.pause(peer, operation.limits().keepAliveInterval());
            send(plan.keepAlive(state, index));
        }
        if (wait > 0) {
            operation.pause(peer, Duration.ofNanos(wait));
        }
    }

    /** Announces a redo file before its first block. Each task does, as it may get there before the master. */
    private void announceRedoFile(int redoIndex) throws DonorErrorException {
        if (!announcedRedoFiles.get(redoIndex)) {
            announcedRedoFiles.set(redoIndex);
            send(plan.redoFile(redoIndex));
        }
    }

    private void send(CloneDescriptor descriptor) throws DonorErrorException {
        peer.send(DataDescriptorResponse.innodb(descriptor));
    }
}
