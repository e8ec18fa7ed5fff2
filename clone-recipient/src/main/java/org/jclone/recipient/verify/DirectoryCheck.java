package org.jclone.recipient.verify;

import static java.util.stream.Collectors.toCollection;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.LongAdder;
import org.jclone.protocol.innodb.encryption.KeyOpener;
import org.jclone.protocol.innodb.encryption.Keyring;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.StorageException;
import org.jclone.recipient.api.VerificationReport;
import org.jclone.recipient.api.VerificationReport.Comparison;
import org.jclone.recipient.encryption.KeyringFile;
import org.jclone.recipient.explain.Failure;
import org.jclone.recipient.storage.CloneFolder;
import org.jclone.recipient.storage.ClonedFiles;
import org.jclone.recipient.storage.DirectReader;
import org.jclone.recipient.storage.FileTasks;
import org.jclone.recipient.storage.ServerLock;
import org.jclone.recipient.storage.StopCheck;
import org.jclone.recipient.storage.StorageErrors;

/**
 * Checks a data directory at rest, several files at a time and past the page cache. Each page is checked as in a clone.
 * If the directory has a clone's manifest and no server has been started there since, the content is compared with it.
 */
public final class DirectoryCheck {

    private static final int READ_BYTES = 1 << 20;

    private static final ThreadLocal<ByteBuffer> BUFFERS =
            ThreadLocal.withInitial(() -> DirectReader.allocate(READ_BYTES));

    private final Path root;
    private final Set<Path> others;
    private final int threads;
    private final Optional<KeyOpener> keyring;
    private final DamageList damages = new DamageList();
    private final LongAdder pages = new LongAdder();
    private final LongAdder unopened = new LongAdder();
    private final LongAdder bytes = new LongAdder();

    /**
     * Checks encrypted pages without decrypting them.
     *
     * @param threads files or parts of files read at a time
     */
    public DirectoryCheck(Path root, int threads) {
        this(root, Set.of(), threads, Optional.empty());
    }

    /**
     * @param others directories besides {@code root} that hold undo tablespaces or the system tablespace; those named
     * in a clone's manifest may be omitted
     * @param threads files or parts of files read at a time
     * @param keyring of the server; if empty, encrypted pages are not decrypted
     */
    public DirectoryCheck(Path root, Set<Path> others, int threads, Optional<KeyOpener> keyring) {
        this.keyring = keyring;
        this.root = root.toAbsolutePath().normalize();
        this.others = others.stream()
                .map(other -> other.toAbsolutePath().normalize())
                .filter(other -> !other.equals(this.root))
                .collect(toCollection(TreeSet::new));
        this.threads = threads;
    }

    /** @param keyringFile of the server's component_keyring_file; if empty, encrypted pages are not decrypted */
    public static VerificationReport run(Path root, Set<Path> others, Optional<Path> keyringFile, int threads)
            throws CloneException {
        if (keyringFile.isEmpty()) {
            return new DirectoryCheck(root, others, threads, Optional.empty()).run();
        }
        Path file = keyringFile.get().toAbsolutePath().normalize();
        if (!Files.exists(file)) {
            throw Failure.Keyring.ABSENT.exception("keyring file " + file + " does not exist");
        }
        try (Keyring keyring = new KeyringFile(file).read()) {
            return new DirectoryCheck(root, others, threads, Optional.of(keyring)).run();
        }
    }

    /** @throws CloneException if the directory is in use, unfinished, missing, or unreadable */
    public VerificationReport run() throws CloneException {
        requireAtRest();
        Comparison comparison = comparison();
        if (comparison == Comparison.NO_MANIFEST) {
            return check(new DirectoryScan(damages).run(root, others), null, comparison);
        }
        Manifest manifest = Manifest.read(root);
        others.addAll(manifest.pageDirectories(root));
        requireAtRest();
        if (comparison == Comparison.SERVER_WAS_STARTED) {
            return check(new DirectoryScan(damages).run(root, others), null, comparison);
        }
        try (PageSums sums = PageSums.openForReading(root)) {
            List<PageFile> present = new ArrayList<>();
            for (ManifestFile file : manifest.files()) {
                if (isAsLongAsNoted(file)) {
                    present.add(file.toPageFile());
                }
            }
            new RedoCheck(damages, keys(), StopCheck.NEVER).run(redoFiles(manifest));
            return check(present, sums, comparison);
        }
    }

