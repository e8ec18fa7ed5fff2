package org.jclone.donor.cold;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jclone.donor.source.Block;
import org.jclone.donor.source.DataSource;
import org.jclone.donor.source.DdlEvent;
import org.jclone.donor.source.RedoLog;
import org.jclone.donor.source.SourceFile;
import org.jclone.protocol.innodb.descriptor.SnapshotState;

/**
 * The data directory of a server that was shut down cleanly. As long as it is open no server can start there: the files of the
 * system tablespace are locked, as a server locks them.
 */
public final class ColdDirectory implements DataSource {

    private static final String UNFINISHED_CLONE = "#clone/#status_in_progress";
    private static final String DICTIONARY = "mysql.ibd";

    private final List<ColdFile> files;
    private final List<SourceFile> sourceFiles;
    private final ColdRedo redo;
    private final int pageSize;
    private final int serverVersion;

    /** Open all the time: to close any channel of a file gives up the process's lock on it. */
    private final Map<Path, FileChannel> locked;

    private ColdDirectory(
            List<ColdFile> files, ColdRedo redo, int pageSize, int serverVersion, Map<Path, FileChannel> locked) {
        this.files = files;
        this.sourceFiles = files.stream().map(ColdFile::source).toList();
        this.redo = redo;
        this.pageSize = pageSize;
        this.serverVersion = serverVersion;
        this.locked = locked;
    }

    /** A directory in which everything is. */
    public static ColdDirectory open(Path directory) throws IOException {
        return open(directory, List.of());
    }

    /**
     * Looks through the directory and locks it.
     *
     * @param others directories outside it that have tablespaces
     * @throws ColdDirectoryException if it cannot be served, with the reason
     */
    public static ColdDirectory open(Path directory, List<Path> others) throws IOException {
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
        try {
            for (Path file : ColdFiles.systemFiles(root)) {
                lock(file, locked);
            }
            // Files mean something only if they are at rest and whole.
            ColdRedo redo = ColdRedo.read(root);
            List<ColdFile> files = new ColdFiles(root, others).list();
            FirstPage dictionary = FirstPage.read(root.resolve(DICTIONARY));
            return new ColdDirectory(files, redo, dictionary.flags().pageSize(), dictionary.serverVersion(), locked);
        } catch (IOException | RuntimeException e) {
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
        return List.of();
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
