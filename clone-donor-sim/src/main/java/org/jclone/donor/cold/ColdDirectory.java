package org.jclone.donor.cold;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
 * The data directory of a server that was shut down cleanly. As long as it is open no server can start there: the files
 * of the system tablespace are locked, as a server locks them.
 */
public final class ColdDirectory implements DataSource {

    private static final String UNFINISHED_CLONE = "#clone/#status_in_progress";
    private static final String DICTIONARY = "mysql.ibd";

    private final List<ColdFile> files;
    private final List<SourceFile> sourceFiles;
    private final ColdRedo redo;
    private final ColdKeys keys;
    private final List<Block> encryptedFirstPages;
    private final int pageSize;
    private final int serverVersion;
    private final Optional<List<String>> missing;

    /** Open all the time: to close any channel of a file gives up the process's lock on it. */
    private final Map<Path, FileChannel> locked;

    private ColdDirectory(
            List<ColdFile> files,
            ColdRedo redo,
            ColdKeys keys,
            int pageSize,
            int serverVersion,
            Map<Path, FileChannel> locked)
            throws IOException {
        this.files = files;
        this.sourceFiles = files.stream().map(ColdFile::source).toList();
        this.redo = redo;
        this.keys = keys;
        this.pageSize = pageSize;
        this.serverVersion = serverVersion;
        this.locked = locked;
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

    /** Page 0 of each encrypted tablespace, by tablespace id. That all of them can be read is seen to now. */
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

    /** A directory in which everything is. */
    public static ColdDirectory open(Path directory) throws IOException {
        return open(directory, List.of(), Optional.empty());
    }

    /**
     * Looks through the directory and locks it.
     *
     * @param others directories outside it that have tablespaces
     * @param keyring the file of its server's component_keyring_file, if tablespaces are encrypted
     * @throws ColdDirectoryException if it cannot be served, with the reason
     */
    public static ColdDirectory open(Path directory, List<Path> others, Optional<Path> keyring) throws IOException {
        Path root = directory.toAbsolutePath().normalize();
        if (!Files.isRegularFile(root.resolve(DICTIONARY))) {
            throw new ColdDirectoryException(
                    root + " is no data directory: there is no " + DICTIONARY, "Give the datadir of a MySQL server.");
        }
        if (Files.exists(root.resolve(UNFINISHED_CLONE))) {
            throw new ColdDirectoryException(
                    root + " holds a clone that was not completed", "Clone again, or give another directory.");
        }
        Map<Path, FileChannel> locked = new HashMap<>();
        ColdKeys keys = ColdKeys.read(keyring);
        try {
            for (Path file : ColdFiles.systemFiles(root)) {
                lock(file, locked);
            }
            // Files mean something only if they are at rest and whole.
            ColdRedo redo = ColdRedo.read(root, keys);
            List<ColdFile> files = new ColdFiles(root, others).list();
            FirstPage dictionary = FirstPage.read(root.resolve(DICTIONARY));
            return new ColdDirectory(
                    files, redo, keys, dictionary.flags().pageSize(), dictionary.serverVersion(), locked);
        } catch (IOException | RuntimeException e) {
            keys.close();
            closeAll(locked);
            throw e;
        }
    }

    private static void lock(Path file, Map<Path, FileChannel> locked) throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
        locked.put(file, channel);
        if (!isLocked(channel)) {
            throw new ColdDirectoryException(
                    "something uses " + file.getParent() + ", a server or another donor",
                    "Shut it down, or clone from the server itself.");
        }
    }

    private static boolean isLocked(FileChannel channel) throws IOException {
        try {
            return channel.tryLock(0, Long.MAX_VALUE, true) != null;
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }

    /** Version of the server that made the data dictionary, such as {@code 9.7.4}. */
    public String version() {
        return serverVersion / 10_000 + "." + serverVersion / 100 % 100 + '.' + serverVersion % 100;
    }

    /**
     * The files of tablespaces that the data dictionary knows and that were not found, named as the server knew them:
     * no clone will have them. Empty if the dictionary cannot be read.
     */
    public Optional<List<String>> missingTablespaces() {
        return missing;
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
            redo.read(block.fileOffset(), into);
            return;
        }
        Path path = files.get(block.fileIndex()).path();
        if (state == SnapshotState.PAGE_COPY) {
            FspFlags flags = files.get(block.fileIndex()).source().fspFlags();
            keys.readFirstPage(path, flags, pageSize, into);
            return;
        }
        FileChannel open = locked.get(path);
        if (open != null) {
            FirstPage.readFully(open, into, block.fileOffset());
            return;
        }
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            FirstPage.readFully(channel, into, block.fileOffset());
        }
    }

    @Override
    public void close() {
        keys.close();
        closeAll(locked);
    }

    private static void closeAll(Map<Path, FileChannel> channels) {
        for (FileChannel channel : channels.values()) {
            try {
                channel.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        channels.clear();
    }
}
