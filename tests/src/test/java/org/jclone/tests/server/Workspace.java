package org.jclone.tests.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;

/** Folders of a test run: the scripts, and the one that holds servers and clones and is removed at the end. */
public final class Workspace {

    private Workspace() {}

    /** Makes a new folder below {@code -Djclone.test.dir}, or where temporary files go. */
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

    /** Removes a folder with all that is in it, without following links; nothing happens if it is missing. */
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
