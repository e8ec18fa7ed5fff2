package org.jclone.recipient.session;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jclone.protocol.innodb.descriptor.StateDescriptor;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneEvent;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.CloneRequest;
import org.jclone.recipient.api.CloneResult;
import org.jclone.recipient.api.DonorErrorException;
import org.jclone.recipient.api.StageProgress;
import org.jclone.recipient.api.StorageException;
import org.jclone.recipient.api.TargetConfiguration;
import org.jclone.recipient.api.TargetEncryption;
import org.jclone.recipient.apply.FileApplier;
import org.jclone.recipient.apply.FileSync;
import org.jclone.recipient.apply.FileTable;
import org.jclone.recipient.apply.KeyBlocks;
import org.jclone.recipient.apply.RedoNaming;
import org.jclone.recipient.apply.SegmentWriter;
import org.jclone.recipient.apply.TargetFile;
import org.jclone.recipient.compat.DonorParameters;
import org.jclone.recipient.encryption.TargetKeys;
import org.jclone.recipient.progress.ProgressTracker;
import org.jclone.recipient.status.StatusFiles;
import org.jclone.recipient.storage.DataDirectory;
import org.jclone.recipient.storage.DirectIo;
import org.jclone.recipient.storage.Durable;
import org.jclone.recipient.storage.OpenFiles;
import org.jclone.recipient.verify.CloneVerification;
import org.jclone.recipient.verify.PageFile;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The local side of one clone: the directory, and its files. */
final class Target implements AutoCloseable {

    private static final Logger LOGGER = LoggerFactory.getLogger(Target.class);

    /** {@code ER_CLONE_DONOR} and {@code ER_ERROR_ON_WRITE}: what {@code clone_status} shows of a failure. */
    private static final int ER_CLONE_DONOR = 3862;

    private static final int ER_ERROR_ON_WRITE = 1026;

    private final CloneRequest request;
    private final DonorParameters donor;
    private final DataDirectory directory;
    private final StatusFiles status;
    private final OpenFiles openFiles;
    private final SegmentWriter segmentWriter;
    private final FileTable files;
    private final CloneVerification verification;
    private final Instant begin;
    private final TargetKeys keys;
    private final KeyBlocks keyBlocks;
    private final FileApplier applier;

    private Target(
            CloneRequest request,
            DonorParameters donor,
            DataDirectory directory,
            StatusFiles status,
            CloneVerification verification,
            TargetKeys keys,
            Instant begin,
            Consumer<CloneEvent> events) {
        this.request = request;
        this.donor = donor;
        this.directory = directory;
        this.status = status;
        this.verification = verification;
        this.begin = begin;
        files = new FileTable(donor.pageSize());
        this.keys = keys;
        keyBlocks = new KeyBlocks(keys, donor.pageSize());
        openFiles = new OpenFiles(DirectIo.probe(directory.root(), request.directIo()));
        segmentWriter = new SegmentWriter(openFiles, donor.pageSize(), verification.copyCheck());
        applier = new FileApplier(
                files,
                directory,
                openFiles,
                RedoNaming.of(donor.versionNumber()),
                keys,
                donor.pageSize(),
                donor.versionNumber(),
                events);
    }

    /** Looks whether the directory can be used, and changes nothing. */
    static void check(CloneRequest request) throws CloneException {
        new DataDirectory(request.directory(), request.pathMappings()).check();
        TargetKeys.check(request.encryption(), request.directory());
    }

    /**
     * Makes the directory and marks it as unfinished.
     *
     * @param tls whether the donor's data comes over TLS
     */
    static Target create(
            CloneRequest request, DonorParameters donor, boolean tls, Instant begin, Consumer<CloneEvent> events)
            throws CloneException {
        DataDirectory directory = new DataDirectory(request.directory(), request.pathMappings());
        directory.claim();
        StatusFiles status = StatusFiles.begin(directory, request.donor(), begin);
        CloneVerification verification = CloneVerification.begin(request.verify(), directory.root(), donor.pageSize());
        return new Target(
                request,
                donor,
                directory,
                status,
                verification,
                new TargetKeys(request.encryption(), tls),
                begin,
                events);
    }

