package org.jclone.donor.cold;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jclone.donor.source.Block;
import org.jclone.donor.source.DataSource;
import org.jclone.donor.source.DdlEvent;
import org.jclone.donor.source.RedoLog;
import org.jclone.donor.source.SourceFile;
import org.jclone.protocol.innodb.descriptor.FileDescriptor;
import org.jclone.protocol.innodb.descriptor.SnapshotState;
import org.jclone.protocol.innodb.encryption.PageCipher;
import org.jclone.protocol.innodb.page.FspFlags;
import org.jclone.protocol.innodb.page.SpaceIds;

/**
 * The data directory of a server that was shut down cleanly, or a clone on which no server was started yet. While it is
 * open, no server can start on it: it locks the files of the system tablespace as a server does.
 */
public final class ColdDirectory implements DataSource {

    private static final String DICTIONARY = "mysql.ibd";

    private final Path root;
    private final List<ColdFile> files;
    private final List<SourceFile> sourceFiles;
    private final List<ColdFile.Stamp> stamps;
    private final SystemTablespace system;
    private final ColdRedo redo;
    private final ColdKeys keys;
    private final List<Block> encryptedFirstPages;
    private final int pageSize;
    private final int serverVersion;
    private final Optional<List<String>> missing;

    private ColdDirectory(
            Path root,
            List<ColdFile> files,
            List<ColdFile.Stamp> stamps,
            SystemTablespace system,
            ColdRedo redo,
            ColdKeys keys,
            FirstPage dictionary)
            throws IOException {
        this.root = root;
        this.files = files;
        this.sourceFiles = files.stream().map(ColdFile::source).toList();
        this.stamps = stamps;
        this.system = system;
        this.redo = redo;
        this.keys = keys;
        this.pageSize = dictionary.flags().pageSize();
        this.serverVersion = dictionary.serverVersion();
        this.encryptedFirstPages = encryptedFirstPages();
        this.missing = missing();
    }

    private Optional<List<String>> missing() throws IOException {
        ColdFile dictionary = files.stream()
                .filter(file -> file.source().spaceId() == SpaceIds.DICTIONARY)
                .findFirst()
                .orElseThrow();
        FspFlags flags = dictionary.source().fspFlags();
        Optional<PageCipher> cipher = Optional.empty();
        if (flags.isEncrypted()) {
            cipher = Optional.of(keys.cipher(dictionary.path(), flags, pageSize));
        }
        try {
            return new Dictionary(dictionary.path(), pageSize, cipher)
                    .missing(sourceFiles.stream().map(SourceFile::spaceId).collect(Collectors.toSet()));
        } finally {
            cipher.ifPresent(PageCipher::close);
        }
    }

    /** Returns page 0 of each encrypted tablespace, by tablespace id. Fails early if one cannot be decrypted. */
    private List<Block> encryptedFirstPages() throws IOException {
        List<Block> pages = new ArrayList<>();
        for (int index = 0; index < files.size(); index++) {
            SourceFile file = files.get(index).source();
            if ((file.flags() & FileDescriptor.FLAG_ENCRYPTED) != 0) {
                Block page = new Block(index, 0, file.fspFlags().physicalPageSize(pageSize), file.size());
                read(SnapshotState.PAGE_COPY, page, ByteBuffer.allocate(page.length()));
                pages.add(page);
            }
        }
        pages.sort(Comparator.comparingLong(
                page -> files.get(page.fileIndex()).source().spaceId()));
        return List.copyOf(pages);
    }

    /** Opens a directory that contains all its tablespaces. */
    public static ColdDirectory open(Path directory) throws IOException {
        return open(directory, List.of(), Optional.empty());
    }

