package org.jclone.recipient.target;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jclone.protocol.clone.command.LocatorEntry;
import org.jclone.protocol.clone.response.LocatorsResponse;
import org.jclone.protocol.wire.MalformedPacketException;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.CloneRequest;
import org.jclone.recipient.api.ResumeMode;
import org.jclone.recipient.api.StorageException;
import org.jclone.recipient.api.VerifyMode;
import org.jclone.recipient.apply.FileLog;
import org.jclone.recipient.apply.FilePlaces;
import org.jclone.recipient.apply.RedoNaming;
import org.jclone.recipient.compat.DonorParameters;
import org.jclone.recipient.encryption.TargetKeys;
import org.jclone.recipient.explain.Failure;
import org.jclone.recipient.journal.JournalFile;
import org.jclone.recipient.journal.JournalHead;
import org.jclone.recipient.journal.JournalImage;
import org.jclone.recipient.replace.FileTrees;
import org.jclone.recipient.storage.CloneFolder;
import org.jclone.recipient.storage.ClonedFiles;
import org.jclone.recipient.storage.DataDirectory;
import org.jclone.recipient.storage.Durable;
import org.jclone.recipient.storage.StorageErrors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A clone that another process left in the target directory, as its journal describes it.
 *
 * @param lastWritten when its journal was last written to
 */
public record UnfinishedClone(JournalFile journal, JournalImage image, DonorParameters donor, Instant lastWritten) {

    private static final Logger LOGGER = LoggerFactory.getLogger(UnfinishedClone.class);