    private KeyOpener keys() {
        return keyring.orElse(KeyOpener.WITHOUT_KEYRING);
    }

    private void requireAtRest() throws CloneException {
        if (!Files.isDirectory(root, LinkOption.NOFOLLOW_LINKS)) {
            throw unusable(root, "is not a directory", Failure.TargetNotUsable.NOT_A_DATA_DIRECTORY);
        }
        if (CloneFolder.in(root).isMarked()) {
            throw unusable(root, "holds an unfinished clone", Failure.TargetNotUsable.NOT_WHOLE);
        }
        ServerLock.requireUnused(root);
        for (Path other : others) {
            if (!Files.isDirectory(other, LinkOption.NOFOLLOW_LINKS)) {
                throw unusable(other, "is not a directory", Failure.TargetNotUsable.NO_OTHER_DIRECTORY);
            }
            ServerLock.requireUnused(other);
        }
    }

    private static CloneException unusable(Path directory, String what, Failure.TargetNotUsable why) {
        return why.exception(directory + " " + what);
    }

    /** A server's first start deletes {@code #status_fix} and creates {@code auto.cnf}. */
    private Comparison comparison() {
        if (!Manifest.exists(root)) {
            return Comparison.NO_MANIFEST;
        }
        boolean untouched = CloneFolder.in(root).isBeforeFirstStart() && !Files.exists(root.resolve("auto.cnf"));
        return untouched ? Comparison.COMPARED : Comparison.SERVER_WAS_STARTED;
    }

    private boolean isAsLongAsNoted(ManifestFile file) throws StorageException {
        try {
            long size = Files.size(file.path());
            if (size == file.size()) {
                return true;
            }
            damages.add(new Damage(file.path(), -1, -1, "size " + size + " (expected: " + file.size() + ')'));
            return false;
        } catch (NoSuchFileException e) {
            damages.add(new Damage(file.path(), -1, -1, "the file is missing"));
            return false;
        } catch (IOException e) {
            throw StorageErrors.of("read", file.path(), -1, e);
        }
    }

    private List<Path> redoFiles(Manifest manifest) {
        return manifest.files().stream()
                .map(ManifestFile::path)
                .filter(path -> path.getParent().endsWith(ClonedFiles.REDO_FOLDER))
                .toList();
    }

    private VerificationReport check(List<PageFile> files, PageSums sums, Comparison comparison) throws CloneException {
        List<Callable<Void>> work = new ArrayList<>();
        for (PageFile file : files) {
            int unit = file.unit(file.flags().pageSize());
            long units = (file.size() + unit - 1) / unit;
            for (long first = 0; first < units; first += PageRange.PAGES) {
                PageRange range = new PageRange(file, unit, first, Math.min(PageRange.PAGES, units - first), sums);
                work.add(() -> check(range));
            }
        }
        new FileTasks("clone-verify", "while verifying", threads).run(work, StopCheck.NEVER);
        return new VerificationReport(
                files.size(),
                pages.sum(),
                unopened.sum(),
                bytes.sum(),
                comparison,
                damages.first().stream().map(Damage::toString).toList(),
                damages.count());
    }

    private Void check(PageRange range) throws StorageException {
        PageFile file = range.file();
        int pageSize = file.flags().pageSize();
        try (DirectReader reader = DirectReader.open(file.path());
                PageInspector inspector = file.isTablespace() ? new PageInspector(file, pageSize, keys()) : null) {
            range.check(reader, BUFFERS.get(), READ_BYTES / range.unit(), inspector, damages);
            if (inspector != null) {
                unopened.add(inspector.unopened());
            }
            if (keyring.isPresent() && range.first() == 0 && file.flags().isEncrypted()) {
                PageInspector.keyProblem(file, pageSize, keys())
                        .ifPresent(problem -> damages.add(new Damage(file.path(), 0, 0, problem)));
            }
        } catch (IOException e) {
            throw StorageErrors.of("read", file.path(), range.first() * range.unit(), e);
        }
        pages.add(range.count());
        bytes.add(Math.min(range.count() * range.unit(), file.size() - range.first() * range.unit()));
        return null;
    }
}
