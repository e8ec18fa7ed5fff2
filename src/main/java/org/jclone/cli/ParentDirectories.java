package org.jclone.cli;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jclone.cli.option.UsageException;
import org.jclone.recipient.api.FileReason;

/** The directories above a new data directory that {@code --parents} creates. */
final class ParentDirectories {

    private final Path directory;
    private final List<Path> made = new ArrayList<>();

    ParentDirectories(Path directory) {
        this.directory = directory.toAbsolutePath().normalize();
    }

    /** Returns the first directory to create, or the data directory itself, to find out its file system. */
    Path first() {
        Deque<Path> missing = missing();
        return missing.isEmpty() ? directory : missing.getFirst();
    }

    private Deque<Path> missing() {
        Deque<Path> missing = new ArrayDeque<>();
        for (Path path = directory.getParent(); path != null && !Files.exists(path); path = path.getParent()) {
            missing.addFirst(path);
        }
        return missing;
    }

    /** Creates the missing directories, and syncs each parent. */
    void make() throws UsageException {
        for (Path path : missing()) {
            try {
                Files.createDirectory(path);
                made.add(path);
                try (FileChannel parent = FileChannel.open(path.getParent(), StandardOpenOption.READ)) {
                    parent.force(true);
                }
            } catch (IOException e) {
                throw new UsageException("--parents: cannot create " + path + ": " + FileReason.of(e));
            }
        }
    }

    /** Removes the created directories that are empty. */
    void removeIfEmpty() {
        for (int i = made.size() - 1; i >= 0; i--) {
            try {
                Files.delete(made.get(i));
            } catch (IOException e) {
                return; // not empty
            }
        }
    }
}
