package org.jclone.tests.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/** What a directory holds that was cloned, to be compared with another one. */
public final class FileSums {

    private FileSums() {}

    /**
     * Name and checksum of each file, and of what holds times only the name. What is jclone's own and has a name that
     * begins with a dot, and the mark of an unfinished clone, is left out.
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