    /**
     * Finds a clone to resume, if there is one and the request asks for it.
     *
     * @throws CloneException if the directory cannot be used as the request says
     */
    public static Optional<UnfinishedClone> find(CloneRequest request) throws CloneException {
        DataDirectory directory = DataDirectory.of(request.target());
        Path path = CloneFolder.in(request.directory()).journal();
        if (request.interruptions().resume() == ResumeMode.AUTO) {
            FalseStart.clear(request.directory());
        }
        boolean resumable =
                CloneFolder.in(directory.root()).isMarked() && Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS);
        if (request.interruptions().resume() == ResumeMode.NEVER || !resumable) {
            if (request.interruptions().resume() == ResumeMode.REQUIRED) {
                throw Failure.TargetNotUsable.NOTHING_TO_RESUME.exception(
                        request.directory() + " holds no unfinished clone that jclone can resume");
            }
            directory.check();
            TargetKeys.check(request.target().encryption(), request.directory());
            return Optional.empty();
        }
        JournalFile journal = JournalFile.open(path);
        try {
            Instant lastWritten = Files.getLastModifiedTime(path).toInstant(); // reading cuts off a torn end
            JournalImage image = JournalImage.of(journal);
            return Optional.of(new UnfinishedClone(journal, image, parameters(image), lastWritten));
        } catch (IOException | MalformedPacketException e) {
            journal.close();
            throw Failure.TargetNotUsable.JOURNAL.exception(
                    "cannot read the journal " + path + ": " + e.getMessage(), e);
        } catch (CloneException | RuntimeException e) {
            journal.close();
            throw e;
        }
    }

    /** Returns the directories of the unfinished clone in {@code root}, except itself; none if its journal cannot be read. */
    public static List<Path> places(Path root) {
        Path path = CloneFolder.in(root).journal();
        if (!Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
            return List.of();
        }
        try (JournalFile journal = JournalFile.open(path)) {
            return JournalImage.of(journal).head().directories().values().stream()
                    .map(Path::of)
                    .toList();
        } catch (IOException | MalformedPacketException | CloneException | InvalidPathException e) {
            LOGGER.atDebug().setCause(e).log("cannot read the journal of the clone to be discarded");
            return List.of();
        }
    }

    private static DonorParameters parameters(JournalImage image) throws CloneException {
        LocatorEntry locator =
                new LocatorEntry(LocatorEntry.INNODB, image.head().locator());
        locator.innodbLocator();
        return DonorParameters.restored(
                new LocatorsResponse(image.head().protocolVersion(), List.of(locator)),
                image.head().settings());
    }

    /** Returns what the journal of a new clone begins with, by which {@link #check} compares it with a later request. */
    static JournalHead head(CloneRequest request, DonorParameters donor, Instant begin) {
        LocatorsResponse locators = donor.locators();
        return new JournalHead(
                request.donor().toString(),
                begin,
                locators.protocolVersion(),
                locators.locators().get(0).locator(),
                donor.settings(),
                mappings(request),
                directories(request));
    }

    /** @throws CloneException if the clone cannot be resumed, or not with this request */
    public void check(CloneRequest request) throws CloneException {
        requireSamePlaces("path mappings", image.head().mappings(), mappings(request));
        requireSamePlaces("directories besides --dir", image.head().directories(), directories(request));
        if (image.identity().isEmpty()) {
            throw refused("it ended before the donor had said who it is", Failure.SnapshotGone.UNIDENTIFIED);
        }
        if (isTooDamaged(request)) {
            throw refused("all of it was copied, and it is damaged", Failure.SnapshotGone.DAMAGED);
        }
        try (TargetKeys keys = new TargetKeys(request.target().encryption(), true)) {
            keys.resume(image.masterKey());
        }
    }

    /** With other places, resuming would not find the files, and {@link #remove} would miss some. */
    private static void requireSamePlaces(String what, Map<String, String> before, Map<String, String> now)
            throws CloneException {
        if (!before.equals(now)) {
            throw Failure.TargetNotUsable.PLACES.exception("the unfinished clone cannot be resumed: its " + what
                    + " were " + before + ", now they are " + now);
        }
    }

    private boolean isTooDamaged(CloneRequest request) {
        return image.isDamaged() && request.target().verify() == VerifyMode.STRICT;
    }

    /** Returns whether the clone can be finished without the donor. */
    public boolean isEnoughFor(CloneRequest request) {
        return SnapshotCopy.isWhole(image.state(), image.isEnded()) && !isTooDamaged(request);
    }

    private static CloneException refused(String reason, Failure.SnapshotGone why) {
        return why.exception("the unfinished clone cannot be resumed: " + reason);
    }

    /** Returns the path mappings of a request in the form that the journal stores. */
    private static Map<String, String> mappings(CloneRequest request) {
        Map<String, String> mappings = new TreeMap<>();
        request.target().pathMappings().forEach((from, to) -> mappings.put(from, to.toString()));
        return mappings;
    }

    /** Returns the directories of a request besides the data directory, in the form that the journal stores. */
    private static Map<String, String> directories(CloneRequest request) {
        Map<String, String> directories = new TreeMap<>();
        request.target().innodb().byOption().forEach((option, path) -> directories.put(option, path.toString()));
        return directories;
    }

    /**
     * Removes what the clone created, the marks last, so that the directory can be cloned into. Keeps files that no clone
     * creates, and follows no links.
     */
    public void remove(CloneRequest request) throws CloneException {
        Path root = request.directory();
        DataDirectory directory = DataDirectory.of(request.target());
        Set<Path> files = new LinkedHashSet<>(notKnownByName(directory));
        files.addAll(ClonedFiles.in(root));
        for (Path apart : directory.apart()) {
            files.addAll(ClonedFiles.inApart(apart));
        }
        for (Path file : files) {
            Durable.delete(file);
        }
        for (Path apart : directory.apart()) {
            if (Files.isDirectory(apart, LinkOption.NOFOLLOW_LINKS)) {
                removeEmptyFolders(apart);
            }
        }
        removeEmptyFolders(root);
        journal.close();
        FileTrees.remove(CloneFolder.in(root).path());
    }

    /** Returns the files that only the journal identifies: their names do not show that a clone created them. */
    private List<Path> notKnownByName(DataDirectory directory) throws CloneException {
        FilePlaces places = new FilePlaces(directory, RedoNaming.of(donor.versionNumber()), event -> {});
        List<Path> paths = new ArrayList<>();
        for (FileLog.Entry file : image.files()) {
            if (file.redo() || file.deleted()) {
                continue;
            }
            Path path = places.of(file.descriptor());
            if (!path.startsWith(directory.root()) || !file.descriptor().name().contains("/")) {
                paths.add(path);
            }
        }
        return paths;
    }

    private static void removeEmptyFolders(Path root) throws StorageException {
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(root, UnfinishedClone::mayBeOurs)) {
            for (Path folder : folders) {
                try {
                    Files.delete(folder);
                } catch (DirectoryNotEmptyException e) {
                    LOGGER.atDebug().addKeyValue("folder", folder).log("keeping a folder that is not empty");
                }
            }
        } catch (IOException e) {
            throw StorageErrors.of("remove the unfinished clone in", root, -1, e);
        }
    }

    private static boolean mayBeOurs(Path folder) {
        return Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)
                && Files.isReadable(folder)
                && !folder.getFileName().toString().equals("lost+found");
    }
}
