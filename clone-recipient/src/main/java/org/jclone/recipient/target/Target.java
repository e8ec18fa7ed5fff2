package org.jclone.recipient.target;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jclone.protocol.innodb.descriptor.FileDescriptor;
import org.jclone.protocol.innodb.descriptor.SnapshotState;
import org.jclone.protocol.innodb.descriptor.StateDescriptor;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.CloneRequest;
import org.jclone.recipient.api.CloneResult;
import org.jclone.recipient.api.OtherEngines;
import org.jclone.recipient.api.StorageException;
import org.jclone.recipient.api.TargetConfiguration;
import org.jclone.recipient.api.TargetEncryption;
import org.jclone.recipient.apply.BlockWriter;
import org.jclone.recipient.apply.TargetFile;
import org.jclone.recipient.compat.DonorParameters;
import org.jclone.recipient.journal.DonorIdentity;
import org.jclone.recipient.journal.Journal;
import org.jclone.recipient.journal.JournalFile;
import org.jclone.recipient.progress.ProgressTracker;
import org.jclone.recipient.status.StatusFiles;
import org.jclone.recipient.storage.CloneFolder;
import org.jclone.recipient.storage.DataDirectory;
import org.jclone.recipient.storage.Durable;
import org.jclone.recipient.storage.StopCheck;
import org.jclone.recipient.verify.CloneVerification;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The target directory of one clone: its mark, its files, its journal, its status files.
 *
 * <pre>
 * create ─► beginJournal  ─┐                          ┌─► sync ─► verify ─► publish     a server may start here
 *                          ├─► apply, move, endState ─┤
 * resume ─► resumeJournal ─┘    on each state         ├─► rest, fail                    another process can resume
 *                                                     └─► tryToDiscard                  as if there had been no clone
 * </pre>
 */
public final class Target implements AutoCloseable {

    private static final Logger LOGGER = LoggerFactory.getLogger(Target.class);

    private final TargetContext context;
    private final CloneRequest request;
    private final DonorParameters donor;
    private final SnapshotCopy copy;
    private final DataDirectory directory;
    private final StatusKeeper status;
    private final TargetFiles files;
    private final Instant begin;
    private Keeper keeper = Keeper.NONE;

    private Target(
            TargetContext context,
            DonorParameters donor,
            SnapshotCopy copy,
            DataDirectory directory,
            StatusFiles status,
            TargetFiles files,
            Instant begin) {
        this.context = context;
        this.request = context.request();
        this.donor = donor;
        this.copy = copy;
        this.directory = directory;
        this.status = new StatusKeeper(status, context.progress(), context.clock());
        this.files = files;
        this.begin = begin;
    }

    /**
     * Creates the directory and marks it as unfinished.
     *
     * @param emptied whether an unfinished clone was removed from it; files that no clone makes may remain there
     * @param copy empty
     * @param tls whether the donor's data arrives over TLS
     */
    public static Target create(
            TargetContext context,
            boolean emptied,
            DonorParameters donor,
            SnapshotCopy copy,
            boolean tls,
            Instant begin)
            throws CloneException {
        CloneRequest request = context.request();
        DataDirectory directory = DataDirectory.of(request.target());
        if (emptied) {
            directory.claimAgain();
        } else {
            directory.claim();
        }
        try {
            StatusFiles status = StatusFiles.begin(directory, request.donor(), begin);
            TargetFiles files = new TargetFiles(request.target(), donor, copy, directory, tls, context.events());
            return new Target(context, donor, copy, directory, status, files, begin);
        } catch (CloneException e) {
            FalseStart.tryToClear(directory.root());
            throw e;
        }
    }

    /**
     * Opens the directory as another process left it.
     *
     * @param copy what that process received
     */
    public static Target resume(TargetContext context, UnfinishedClone unfinished, SnapshotCopy copy, boolean tls)
            throws CloneException {
        CloneRequest request = context.request();
        DataDirectory directory = DataDirectory.of(request.target());
        Instant begin = unfinished.image().head().begin();
        StatusFiles status = StatusFiles.resume(directory, request.donor(), begin);
        TargetFiles files =
                new TargetFiles(request.target(), unfinished.donor(), copy, directory, tls, context.events());
        try {
            files.restore(unfinished.image());
        } catch (CloneException | RuntimeException e) {
            files.close();
            throw e;
        }
        return new Target(context, unfinished.donor(), copy, directory, status, files, begin);
    }

    /** Publishes the progress in the status files until the clone ends. */
    public void showProgress(Supplier<String> lastTrouble) {
        status.show(lastTrouble);
    }

    /** Begins the journal of a new clone. */
    public void beginJournal() throws CloneException {
        if (!request.interruptions().journal()) {
            return;
        }
        Journal journal = new Journal(JournalFile.create(journalPath()));
        try {
            journal.begin(UnfinishedClone.head(request, donor, begin));
        } catch (StorageException | RuntimeException e) {
            journal.close();
            throw e;
        }
        keep(journal);
    }

    /** Resumes the journal of another process. */
    public void resumeJournal(JournalFile file) throws CloneException {
        Journal journal = new Journal(file);
        journal.resume();
        keep(journal);
    }

    private void keep(Journal journal) {
        keeper = new JournalKeeper(
                journal,
                directory,
                files,
                context.progress()::totalDataBytes,
                context.onFailure(),
                context.nanoClock());
        files.logTo(journal);
    }

    private Path journalPath() {
        return CloneFolder.in(directory.root()).journal();
    }

    /** Records who the donor is, if this run knows it first, and from now on what arrives. */
    public void keepJournal(Optional<DonorIdentity> identity) throws CloneException {
        keeper.begin(copy.chunks(), identity);
    }

