package org.jclone.tests.disk;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The system calls of a program in order, with the beginning of the data that it wrote. */
public final class CallTrace {

    private static final String CALLS = "openat,chmod,fchmod,write,pwrite64,writev,pwritev,fsync,fdatasync,rename";
    private static final Pattern LINE = Pattern.compile("^(\\d+) +(?:([a-z0-9]+)\\(|<\\.{3} [a-z0-9]+ resumed>)(.*)$");
    private static final String UNFINISHED = "<unfinished ...>";

    private CallTrace() {}

    /**
     * One call.
     *
     * @param text arguments with the paths of descriptors, and result; strings are escaped, so ASCII is found in them
     * @param begin number of the line of its beginning
     * @param end number of the line of its end
     */
    public record Call(String name, String text, int begin, int end) {

        public boolean succeeded() {
            return Pattern.compile(" = \\d+[^=]*$").matcher(text).find();
        }

        /** Returns whether its first path, named or of a descriptor, begins with this. */
        public boolean isFor(Path path) {
            return Pattern.compile("^(\\d+<|AT_FDCWD<[^>]*>, \"|\")" + Pattern.quote(path.toString()))
                    .matcher(text)
                    .find();
        }
    }

    /** Returns the command prefix that records a program's calls with this many bytes of written data. */
    public static List<String> recorder(Path log, int writtenBytes) {
        return recorder(log, writtenBytes, "");
    }

    /** @param more names of further calls, each preceded by a comma */
    static List<String> recorder(Path log, int writtenBytes, String more) {
        return List.of(
                "strace",
                "-f",
                "--seccomp-bpf",
                "-y",
                "-o",
                log.toString(),
                "-s",
                Integer.toString(writtenBytes),
                "-e",
                "trace=" + CALLS + more);
    }

    public static List<Call> read(Path log) throws IOException {
        Map<String, Call> unfinished = new HashMap<>();
        List<Call> calls = new ArrayList<>();
        int number = 0;
        for (String text : Files.readAllLines(log, StandardCharsets.ISO_8859_1)) {
            number++;
            Matcher line = LINE.matcher(text);
            if (!line.matches()) {
                continue;
            }
            String thread = line.group(1);
            String rest = line.group(3);
            if (line.group(2) == null) {
                Call begun = unfinished.remove(thread);
                calls.add(new Call(begun.name(), begun.text() + rest, begun.begin(), number));
            } else if (rest.endsWith(UNFINISHED)) {
                unfinished.put(thread, new Call(line.group(2), rest, number, Integer.MAX_VALUE));
            } else {
                calls.add(new Call(line.group(2), rest, number, number));
            }
        }
        calls.addAll(unfinished.values());
        calls.sort((a, b) -> Integer.compare(a.begin(), b.begin()));
        return calls;
    }
}
