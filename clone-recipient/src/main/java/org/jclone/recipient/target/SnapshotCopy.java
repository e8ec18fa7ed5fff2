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
 * How much of the donor's snapshot is here: the state, its chunks, whether all files are known. It outlives connections
 * and yields the locator with which the donor resumes. Nothing else keeps the state; others ask for it.
 *
 * <p>{@link Target} alone changes the state, on the session's thread, between two barriers or while no connection
 * streams, and only after the journal has recorded the change. Event loops read it. Source: docs/protocol/02-innodb-clone-stream.md, section 2.
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

    /** Switches to another snapshot. Nothing of the previous one has arrived. */
    public void begin(DonorParameters donor) {
        protocolVersion = donor.locators().protocolVersion();
        identity = donor.locators().locators().get(0).innodbLocator();
    }

    /** Restores what another process received. */
    public void restore(JournalImage image) {
        image.stateStart().ifPresent(this::move);
        image.claims().forEach(chunks::restore);
        metadataComplete = image.isMetadataComplete();
        ended = image.isEnded() || state == SnapshotState.INIT; // the end of INIT is acknowledged but not recorded
    }

    public ChunkMap chunks() {
        return chunks;
    }

    public SnapshotState state() {
        return state;
    }

    /** Moves to the next state. All connections have reached its start. */
    void move(StateDescriptor start) {
        chunks.begin(start);
        state = start.state();
        ended = false;
        if (state == SnapshotState.FILE_COPY) {
            expectedFiles = start.fileCount();
        }
    }

    /** Ends the state. All connections have reached its end, and all its blocks are written. */
    void end() {
        ended = true;
    }

    /** Returns whether the end of the state was, or may have been, acknowledged. */
    public boolean isEnded() {
        return ended;
    }

    /** Returns whether everything has arrived. */
    public boolean isWhole() {
        return isWhole(state, ended);
    }

    /** Returns whether everything has arrived of a snapshot in this state. */
    static boolean isWhole(SnapshotState state, boolean ended) {
        return state == SnapshotState.DONE || state == SnapshotState.REDO_COPY && ended;
    }

    /**
     * Returns whether the start of FILE COPY announced the file. Files that DDL adds later carry the next state; redo files
     * have their own numbers.
     */
    public boolean isAnnounced(FileDescriptor file) {
        return file.state() != SnapshotState.FILE_COPY || file.fileIndex() < expectedFiles;
    }

    /**
     * Takes the number of known data files.
     *
     * @return true once, when all are known
     */
    boolean filesKnown(int count) {
        if (state == SnapshotState.FILE_COPY && !metadataComplete && count == expectedFiles) {
            metadataComplete = true;
            return true;
        }
        return false;
    }

    /** Returns whether all files are known, or arrive before the blocks that belong to them. */
    public boolean isAfterFileCopy() {
        return state == SnapshotState.PAGE_COPY || state == SnapshotState.REDO_COPY;
    }

    public boolean isMetadataComplete() {
        return metadataComplete;
    }

    /** Returns the locator that names the clone. */
    public Locator identity() {
        return identity;
    }

    public AttachCommand attachCommand() {
        return new AttachCommand(protocolVersion, ddl, List.of(LocatorEntry.innodb(identity)));
    }

    /** Returns the command to resume after what is here. No connection may be writing. */
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
