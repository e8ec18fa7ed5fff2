package org.jclone.tests.disk;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A system call that changes the disk, before which a program is killed: {@code strace} sends SIGKILL at the entry to
 * the call, and the kernel does not execute it.
 *
 * @param call such as {@code rename}
 * @param path its file; for {@code rename} the old name, by which alone {@code strace} can select the call
 * @param ordinal counts the calls of that name for that path by the same thread, from 1
 */
public record KillPoint(String call, Path path, int ordinal) {

    private static final String CALLS = "rename,unlink,rmdir,mkdir,openat,write,pwrite64,fsync,fdatasync,chmod,fchmod";
    private static final Pattern LINE = Pattern.compile("^(\\d+) +([a-z0-9]+)\\((.*)$");
    private static final Pattern PATH = Pattern.compile("[\"<](/[^\"<>]*)[\">]");

    /** The command prefix that records its calls. */
    public static List<String> recorder(Path log) {
        return strace("-s", "0", "-o", log.toString(), "-e", "trace=" + CALLS);
    }

    /**
     * Returns the calls of the thread that first named {@code first}, from then on, that concern {@code folder}.
     */
    public static List<KillPoint> since(Path first, Path log, Path folder) throws IOException {
        List<String> lines = Files.readAllLines(log);
        String thread = lines.stream()
                .filter(line -> line.contains('"' + first.toString() + '"'))
                .findFirst()
                .map(line -> line.substring(0, line.indexOf(' ')))
                .orElseThrow(() -> new IOException(log + " does not name " + first));
        List<KillPoint> points = new ArrayList<>();
        Map<String, Integer> counts = new HashMap<>();
        boolean begun = false;
        for (String text : lines) {
            Matcher line = LINE.matcher(text);
            if (!line.matches() || !line.group(1).equals(thread)) {
                continue;
            }
            String call = line.group(2);
            Optional<Path> path = firstPathIn(line.group(3), folder);
            path.ifPresent(named -> counts.merge(call + named, 1, Integer::sum));
            begun |= path.equals(Optional.of(first));
            boolean changes = !call.equals("openat") || text.contains("O_CREAT");
            if (begun && changes && path.isPresent()) {
                points.add(new KillPoint(call, path.get(), counts.get(call + path.get())));
            }
        }
        return points;
    }

    /** The command prefix that kills the same command at this point. */
    public List<String> killer() {
        return strace(
                "-o",
                "/dev/null",
                "-P",
                path.toString(),
                "-e",
                "trace=" + call,
                "-e",
                "inject=" + call + ":signal=SIGKILL:when=" + ordinal);
    }

    /** The same point of a program that works in another directory. */
    public KillPoint movedTo(Path to, Path from) {
        return new KillPoint(call, to.resolve(from.relativize(path)), ordinal);
    }

    private static Optional<Path> firstPathIn(String arguments, Path folder) {
        return PATH.matcher(arguments)
                .results()
                .map(found -> Path.of(found.group(1)))
                .filter(found -> found.startsWith(folder))
                .findFirst();
    }

    /** Does not use {@code --seccomp-bpf}, with which strace 6.1 sends no signal. */
    private static List<String> strace(String... options) {
        List<String> command = new ArrayList<>(List.of("strace", "-f", "-y"));
        command.addAll(List.of(options));
        return command;
    }
}
