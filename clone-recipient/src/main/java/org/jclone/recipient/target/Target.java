package org.jclone.recipient.target;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jclone.protocol.clone.CloneError;
import org.jclone.protocol.clone.response.LocatorsResponse;
import org.jclone.protocol.innodb.descriptor.FileDescriptor;
import org.jclone.protocol.innodb.descriptor.SnapshotState;
import org.jclone.protocol.innodb.descriptor.StateDescriptor;
import org.jclone.recipient.api.CloneEvent;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.CloneProgress;
import org.jclone.recipient.api.CloneRequest;
import org.jclone.recipient.api.CloneResult;
import org.jclone.recipient.api.DonorErrorException;
import org.jclone.recipient.api.OtherEngines;
import org.jclone.recipient.api.StageProgress;
import org.jclone.recipient.api.StorageException;
import org.jclone.recipient.api.TargetConfiguration;
import org.jclone.recipient.api.TargetEncryption;
import org.jclone.recipient.apply.BlockWriter;
import org.jclone.recipient.apply.TargetFile;
import org.jclone.recipient.compat.DonorParameters;
import org.jclone.recipient.journal.DonorIdentity;
import org.jclone.recipient.journal.Journal;
import org.jclone.recipient.journal.JournalFile;
import org.jclone.recipient.journal.JournalHead;
import org.jclone.recipient.journal.JournalImage;
import org.jclone.recipient.progress.ProgressTracker;
import org.jclone.recipient.status.StatusFiles;
import org.jclone.recipient.storage.CloneFolder;
import org.jclone.recipient.storage.ClonedFiles;
import org.jclone.recipient.storage.DataDirectory;
import org.jclone.recipient.storage.Durable;
import org.jclone.recipient.verify.CloneVerification;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The target directory of one clone: its mark, its files, its journal, its status files. */
public final class Target implements AutoCloseable {

    private static final Logger LOGGER = LoggerFactory.getLogger(Target.class);

    private final CloneRequest request;
    private final DonorParameters donor;
    private final SnapshotCopy copy;
    private final DataDirectory directory;
    private final StatusFiles status;
    private final TargetFiles files;
    private final Instant begin;
    private Optional<JournalKeeper> keeper = Optional.empty();
    private Optional<StatusRefresher> refresher = Optional.empty();

