package org.jclone.recipient.replace;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.jclone.recipient.api.StorageException;
import org.jclone.recipient.storage.StorageErrors;

/** Measures and removes folders with all that is in them; links are not followed. */
final class FileTrees {

    private FileTrees() {}

    /**
     * Bytes that its removal gives back to its file system: lengths of files, which is too much for those with holes.
     * What has another name elsewhere, or lies on another file system, does not count.
     */
    static long bytes(Path tree) throws StorageException {
        if (!Files.exists(tree, LinkOption.NOFOLLOW_LINKS)) {
            return 0;
        }
        try {
            Object device = Files.getAttribute(tree, "unix:dev", LinkOption.NOFOLLOW_LINKS);
            LongAdder sum = new LongAdder();
            Files.walkFileTree(tree, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    Map<String, Object> unix = Files.readAttributes(file, "unix:dev,nlink", LinkOption.NOFOLLOW_LINKS);
                    if (attributes.isRegularFile()
                            && unix.get("dev").equals(device)
                            && unix.get("nlink").equals(1)) {
                        sum.add(attributes.size());
                    }
                    return FileVisitResult.CONTINUE;
                }
            });
            return sum.sum();
        } catch (IOException e) {
            throw StorageErrors.of("look into", tree, -1, e);
        }
    }

    /** @param beforeStep hears of each removal before it is made */
    static void remove(Path tree, Consumer<String> beforeStep) throws StorageException {
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
