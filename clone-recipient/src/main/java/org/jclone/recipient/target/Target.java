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
import org.jclone.recipient.compat.DonorParameters;
import org.jclone.recipient.journal.Journal;
import org.jclone.recipient.journal.JournalFile;
import org.jclone.recipient.journal.JournalHead;
import org.jclone.recipient.journal.JournalImage;
import org.jclone.recipient.progress.ProgressTracker;
import org.jclone.recipient.status.StatusFiles;
import org.jclone.recipient.storage.ClonedFiles;
import org.jclone.recipient.storage.DataDirectory;
import org.jclone.recipient.storage.Durable;
import org.jclone.recipient.verify.CloneVerification;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The local side of one clone: the directory, and its files. */
public final class Target implements AutoCloseable {

    private static final Logger LOGGER = LoggerFactory.getLogger(Target.class);

    private final CloneRequest request;
    private final DonorParameters donor;
    private final DataDirectory directory;
    private final StatusFiles status;
    private final TargetFiles files;
    private final Instant begin;
    private Optional<JournalKeeper> keeper = Optional.empty();
    private Optional<StatusRefresher> refresher = Optional.empty();

    private Target(
            CloneRequest request,
            DonorParameters donor,
            DataDirectory directory,
            StatusFiles status,
            TargetFiles files,
            Instant begin) {
        this.request = request;
        this.donor = donor;
        this.directory = directory;
        this.status = status;
        this.files = files;
        this.begin = begin;
    }

    /**
     * Makes the directory and marks it as unfinished.
     *
     * @param emptied whether an unfinished clone was removed from it, beside which there may be files of others
     * @param tls whether the donor's data comes over TLS
     */
    public static Target create(
            CloneRequest request,
            boolean emptied,
            DonorParameters donor,
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
            TargetFiles files = new TargetFiles(request.target(), donor, directory, tls, events);
            return new Target(request, donor, directory, status, files, begin);
        } catch (CloneException e) {
            FalseStart.tryToClear(directory.root());
            throw e;
        }
    }

    /** Takes up the directory as another process left it. */
    public static Target resume(
            CloneRequest request, UnfinishedClone unfinished, boolean tls, Consumer<CloneEvent> events)
            throws CloneException {
        JournalImage image = unfinished.image();
        DataDirectory directory = DataDirectory.of(request.target());
        Instant begin = image.head().begin();
        StatusFiles status = StatusFiles.resume(directory, request.donor(), begin);
        TargetFiles files = new TargetFiles(request.target(), unfinished.donor(), directory, tls, events);
        try {
            files.restore(image);
        } catch (CloneException | RuntimeException e) {
            files.close();
            throw e;
        }
        return new Target(request, unfinished.donor(), directory, status, files, begin);
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

    /** Goes on with the journal of another process. */
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
        return directory.root().resolve("#clone").resolve(JournalFile.NAME);
    }

    public Optional<JournalKeeper> keeper() {
        return keeper;
    }

    public TargetFiles files() {
        return files;
    }

    /** Shows from now on, until the clone ends, how far it is. */
    public void showProgress(Supplier<CloneProgress> progress, Supplier<String> lastTrouble) {
        refresher = Optional.of(new StatusRefresher(status, progress, lastTrouble));
    }

    /** Ends what {@link #showProgress} began, so that nobody writes beside us what comes last. */
    void endProgress() {
        refresher.ifPresent(StatusRefresher::close);
        refresher = Optional.empty();
    }

    /** Extends and flushes all files, then the directories that got new entries. */
    public void sync() throws CloneException {
        files.sync();
    }

    /** Told, on any thread, of a page so damaged that the clone must fail. */
    public void onDamage(Consumer<CloneException> listener) {
        files.verification().copyCheck().onDamage(listener);
    }

    /** Looks at everything once more and leaves the manifest. */
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
     * Takes the mark of an unfinished clone away: from now on a server starts here.
     *
     * @param moves whether the clone is to go to another place; until it is there it keeps its journal
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
            LOGGER.atWarn()
                    .addKeyValue("reason", e.getMessage())
                    .log("the journal stays, of which nobody takes notice");
        }
    }

    /** Whether it bears the mark, and so cannot be cloned into. */
    public boolean isUnfinished() {
        return directory.isUnfinished();
    }

    /**
     * Removes the files of a clone before any data came, and what marks it. Nothing may write any more.
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

    /** Up to the data directory, or where a path mapping leads, both of which are the operator's. */
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
            LOGGER.atInfo().addKeyValue("reason", e.getMessage()).log("cannot note the failure");
        }
    }

    /** Donor's absolute path to local path, for tablespaces outside its data directory. */
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

    /** What of the clone is encrypted, if anything is. */
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
