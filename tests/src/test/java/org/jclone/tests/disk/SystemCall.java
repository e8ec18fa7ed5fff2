package org.jclone.tests.disk;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A system call that a program makes on a file.
 *
 * @param name such as {@code pwrite64}
 * @param file relative to the watched directory; empty for the directory itself
 * @param ordinal counts the calls of that name on that file by one thread, from 1
 */
public record SystemCall(String name, String file, int ordinal) {

    /** All calls that change, read or create a file. Calls that only test for existence are left out. */
    static final List<String> NAMES = List.of(
            "openat",
            "mkdir",
            "rename",
            "unlink",
            "chmod",
            "write",
            "pwrite64",
            "fallocate",
            "ftruncate",
            "fsync",
            "fdatasync",
            "pread64",
            "read");

    private static final Pattern LINE = Pattern.compile("^(\\d+) +([a-z0-9]+)\\((.*)$");

    /** The calls on {@code folder} and its contents, as {@code strace -f -y} recorded them. */
    static List<SystemCall> read(Path log, Path folder) throws IOException {
        Pattern path = Pattern.compile(Pattern.quote(folder.toString()) + "(/[^\"<>]*)?[\">]");
        Map<String, Integer> counts = new HashMap<>();
        List<SystemCall> calls = new ArrayList<>();
        for (String text : Files.readAllLines(log)) {
            Matcher line = LINE.matcher(text);
            if (!line.matches()) {
                continue;
            }
            Matcher found = path.matcher(line.group(3));
            if (found.find()) {
                String file = found.group(1) == null ? "" : found.group(1).substring(1);
                int ordinal = counts.merge(line.group(1) + ' ' + line.group(2) + ' ' + file, 1, Integer::sum);
                calls.add(new SystemCall(line.group(2), file, ordinal));
            }
        }
        return calls;
    }
}
