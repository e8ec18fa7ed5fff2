package org.jclone.recipient.target;

import java.util.List;
import java.util.Optional;
import org.jclone.protocol.clone.command.AttachCommand;
import org.jclone.protocol.clone.command.DdlSettings;
import org.jclone.protocol.clone.command.LocatorEntry;
import org.jclone.protocol.clone.command.ReinitCommand;
import org.jclone.protocol.innodb.descriptor.DescriptorHeader;
import org.jclone.protocol.innodb.descriptor.FileDescriptor;
import org.jclone.protocol.innodb.descriptor.Locator;
import org.jclone.protocol.innodb.descriptor.SnapshotState;
import org.jclone.protocol.innodb.descriptor.StateDescriptor;
import org.jclone.recipient.apply.ChunkMap;
import org.jclone.recipient.compat.DonorParameters;
import org.jclone.recipient.journal.JournalImage;

/**
 * How much of the donor's snapshot is here, which is what outlives connections: the state, its chunks, whether all
 * files are known. From it comes the locator that makes the donor go on.
 *
 * <p>State and flags change on the session's thread, between two barriers or while no connection streams; event loops
 * read them. Source: docs/protocol/02-innodb-clone-stream.md, section 2.
 */
public final class SnapshotCopy {

    private final DdlSettings ddl;
    private final ChunkMap chunks;

    private int protocolVersion;
    private Locator identity;
    private volatile SnapshotState state = SnapshotState.INIT;
    private volatile long expectedFiles = Long.MAX_VALUE;
    private volatile boolean metadataComplete;
    private boolean ended;

    public SnapshotCopy(DdlSettings ddl, DonorParameters donor) {
        this.ddl = ddl;
        chunks = new ChunkMap(donor.pageSize());
        begin(donor);
    }

    /** Takes up another snapshot, as nothing has come of the one before. */
    public void begin(DonorParameters donor) {
        protocolVersion = donor.locators().protocolVersion();
        identity = donor.locators().locators().get(0).innodbLocator();
    }

    /** Takes up what another process received. */
    public void restore(JournalImage image) {
        image.stateStart().ifPresent(this::move);
        image.claims().forEach(chunks::restore);
        metadataComplete = image.isMetadataComplete();
        ended = image.isEnded() || state == SnapshotState.INIT; // its end is acknowledged without being noted
    }

    public ChunkMap chunks() {
        return chunks;
    }

    public SnapshotState state() {
        return state;
    }

    /** All connections have come to the start of the next state. */
    public void move(StateDescriptor start) {
        chunks.begin(start);
        state = start.state();
        ended = false;
        if (state == SnapshotState.FILE_COPY) {
            expectedFiles = start.fileCount();
        }
    }

    /** All connections have come to the end of the state, and everything of it is written. */
    public void end() {
        ended = true;
    }

    /** Whether the end of the state has been, or may have been, acknowledged. */
    public boolean isEnded() {
        return ended;
    }

    /** Whether nothing more can come from the donor. */
    public boolean isWhole() {
        return isWhole(state, ended);
    }

    /** Whether nothing more can come of a snapshot in this state, whose end has been acknowledged or not. */
    static boolean isWhole(SnapshotState state, boolean ended) {
        return state == SnapshotState.DONE || state == SnapshotState.REDO_COPY && ended;
    }

    /**
     * Whether the start of FILE COPY announced the file. What DDL brings later has the next state; redo files have
     * numbers of their own.
     */
    public boolean isAnnounced(FileDescriptor file) {
        return file.state() != SnapshotState.FILE_COPY || file.fileIndex() < expectedFiles;
    }

    /**
     * Data files up to this count are known.
     *
     * @return true if with this all are, which it is once
     */
    public boolean filesKnown(int count) {
        if (state == SnapshotState.FILE_COPY && !metadataComplete && count == expectedFiles) {
            metadataComplete = true;
            return true;
        }
        return false;
    }

    public boolean isMetadataComplete() {
        return metadataComplete;
    }

    /** Names the clone. */
    public Locator identity() {
        return identity;
    }

    public AttachCommand attachCommand() {
        return new AttachCommand(protocolVersion, ddl, List.of(LocatorEntry.innodb(identity)));
    }

    /** Asks the donor to go on after what is here. No connection may be writing any more. */
    public ReinitCommand reinitCommand() {
        boolean plain = state == SnapshotState.INIT || state == SnapshotState.DONE;
        Locator restart = new Locator(
                DescriptorHeader.VERSION,
                identity.cloneId(),
                identity.snapshotId(),
                0,
                state,
                !plain && metadataComplete,
                plain ? Optional.empty() : Optional.of(chunks.progress()));
        return new ReinitCommand(protocolVersion, ddl, List.of(LocatorEntry.innodb(restart)));
    }
}
