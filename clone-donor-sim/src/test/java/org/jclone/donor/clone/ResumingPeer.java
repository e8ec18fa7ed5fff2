package org.jclone.donor.clone;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jclone.donor.api.DonorProfile;
import org.jclone.donor.clone.CloneConversation.Outcome;
import org.jclone.protocol.clone.command.AckCommand;
import org.jclone.protocol.clone.command.CloneCommand;
import org.jclone.protocol.clone.command.DdlSettings;
import org.jclone.protocol.clone.command.ExecuteCommand;
import org.jclone.protocol.clone.command.InitCommand;
import org.jclone.protocol.clone.command.LocatorEntry;
import org.jclone.protocol.clone.command.ReinitCommand;
import org.jclone.protocol.clone.response.CloneResponse;
import org.jclone.protocol.clone.response.CompleteResponse;
import org.jclone.protocol.clone.response.DataDescriptorResponse;
import org.jclone.protocol.clone.response.LocatorsResponse;
import org.jclone.protocol.innodb.descriptor.CloneDescriptor;
import org.jclone.protocol.innodb.descriptor.DataDescriptor;
import org.jclone.protocol.innodb.descriptor.FileDescriptor;
import org.jclone.protocol.innodb.descriptor.IncompleteChunk;
import org.jclone.protocol.innodb.descriptor.Locator;
import org.jclone.protocol.innodb.descriptor.RestartProgress;
import org.jclone.protocol.innodb.descriptor.SnapshotState;
import org.jclone.protocol.innodb.descriptor.StateDescriptor;

/** A recipient with one connection that breaks repeatedly. It tracks the contents of its locator. */
final class ResumingPeer implements ClonePeer {

    private static final DdlSettings DDL = new DdlSettings(300, false);
    private static final int VERSION = 0x0103;

    private final CloneRegistry registry;

    /** What was received on all connections: blocks, and descriptors except those of tasks. */
    final List<DataDescriptor> blocks = new ArrayList<>();

    final List<CloneDescriptor> descriptors = new ArrayList<>();

    private final Map<Long, Long> blocksOfChunk = new TreeMap<>();
    private final BitSet files = new BitSet();
    private Locator named = Locator.forVersion();
    private SnapshotState state = SnapshotState.INIT;
    private long fileCount = -1;
    private long chunkCount;
    private int messagesLeft;
    private boolean losesAck;
    boolean complete;

    ResumingPeer(CloneRegistry registry) {
        this.registry = registry;
    }

    /** Runs one connection, which breaks after this many messages of COM_EXECUTE, or earlier at the first ACK. */
    Outcome connect(int messages, boolean losingAck) {
        messagesLeft = Integer.MAX_VALUE;
        CloneConversation conversation = new CloneConversation(registry, DonorProfile.mysql97(), this);
        Outcome outcome = conversation.serve(setup());
        if (outcome == Outcome.GO_ON) {
            messagesLeft = messages;
            losesAck = losingAck;
            outcome = conversation.serve(ExecuteCommand.INSTANCE);
        }
        conversation.end();
        return outcome;
    }

    private CloneCommand setup() {
        if (named.cloneId() == 0) {
            return new InitCommand(VERSION, DDL, List.of(LocatorEntry.innodb(named)));
        }
        boolean inData = state != SnapshotState.INIT && state != SnapshotState.DONE;
        Locator locator = new Locator(
                named.version(),
                named.cloneId(),
                named.snapshotId(),
                0,
                state,
                files.cardinality() == fileCount,
                inData ? Optional.of(progress()) : Optional.empty());
        return new ReinitCommand(VERSION, DDL, List.of(LocatorEntry.innodb(locator)));
    }

    /** Counts the last chunk as incomplete, as a real recipient does. */
    private RestartProgress progress() {
        List<IncompleteChunk> incomplete = blocksOfChunk.keySet().stream()
                .max(Long::compare)
                .map(chunk -> List.of(new IncompleteChunk(chunk, blocksOfChunk.get(chunk))))
                .orElse(List.of());
        return new RestartProgress(incomplete, RestartProgress.bitmapWords(chunkCount, blocksOfChunk::containsKey));
    }

    @Override
    public void send(CloneResponse response) throws DonorErrorException {
        countDown();
        if (response instanceof LocatorsResponse locators) {
            named = locators.locators().get(0).innodbLocator();
        } else if (response instanceof DataDescriptorResponse described) {
            take(described.descriptor());
        } else if (response instanceof CompleteResponse && state == SnapshotState.DONE) {
            complete = true;
        }
    }

    private void take(CloneDescriptor descriptor) throws DonorErrorException {
        descriptors.add(descriptor);
        if (descriptor instanceof FileDescriptor file && state == SnapshotState.FILE_COPY) {
            files.set((int) file.fileIndex());
        } else if (descriptor instanceof StateDescriptor found && found.isStart()) {
            state = found.state();
            chunkCount = found.chunkCount();
            fileCount = state == SnapshotState.FILE_COPY ? found.fileCount() : fileCount;
            blocksOfChunk.clear();
        } else if (descriptor instanceof StateDescriptor) {
            acknowledge((StateDescriptor) descriptor);
        }
    }

    private void acknowledge(StateDescriptor end) throws DonorErrorException {
        if (losesAck) {
            throw DonorErrorException.connectionLost();
        }
        CloneConversation aux = new CloneConversation(registry, DonorProfile.mysql97(), new RecordingPeer());
        aux.serve(AckCommand.of(named, end));
    }

    @Override
    public void sendBlock(DataDescriptor descriptor, BlockReader reader, Runnable done) throws DonorErrorException {
        countDown();
        try {
            reader.read(ByteBuffer.allocate((int) descriptor.dataLength()));
        } catch (IOException e) {
            throw DonorErrorException.internal(e.getMessage());
        }
        done.run();
        blocks.add(descriptor);
        blocksOfChunk.put(descriptor.chunk(), descriptor.block());
    }

    private void countDown() throws DonorErrorException {
        if (messagesLeft-- <= 0) {
            throw DonorErrorException.connectionLost();
        }
    }

    @Override
    public String name() {
        return "somebody@10.1.2.3:4567";
    }

    @Override
    public boolean isSecure() {
        return false;
    }

    @Override
    public boolean isOpen() {
        return true;
    }
}