    private Target(
            CloneRequest request,
            DonorParameters donor,
            SnapshotCopy copy,
            DataDirectory directory,
            StatusFiles status,
            TargetFiles files,
            Instant begin) {
        this.request = request;
        this.donor = donor;
        this.copy = copy;
        this.directory = directory;
        this.status = status;
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
            CloneRequest request,
            boolean emptied,
            DonorParameters donor,
            SnapshotCopy copy,
            boolean tls,
            Instant begin,
            Consumer<CloneEvent> events)
            throws CloneException {
        DataDirectory directory = DataDirectory.of(request.target());
        if (emptied) {
            directory.claimAgain();
        } else {
            directory.claim();
        }
        try {
            StatusFiles status = StatusFiles.begin(directory, request.donor(), begin);
            TargetFiles files = new TargetFiles(request.target(), donor, copy, directory, tls, events);
            return new Target(request, donor, copy, directory, status, files, begin);
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
    public static Target resume(
            CloneRequest request,
            UnfinishedClone unfinished,
            SnapshotCopy copy,
            boolean tls,
            Consumer<CloneEvent> events)
            throws CloneException {
        JournalImage image = unfinished.image();
        DataDirectory directory = DataDirectory.of(request.target());
        Instant begin = image.head().begin();
        StatusFiles status = StatusFiles.resume(directory, request.donor(), begin);
        TargetFiles files = new TargetFiles(request.target(), unfinished.donor(), copy, directory, tls, events);
        try {
            files.restore(image);
        } catch (CloneException | RuntimeException e) {
            files.close();
            throw e;
        }
        return new Target(request, unfinished.donor(), copy, directory, status, files, begin);
    }

    /** Begins the journal of a new clone. */
    public void beginJournal(Instant begin, LongSupplier receivedBytes, Consumer<CloneException> onFailure)
            throws CloneException {
        if (!request.interruptions().journal()) {
            return;
        }
        Journal journal = new Journal(JournalFile.create(journalPath()));
        LocatorsResponse locators = donor.locators();
        JournalHead head = new JournalHead(
                request.donor().toString(),
                begin,
                locators.protocolVersion(),
                locators.locators().get(0).locator(),
                donor.settings(),
                UnfinishedClone.mappings(request),
                UnfinishedClone.directories(request));
        try {
            journal.begin(head);
        } catch (StorageException | RuntimeException e) {
            journal.close();
            throw e;
        }
        keepJournal(journal, receivedBytes, onFailure);
    }

    /** Resumes the journal of another process. */
    public void resumeJournal(JournalFile file, LongSupplier receivedBytes, Consumer<CloneException> onFailure)
            throws CloneException {
        Journal journal = new Journal(file);
        journal.resume();
        keepJournal(journal, receivedBytes, onFailure);
    }

    private void keepJournal(Journal journal, LongSupplier receivedBytes, Consumer<CloneException> onFailure) {
        keeper = Optional.of(new JournalKeeper(journal, directory, files, receivedBytes, onFailure));
        files.logTo(journal);
    }

    private Path journalPath() {
        return CloneFolder.in(directory.root()).journal();
    }

    /** Records who the donor is, if this run knows it first, and from now on what arrives. */
    public void keepJournal(Optional<DonorIdentity> identity) throws CloneException {
        if (keeper.isPresent()) {
            keeper.get().begin(copy.chunks(), identity);
        }
    }

    /** Returns whether the journal says enough for another process to resume. */
    public boolean hasJournal() {
        return keeper.filter(JournalKeeper::isBegun).isPresent();
    }

    /** Leaves the journal as complete as it can be, for another process to resume. */
    public void rest() {
        tryToRecord(JournalKeeper::rest);
    }

    /** Records that all data is here and damaged, so that no later run checks it again. */
    public void recordDamage() {
        tryToRecord(JournalKeeper::damaged);
    }

    private interface Entry {
        void write(JournalKeeper keeper) throws CloneException;
    }

    private void tryToRecord(Entry entry) {
        if (!hasJournal()) {
            return;
        }
        try {
            entry.write(keeper.orElseThrow());
        } catch (CloneException e) {
            LOGGER.atInfo().addKeyValue("reason", e.getMessage()).log("cannot write the journal");
        }
    }

    /** Creates what writes the blocks of one connection. Call it on the connection's event loop. */
    public BlockWriter blockWriter(Consumer<CloneException> onFailure) {
        return new BlockWriter(files.table(), files.segmentWriter(), files.keyBlocks(), copy.chunks(), onFailure);
    }

    /** Expects blocks that are here already: after a reconnect the donor repeats the last ones. */
    public void expectRewrites() {
        files.segmentWriter().expectRewrites();
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
        if (keeper.isPresent() && copy.state() != SnapshotState.INIT) {
            keeper.get().endState();
        }
        copy.end();
    }

    /** Records that all files of FILE COPY exist. */
    public void recordMetadataComplete() throws CloneException {
        if (keeper.isPresent()) {
            keeper.get().metadataComplete();
        }
    }

    /** Gives files that DDL moved their final names. */
    public void finishRenames() throws CloneException {
        if (keeper.isPresent()) {
            keeper.get().finishing();
        }
        files.applier().finishRenames();
    }

    /** Records the new state and moves the copy to it. Accept none of its blocks until this returns. */
    public void move(StateDescriptor start) throws CloneException {
        if (keeper.isPresent()) {
            keeper.get().move(start, () -> copy.move(start));
        } else {
            copy.move(start);
        }
        if (copy.isAfterFileCopy()) {
            files.expectKeys();
        }
    }

    /** Publishes the progress in the status files until the clone ends. */
    public void showProgress(Supplier<CloneProgress> progress, Supplier<String> lastTrouble) {
        refresher = Optional.of(new StatusRefresher(status, progress, lastTrouble));
    }

    /** Stops {@link #showProgress}, so that the final status is not overwritten. */
    void endProgress() {
        refresher.ifPresent(StatusRefresher::close);
        refresher = Optional.empty();
    }

    /** Extends and flushes all files, then the directories that got new entries. */
    public void sync() throws CloneException {
        files.sync();
    }

    /** Reports, on any thread, a page so damaged that the clone must fail. */
    public void onDamage(Consumer<CloneException> listener) {
        files.verification().copyCheck().onDamage(listener);
    }

    /** Checks all files as the request demands and writes the manifest. */
    public void verify(Instant end, Consumer<CloneEvent> events) throws CloneException {
        Map<String, String> about = new LinkedHashMap<>();
        about.put("donor", request.donor().host() + ':' + request.donor().port());
        about.put("donorVersion", donor.version());
        about.put("begin", begin.toString());
        about.put("end", end.toString());
        about.putAll(CloneVerification.directories(request.target()));
        files.verify(about).forEach(events);
    }

    /**
     * Removes the mark of an unfinished clone. From now on a server starts here.
     *
     * @param moves whether the clone will be moved to another place; it keeps its journal until then
     */
    public void publish(List<StageProgress> stages, Instant end, boolean moves) throws CloneException {
        endProgress();
        status.complete(stages, end);
        keeper.ifPresent(JournalKeeper::close);
        if (moves) {
            return;
        }
        try {
            Durable.delete(journalPath());
        } catch (StorageException e) {
            LOGGER.atWarn().addKeyValue("reason", e.getMessage()).log("cannot delete the journal, which does no harm");
        }
    }

    /** Returns whether the mark is there, which prevents another clone into the directory. */
    public boolean isUnfinished() {
        return directory.isUnfinished();
    }

    /**
     * Removes the files and the marks of a clone before any data arrived. Nothing may be writing.
     *
     * @return whether nothing is left of it
     */
    public boolean tryToDiscard() {
        close();
        Path root = directory.root();
        try {
            Set<Path> made = new LinkedHashSet<>(ClonedFiles.in(root)); // one that could not be created is in no table
            files.table().liveFiles().forEach(file -> made.add(file.path()));
            for (Path file : made) {
                Files.deleteIfExists(file);
                deleteEmptyFolders(file.getParent(), root);
            }
            Files.deleteIfExists(journalPath());
        } catch (IOException | StorageException e) {
            LOGGER.atInfo().addKeyValue("reason", e).log("cannot remove what was begun");
            return false;
        }
        return FalseStart.tryToClear(root);
    }

    /** Stops at the data directory and at the targets of path mappings, which the operator created. */
    private void deleteEmptyFolders(Path folder, Path root) throws IOException {
        Path next = folder;
        while (!next.equals(root)
                && !request.target().pathMappings().containsValue(next)
                && (next.startsWith(root)
                        || request.target().pathMappings().values().stream().anyMatch(next::startsWith))) {
            try {
                Files.deleteIfExists(next);
            } catch (DirectoryNotEmptyException e) {
                return;
            }
            next = next.getParent();
        }
    }

    public void fail(List<StageProgress> stages, Instant end, CloneException failure) {
        endProgress();
        int number = CloneError.ER_CLONE_DONOR;
        if (failure instanceof DonorErrorException refused) {
            number = refused.donorError();
        } else if (failure instanceof StorageException) {
            number = CloneError.ER_ERROR_ON_WRITE;
        }
        try {
            status.fail(stages, end, number, failure.getMessage());
        } catch (StorageException e) {
            LOGGER.atInfo().addKeyValue("reason", e.getMessage()).log("cannot record the failure");
        }
    }

    /** Maps a path on the donor to the local path, for tablespaces outside its data directory. */
    public Map<String, Path> relocated() {
        return files.applier().relocated();
    }

    public CloneResult result(
            ProgressTracker progress,
            Duration elapsed,
            TargetConfiguration configuration,
            Optional<OtherEngines> otherEngines) {
        return new CloneResult(
                request.donor(),
                donor.version(),
                directory.root(),
                files.table().liveFiles().size(),
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

    /** Returns what is encrypted, if anything is. */
    public Optional<TargetEncryption> encryption() {
        return files.encryption();
    }

    @Override
    public void close() {
        endProgress();
        keeper.ifPresent(JournalKeeper::close);
        try {
            files.close();
        } catch (StorageException e) {
            LOGGER.atWarn().addKeyValue("reason", e.getMessage()).log("cannot close a file");
        }
    }
}
