package org.jclone.recipient.replace;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.StorageException;
import org.jclone.recipient.explain.Failure;
import org.jclone.recipient.storage.StorageErrors;
import org.jclone.recipient.storage.Volume;

/**
 * Measures and removes directory trees. Does not follow links, and does not leave the file system. While a tree is
 * scanned, files may vanish from it: a clone under way there replaces those of its progress.
 */
public final class FileTrees {

    private static final Path MOUNTS = Path.of("/proc/self/mountinfo");
    private static final int MOUNT_POINT_FIELD = 4;

    private FileTrees() {}

    /**
     * Estimates the bytes that removing the tree frees, as the sum of file lengths; files with holes are overestimated.
     * Does not count files with other links, on another file system, or in folders that cannot be read.
     */
    static long bytes(Path tree) throws StorageException {
        if (!Files.exists(tree, LinkOption.NOFOLLOW_LINKS)) {
            return 0;
        }
        try {
            Object device = Volume.device(tree);
            LongAdder sum = new LongAdder();
            Files.walkFileTree(tree, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    Map<String, Object> unix;
                    try {
                        unix = Files.readAttributes(file, "unix:dev,nlink", LinkOption.NOFOLLOW_LINKS);
                    } catch (NoSuchFileException vanished) {
                        return FileVisitResult.CONTINUE;
                    }
                    if (attributes.isRegularFile()
                            && unix.get("dev").equals(device)
                            && unix.get("nlink").equals(1)) {
                        sum.add(attributes.size());
                    }
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFileFailed(Path path, IOException failure) throws IOException {
                    if (failure instanceof AccessDeniedException || failure instanceof NoSuchFileException) {
                        return FileVisitResult.CONTINUE;
                    }
                    throw failure;
                }
            });
            return sum.sum();
        } catch (IOException e) {
            throw StorageErrors.of("scan", tree, -1, e);
        }
    }

    /**
     * Checks that everything in {@code tree} can be moved and deleted: no other file system is mounted in it at any
     * depth, and each folder is writable.
     *
     * @param spared names directly in the tree that stay there
     * @throws CloneException that names the obstacle
     */
    static void requireMovable(Path tree, Set<String> spared) throws CloneException {
        if (!Files.exists(tree, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try {
            Optional<Path> mount = mountBelow(tree);
            if (mount.isPresent()) {
                throw mounted(tree, mount.get());
            }
            MovableCheck check = new MovableCheck(tree, spared);
            Files.walkFileTree(tree, check);
            if (check.mount.isPresent()) {
                throw mounted(tree, check.mount.get());
            }
        } catch (IOException e) {
            throw StorageErrors.of("scan", tree, -1, e);
        }
    }

    private static CloneException mounted(Path tree, Path mount) {
        return Failure.TargetNotUsable.MOUNT.exception(
                tree + " holds " + tree.relativize(mount) + ", which is on another file system and cannot be moved");
    }

    /** Finds mounts of the same file system too, if the operating system has a table of mounts. */
    private static Optional<Path> mountBelow(Path tree) throws IOException {
        if (!Files.isReadable(MOUNTS)) {
            return Optional.empty();
        }
        Path real = tree.toRealPath();
        List<String> lines = Files.readAllLines(MOUNTS, StandardCharsets.ISO_8859_1);
        for (String line : lines) {
            Path mount = Path.of(unescape(line.split(" ")[MOUNT_POINT_FIELD]));
            if (mount.startsWith(real) && !mount.equals(real)) {
                return Optional.of(tree.resolve(real.relativize(mount)));
            }
        }
        return Optional.empty();
    }

    /** The kernel writes blank, tab, newline and backslash as octal numbers, and other bytes unchanged. */
    private static String unescape(String field) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < field.length(); i++) {
            char c = field.charAt(i);
            if (c == '\\' && i + 3 < field.length()) {
                text.append((char) Integer.parseInt(field.substring(i + 1, i + 4), 8));
                i += 3;
            } else {
                text.append(c);
            }
        }
        return new String(text.toString().getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }

    private static final class MovableCheck extends SimpleFileVisitor<Path> {

        private final Path tree;
        private final Set<String> spared;
        private final Object device;
        private Optional<Path> mount = Optional.empty();

        MovableCheck(Path tree, Set<String> spared) throws IOException {
            this.tree = tree;
            this.spared = spared;
            device = Volume.device(tree);
        }

        @Override
        public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) throws IOException {
            if (isSpared(folder)) {
                return FileVisitResult.SKIP_SUBTREE;
            }
            try {
                if (!Volume.device(folder).equals(device)) {
                    mount = Optional.of(folder);
                    return FileVisitResult.TERMINATE;
                }
            } catch (NoSuchFileException vanished) {
                return FileVisitResult.SKIP_SUBTREE;
            }
            if (!Files.isWritable(folder) || !Files.isExecutable(folder)) {
                throw new AccessDeniedException(folder.toString());
            }
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFileFailed(Path path, IOException failure) throws IOException {
            if (isSpared(path) || failure instanceof NoSuchFileException) {
                return FileVisitResult.CONTINUE;
            }
            throw failure;
        }

        private boolean isSpared(Path path) {
            return tree.equals(path.getParent())
                    && spared.contains(path.getFileName().toString());
        }
    }

    /** Removes a folder of jclone's own with everything in it. */
    public static void remove(Path tree) throws CloneException {
        remove(tree, step -> {});
    }

    /** @param beforeStep receives the name of each removal before it is made */
    static void remove(Path tree, Consumer<String> beforeStep) throws CloneException {
        requireMovable(tree, Set.of());
        try {
            Files.walkFileTree(tree, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    beforeStep.accept("remove a file");
                    Files.delete(file);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path visited, IOException e) throws IOException {
                    if (e != null) {
                        throw e;
                    }
                    beforeStep.accept("remove a folder");
                    Files.delete(visited);
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            throw StorageErrors.of("remove", tree, -1, e);
        }
    }
}