    /** Returns whether the journal says enough for another process to resume. */
    public boolean hasJournal() {
        return keeper.isBegun();
    }

    /** Creates what writes the blocks of one connection. Call it on the connection's event loop. */
    public BlockWriter blockWriter(Consumer<CloneException> onFailure) {
        return new BlockWriter(files.table(), files.segmentWriter(), files.keyBlocks(), copy.chunks(), onFailure);
    }

    /** Expects blocks that are here already: after a reconnect the donor repeats the last ones. */
    public void expectRewrites() {
        files.segmentWriter().expectRewrites();
    }

    /** Reports, on any thread, a page so damaged that the clone must fail. */
    public void onDamage(Consumer<CloneException> listener) {
        files.verification().copyCheck().onDamage(listener);
    }

    /**
     * Creates or changes a file as the donor describes it.
     *
     * @return true once, when all files of FILE COPY are known
     */
    public boolean apply(FileDescriptor file) throws CloneException {
        files.applier().apply(file, copy.state());
        return copy.filesKnown(files.table().dataFileCount());
    }

    /** Returns the files of the finished clone, as far as they are known. */
    public List<TargetFile> liveFiles() {
        return files.table().liveFiles();
    }

    /** Returns what the donor announced for the state and has not sent, if anything. */
    public Optional<String> missing() {
        return copy.chunks().missing(files.table());
    }

    /** Flushes and records a state that is complete. Acknowledge it to the donor only after this. */
    public void endState() throws CloneException {
        if (copy.state() != SnapshotState.INIT) {
            keeper.endState();
            files.expectKeys();
        }
        copy.end();
    }

    /** Records that all files of FILE COPY exist. */
    public void recordMetadataComplete() throws CloneException {
        keeper.metadataComplete();
    }

    /** Gives files that DDL moved their final names. */
    public void finishRenames() throws CloneException {
        keeper.finishing();
        files.applier().finishRenames();
    }

    /** Records the new state and moves the copy to it. Accept none of its blocks until this returns. */
    public void move(StateDescriptor start) throws CloneException {
        keeper.move(start, () -> copy.move(start));
    }

    /**
     * Extends and flushes all files, then the directories that got new entries.
     *
     * @param stop asked before each file
     */
    public void sync(StopCheck stop) throws CloneException {
        files.sync(stop);
    }

    /**
     * Checks all files as the request demands and writes the manifest.
     *
     * @param stop asked before each read
     */
    public void verify(StopCheck stop) throws CloneException {
        Map<String, String> about = new LinkedHashMap<>();
        about.put("donor", request.donor().host() + ':' + request.donor().port());
        about.put("donorVersion", donor.version());
        about.put("begin", begin.toString());
        about.put("end", context.clock().instant().toString());
        about.putAll(CloneVerification.directories(request.target()));
        files.verify(about, stop).forEach(context.events());
    }

    /**
     * Removes the mark of an unfinished clone. From now on a server starts here.
     *
     * @param moves whether the clone will be moved to another place; it keeps its journal until then
     */
    public void publish(boolean moves) throws CloneException {
        status.complete();
        keeper.close();
        if (moves) {
            return;
        }
        try {
            Durable.delete(journalPath());
        } catch (StorageException e) {
            LOGGER.atWarn().addKeyValue("reason", e.getMessage()).log("cannot delete the journal, which does no harm");
        }
    }

    public CloneResult result(
            Duration elapsed, TargetConfiguration configuration, Optional<OtherEngines> otherEngines) {
        ProgressTracker progress = context.progress();
        return new CloneResult(
                request.donor(),
                donor.version(),
                directory.root(),
                liveFiles().size(),
                progress.earlierBytes() + progress.totalDataBytes(),
                progress.earlierBytes(),
                progress.totalNetworkBytes(),
                progress.maxConnections(),
                elapsed,
                progress.stages(),
                relocated(),
                encryption(),
                donor.settings(),
                configuration,
                otherEngines);
    }

    /** Maps a path on the donor to the local path, for tablespaces outside its data directory. */
    public Map<String, Path> relocated() {
        return files.applier().relocated();
    }

    /** Returns what is encrypted, if anything is. */
    public Optional<TargetEncryption> encryption() {
        return files.encryption();
    }

    /** Leaves the journal as complete as it can be, for another process to resume. */
    public void rest() {
        if (hasJournal()) {
            tryToRecord(keeper::rest);
        }
    }

    /** Records that all data is here and damaged, so that no later run checks it again. */
    public void recordDamage() {
        if (hasJournal()) {
            tryToRecord(keeper::damaged);
        }
    }

    /** Records the failure in the status files. */
    public void fail(CloneException failure) {
        tryToRecord(() -> status.fail(failure));
    }

    private interface Step {
        void run() throws CloneException;
    }

    private static void tryToRecord(Step step) {
        try {
            step.run();
        } catch (CloneException e) {
            LOGGER.atInfo().addKeyValue("reason", e.getMessage()).log("cannot record how the clone ended");
        }
    }

    /** Returns whether the mark is there, which prevents another clone into the directory. */
    public boolean isUnfinished() {
        return CloneFolder.in(directory.root()).isMarked();
    }

    /**
     * Removes the files and the marks of a clone before any data arrived. Nothing may be writing.
     *
     * @return whether nothing is left of it
     */
    public boolean tryToDiscard() {
        close();
        return FalseStart.tryToDiscard(
                directory.root(),
                liveFiles().stream().map(TargetFile::path).toList(),
                request.target().pathMappings().values());
    }

    @Override
    public void close() {
        status.close();
        keeper.close();
        try {
            files.close();
        } catch (StorageException e) {
            LOGGER.atWarn().addKeyValue("reason", e.getMessage()).log("cannot close a file");
        }
    }
}
