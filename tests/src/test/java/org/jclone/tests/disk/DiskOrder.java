package org.jclone.tests.disk;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jclone.tests.disk.CallTrace.Call;

/**
 * What a crash of the machine could undo at a moment of a trace, on a file system that promises no more than POSIX: data
 * written to a file since its last flush, and names that were created, changed or removed since the last flush of their
 * folder. Unflushed data stays with a file that is renamed.
 */
public final class DiskOrder {

    private static final Pattern PATHS = Pattern.compile("[\"<](/[^\"<>]*)[\">]");
    private static final Pattern SOCKET = Pattern.compile("^\\d+<(TCP|socket):");

    /** What a packet contains. */
    public static final Path NETWORK = Path.of("/network");

    private static final Set<String> WRITES =
            Set.of("write", "pwrite64", "writev", "pwritev", "ftruncate", "fallocate");
    private static final Set<String> FLUSHES = Set.of("fsync", "fdatasync");

    /**
     * A call with its files.
     *
     * @param path the file or folder; for a rename the old name
     * @param to for a rename the new name, else null
     */
    public record Step(Call call, Path path, Path to) {

        public boolean is(String name) {
            return call.name().equals(name);
        }

        /** Returns whether the call creates a new name. */
        public boolean creates() {
            return is("mkdir") || is("openat") && call.text().contains("O_EXCL");
        }

        @Override
        public String toString() {
            return call.name() + ' ' + path + (to == null ? "" : " to " + to);
        }
    }

    /** The last change and the last flush, as lines of the trace. */
    private static final class Thing {
        private int changed = -1;
        private int flushBegan = -1;

        boolean isDirty() {
            return changed > flushBegan;
        }

        Thing flushed(int began) {
            flushBegan = Math.max(flushBegan, began);
            return this;
        }
    }

    private final List<Step> steps = new ArrayList<>();
    private final Map<Path, Thing> contents = new HashMap<>();
    private final Map<Path, Thing> names = new HashMap<>();

    private DiskOrder() {}

    /** The command prefix that records all calls that this class needs. */
    public static List<String> recorder(Path log) {
        return CallTrace.recorder(log, 64, ",mkdir,unlink,rmdir,ftruncate,fallocate,sendto");
    }

    /** The steps of the trace that concern {@code folder} or the network, in the order in which they began. */
    public static DiskOrder read(Path log, Path folder) throws IOException {
        DiskOrder order = new DiskOrder();
        for (Call call : CallTrace.read(log)) {
            Matcher matcher = PATHS.matcher(call.text());
            List<Path> paths = new ArrayList<>();
            while (matcher.find()) {
                paths.add(Path.of(matcher.group(1)));
            }
            if (call.name().equals("openat") && paths.size() > 1) {
                paths.remove(0); // the current directory
            }
            if (SOCKET.matcher(call.text()).find()) {
                order.steps.add(new Step(call, NETWORK, null));
                continue;
            }
            boolean lasting = !call.text().contains(">(deleted)"); // a file without a name
            if (lasting && !paths.isEmpty() && paths.get(0).startsWith(folder) && call.succeeded()) {
                Path to = call.name().equals("rename") ? paths.get(1) : null;
                order.steps.add(new Step(call, paths.get(0), to));
            }
        }
        return order;
    }

    /** Visits each step after all earlier steps have taken effect, and before this one has. */
    public interface Visitor {
        void before(Step step);
    }

    public void replay(Visitor visitor) {
        List<Step> flushes = new ArrayList<>();
        for (Step step : steps) {
            Iterator<Step> pending = flushes.iterator();
            while (pending.hasNext()) {
                Step flush = pending.next();
                if (flush.call().end() < step.call().begin()) {
                    flushed(flush);
                    pending.remove();
                }
            }
            visitor.before(step);
            if (FLUSHES.contains(step.call().name())) {
                flushes.add(step);
            } else {
                changed(step);
            }
        }
    }

    private void flushed(Step flush) {
        int began = flush.call().begin();
        contents.computeIfPresent(flush.path(), (path, thing) -> thing.flushed(began));
        names.forEach((path, thing) -> {
            if (flush.path().equals(path.getParent())) {
                thing.flushed(began);
            }
        });
    }

    private void changed(Step step) {
        if (step.path().equals(NETWORK)) {
            return;
        }
        if (WRITES.contains(step.call().name())) {
            contents.computeIfAbsent(step.path(), path -> new Thing()).changed =
                    step.call().end();
        } else if (step.is("rename")) {
            takeAlong(step.path(), step.to());
            changeName(step.path(), step);
            changeName(step.to(), step);
        } else if (step.is("unlink") || step.is("rmdir")) {
            contents.remove(step.path());
            names.keySet().removeIf(path -> step.path().equals(path.getParent()));
            changeName(step.path(), step);
        } else if (step.creates()) {
            changeName(step.path(), step);
        }
    }

    private void changeName(Path name, Step step) {
        names.computeIfAbsent(name, path -> new Thing()).changed = step.call().end();
    }

    private void takeAlong(Path from, Path to) {
        for (Map<Path, Thing> things : List.of(contents, names)) {
            things.remove(to);
            for (Path path : List.copyOf(things.keySet())) {
                if (path.startsWith(from)) {
                    things.put(path.equals(from) ? to : to.resolve(from.relativize(path)), things.remove(path));
                }
            }
        }
    }

    /** Names selected by {@code which} that a crash now could restore or remove. */
    public Set<Path> unflushedNames(Predicate<Path> which) {
        return unflushed(names, which);
    }

    /** Files selected by {@code which} whose contents a crash now could spoil. */
    public Set<Path> unflushedContents(Predicate<Path> which) {
        return unflushed(contents, which);
    }

    private static Set<Path> unflushed(Map<Path, Thing> things, Predicate<Path> which) {
        Set<Path> unflushed = new TreeSet<>();
        things.forEach((path, thing) -> {
            if (thing.isDirty() && which.test(path)) {
                unflushed.add(path);
            }
        });
        return unflushed;
    }

    /** A byte of a write, as {@code strace} shows it; -1 if there are fewer. */
    public static int byteOf(Step write, int index) {
        String text = write.call().text();
        int at = text.indexOf('"') + 1;
        for (int i = 0; at > 0 && text.charAt(at) != '"'; i++) {
            int value = text.charAt(at);
            int length = 1;
            if (value == '\\') {
                char escape = text.charAt(at + 1);
                length = 2;
                if (escape >= '0' && escape <= '7') {
                    while (length < 4 && text.charAt(at + length) >= '0' && text.charAt(at + length) <= '7') {
                        length++;
                    }
                    value = Integer.parseInt(text.substring(at + 1, at + length), 8);
                } else {
                    value = "\"\\".indexOf(escape) >= 0 ? escape : "\t\n\013\f\r".charAt("tnvfr".indexOf(escape));
                }
            }
            if (i == index) {
                return value;
            }
            at += length;
        }
        return -1;
    }
}