    FileTable files() {
        return files;
    }

    SegmentWriter segmentWriter() {
        return segmentWriter;
    }

    KeyBlocks keyBlocks() {
        return keyBlocks;
    }

    FileApplier applier() {
        return applier;
    }

    /** Compares the donor's estimate with what is free, as FILE COPY begins. */
    void checkSpace(StateDescriptor fileCopy) throws CloneException {
        long needed = fileCopy.estimatedDiskBytes();
        long usable = directory.usableBytes();
        if (needed > usable) {
            throw new StorageException(
                    CloneErrorCode.DISK_FULL,
                    "the clone needs " + needed + " bytes, and " + usable + " are free in " + directory.root(),
                    "Free space there, or choose another --dir. Nothing was copied.",
                    directory.root(),
                    -1,
                    null);
        }
    }

    void showProgress(List<StageProgress> stages) {
        try {
            status.writeProgress(stages);
        } catch (StorageException e) {
            LOGGER.atWarn().addKeyValue("reason", e.getMessage()).log("cannot note the progress");
        }
    }

    /** Extends and flushes all files, then the directories that got new entries. */
    void sync() throws CloneException {
        openFiles.closeIdle();
        new FileSync(donor.pageSize()).run(files.liveFiles());
        for (var touched : directory.touchedDirectories()) {
            Durable.flushDirectory(touched);
        }
    }

    /** Told, on any thread, of a page so damaged that the clone must fail. */
    void onDamage(Consumer<CloneException> listener) {
        verification.copyCheck().onDamage(listener);
    }

    /** Looks at everything once more and leaves the manifest. */
    void verify(Instant end, Consumer<CloneEvent> events) throws CloneException {
        Map<String, String> about = new LinkedHashMap<>();
        about.put("donor", request.donor().host() + ':' + request.donor().port());
        about.put("donorVersion", donor.version());
        about.put("begin", begin.toString());
        about.put("end", end.toString());
        List<TargetFile> redo = files.redoFiles();
        List<PageFile> data = files.liveFiles().stream()
                .filter(file -> !redo.contains(file))
                .map(TargetFile::toPageFile)
                .toList();
        verification
                .finish(data, redo.stream().map(TargetFile::toPageFile).toList(), about)
                .ifPresent(events);
    }

    /** Takes the mark of an unfinished clone away: from now on a server starts here. */
    void publish(List<StageProgress> stages, Instant end) throws CloneException {
        status.complete(stages, end);
    }

    void fail(List<StageProgress> stages, Instant end, CloneException failure) {
        int number = ER_CLONE_DONOR;
        if (failure instanceof DonorErrorException refused) {
            number = refused.donorError();
        } else if (failure instanceof StorageException) {
            number = ER_ERROR_ON_WRITE;
        }
        try {
            status.fail(stages, end, number, failure.getMessage());
        } catch (StorageException e) {
            LOGGER.atWarn().addKeyValue("reason", e.getMessage()).log("cannot note the failure");
        }
    }

    /** Donor's absolute path to local path, for tablespaces outside its data directory. */
    Map<String, Path> relocated() {
        return applier.relocated();
    }

    CloneResult result(ProgressTracker progress, Duration elapsed, TargetConfiguration configuration) {
        return new CloneResult(
                request.donor(),
                donor.version(),
                directory.root(),
                files.liveFiles().size(),
                progress.totalDataBytes(),
                progress.totalNetworkBytes(),
                progress.maxConnections(),
                elapsed,
                progress.stages(),
                applier.relocated(),
                encryption(),
                donor.settings(),
                configuration);
    }

    /** What of the clone is encrypted, if anything is. */
    Optional<TargetEncryption> encryption() {
        return keys.masterKeyName().map(name -> files.encryption(keys.keyringFile(), name.toString()));
    }

    @Override
    public void close() {
        keys.close();
        try {
            openFiles.closeIdle();
            verification.close();
        } catch (StorageException e) {
            LOGGER.atWarn().addKeyValue("reason", e.getMessage()).log("cannot close a file");
        }
    }
}