    /**
     * Scans and locks the directory.
     *
     * @param others directories outside of it that contain tablespaces
     * @param keyring file of the server's component_keyring_file, if tablespaces are encrypted
     * @throws ColdDirectoryException if the directory cannot be served
     */
    public static ColdDirectory open(Path directory, List<Path> others, Optional<Path> keyring) throws IOException {
        Path root = directory.toAbsolutePath().normalize();
        if (!Files.isRegularFile(root.resolve(DICTIONARY))) {
            throw new ColdDirectoryException(
                    root + " is not a data directory: it has no " + DICTIONARY, "Give the datadir of a MySQL server.");
        }
        FirstPage dictionary = FirstPage.read(root.resolve(DICTIONARY));
        if (dictionary.pageNumber() != 0 || !dictionary.flags().isValid()) {
            throw new ColdDirectoryException(
                    root.resolve(DICTIONARY) + " does not begin with a tablespace header: page "
                            + dictionary.pageNumber() + ", flags " + dictionary.flags(),
                    "Take another copy of the directory.");
        }
        int pageSize = dictionary.flags().pageSize();
        boolean freshClone = isFreshClone(root);
        ColdKeys keys = ColdKeys.read(keyring);
        SystemTablespace system = null;
        try {
            ColdFiles found = new ColdFiles(root, others);
            system = SystemTablespace.open(root, found.systemCandidates(), pageSize);
            // The files are consistent only after a clean shutdown.
            ColdRedo redo = ColdRedo.read(root, others, keys, system.firstPage().flushLsn(), freshClone, pageSize);
            List<ColdFile> files = found.list(system);
            List<ColdFile.Stamp> stamps = new ArrayList<>();
            for (ColdFile file : files) {
                stamps.add(ColdFile.Stamp.of(file.path()));
            }
            for (Path file : redo.paths()) {
                stamps.add(ColdFile.Stamp.of(file));
            }
            return new ColdDirectory(root, files, stamps, system, redo, keys, dictionary);
        } catch (IOException | RuntimeException e) {
            keys.close();
            if (system != null) {
                system.close();
            }
            throw e;
        }
    }

    /**
     * Returns whether it is a complete clone on which no server was started yet. The first start creates one mark
     * before it does anything else, and then removes the other.
     *
     * @throws ColdDirectoryException if the clone is incomplete, or has not replaced the old data yet
     */
    private static boolean isFreshClone(Path root) throws IOException {
        Path marks = root.resolve("#clone");
        if (Files.exists(marks.resolve("#status_in_progress"))) {
            throw new ColdDirectoryException(
                    root + " holds an incomplete clone", "Clone again, or give another directory.");
        }
        boolean exchange = Files.exists(marks.resolve("#status_error"))
                || Files.exists(marks.resolve("#new_files"))
                || Files.exists(marks.resolve("#old_files"))
                || Files.exists(marks.resolve("#replace_files")) && Files.size(marks.resolve("#replace_files")) > 0;
        if (exchange) {
            throw new ColdDirectoryException(
                    root + " holds a clone that has not replaced the old data yet",
                    "Start the server on it, which replaces the old data, and shut it down cleanly.");
        }
        return Files.exists(marks.resolve("#status_fix")) && !Files.exists(marks.resolve("#status_recovery"));
    }

    /** {@return the version of the server that created the data dictionary, such as {@code 9.7.4}} */
    public String version() {
        return serverVersion / 10_000 + "." + serverVersion / 100 % 100 + '.' + serverVersion % 100;
    }

    /**
     * {@return the missing files of tablespaces that the data dictionary lists, under the names that the server knew} No
     * clone will contain them. Empty if the dictionary cannot be read.
     *
     * <p>The dictionary of a clone that {@link #recovers} may list tablespaces that were dropped during that clone.
     */
    public Optional<List<String>> missingTablespaces() {
        return missing;
    }

    /**
     * {@return whether this is a clone on which no server was started yet, so that each recipient's server recovers it}
     */
    public boolean recovers() {
        return redo.recovers();
    }

    @Override
    public int pageSize() {
        return pageSize;
    }

    @Override
    public List<SourceFile> files() {
        return sourceFiles;
    }

    @Override
    public Optional<String> directory() {
        return Optional.of(root + "/");
    }

    @Override
    public List<Block> modifiedPages() {
        return encryptedFirstPages;
    }

    @Override
    public boolean hasKeys() {
        return !encryptedFirstPages.isEmpty();
    }

    @Override
    public RedoLog redo() {
        return redo.log();
    }

    @Override
    public List<DdlEvent> ddl() {
        return List.of();
    }

    @Override
    public void read(SnapshotState state, Block block, ByteBuffer into) throws IOException {
        if (state == SnapshotState.REDO_COPY) {
            redo.read(block, into);
            return;
        }
        Path path = files.get(block.fileIndex()).path();
        if (state == SnapshotState.PAGE_COPY) {
            FspFlags flags = files.get(block.fileIndex()).source().fspFlags();
            keys.readFirstPage(path, flags, pageSize, into);
            return;
        }
        Optional<FileChannel> locked = system.channel(path);
        if (locked.isPresent()) {
            FirstPage.readFully(locked.get(), into, block.fileOffset());
            return;
        }
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            FirstPage.readFully(channel, into, block.fileOffset());
        }
    }

    @Override
    public void requireUnchanged() throws IOException {
        for (ColdFile.Stamp stamp : stamps) {
            stamp.requireUnchanged();
        }
    }

    @Override
    public void close() {
        keys.close();
        system.close();
    }
}
