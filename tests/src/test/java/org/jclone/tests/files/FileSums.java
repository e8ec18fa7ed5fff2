package org.jclone.tests.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/** The contents of a cloned directory, for comparison with another. */
public final class FileSums {

    private FileSums() {}

    /**
     * Returns the name and checksum of each file, and only the name of files that contain times. Omits jclone's own files
     * whose names begin with a dot, and the mark of an unfinished clone.
     */
    public static Map<String, Long> of(Path directory) throws IOException {
        Map<String, Long> sums = new TreeMap<>();
        try (Stream<Path> paths = Files.walk(directory)) {
            for (Path path : paths.filter(Files::isRegularFile).toList()) {
                String name = directory.relativize(path).toString();
                CRC32C sum = new CRC32C();
                if (!name.startsWith("#clone/#view_") && !name.equals("#clone/jclone-manifest.json")) {
                    sum.update(Files.readAllBytes(path));
                }
                sums.put(name, sum.getValue());
            }
        }
        sums.keySet().removeIf(name -> name.startsWith(".jclone-"));
        sums.remove("#clone/#status_in_progress");
        return sums;
    }
}
