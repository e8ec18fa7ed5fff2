package org.jclone.tests.files;

import static java.util.stream.Collectors.toMap;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The contents of a directory, one line per file: kind, mode and size. */
public final class FileTree {

    private FileTree() {}

    /**
     * Lists everything below {@code directory} by relative path. Sizes of directories are meaningless and left out.
     */
    public static Map<String, String> of(Path directory) {
        try (Stream<Path> paths = Files.walk(directory)) {
            return paths.collect(toMap(
                    path -> directory.relativize(path).toString(),
                    FileTree::describe,
                    (one, other) -> one,
                    TreeMap::new));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String describe(Path path) {
        try {
            PosixFileAttributes attributes =
                    Files.readAttributes(path, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            String mode = PosixFilePermissions.toString(attributes.permissions());
            if (attributes.isDirectory()) {
                return "directory " + mode;
            }
            return (attributes.isRegularFile() ? "file " : "other ") + mode + ' ' + attributes.size();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
