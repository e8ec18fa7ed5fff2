package org.jclone.recipient.replace;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.function.Consumer;
import org.jclone.recipient.api.StorageException;
import org.jclone.recipient.storage.StorageErrors;

/** Removes folders with all that is in them; links are removed and not followed. */
final class FileTrees {

    private FileTrees() {}

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
