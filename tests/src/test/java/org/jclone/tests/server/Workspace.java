package org.jclone.tests.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;

/** Directories of a test run: the scripts, and the directory of servers and clones, which is removed at the end. */
public final class Workspace {

    private Workspace() {}

    /** Creates a directory below {@code -Djclone.test.dir}, or the default directory for temporary files. */
    static Path create() {
        try {
            String parent = System.getProperty("jclone.test.dir", System.getProperty("java.io.tmpdir"));
            return Files.createTempDirectory(Path.of(parent).toRealPath(), "jc");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The folder {@code tests/server}, seen from the module or from the top of the checkout. */
    static Path scripts() {
        Path module = Path.of("server").toAbsolutePath();
        return Files.isDirectory(module) ? module : Path.of("tests/server").toAbsolutePath();
    }

    /** Removes a directory and its contents without following links. Does nothing if it is missing. */
    public static void delete(Path directory) {
        if (!Files.exists(directory)) {
            return;
        }
        try {
            Files.walkFileTree(directory, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    Files.delete(file);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path visited, IOException e) throws IOException {
                    if (e != null) {
                        throw e;
                    }
                    Files.delete(visited);
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
