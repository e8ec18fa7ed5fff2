package org.jclone.provision.record;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jclone.recipient.api.StorageException;
import org.jclone.recipient.replace.OwnNames;
import org.jclone.recipient.storage.Durable;

/**
 * The clones of one directory, in a small file in it that stays when the data is exchanged and when a run ends. Each
 * change is on disk when the method returns. A line that cannot be read counts as none.
 *
 * <pre>
 * begun in UTC  " "  bytes copied  " "  milliseconds of the copy  " "  milliseconds of the first start     0 for unknown
 * </pre>
 */
public final class CloneHistory {

    public static final String NAME = OwnNames.PROVISION_HISTORY;

    /** More clones than any limit per day allows. */
    private static final int MAX_LINES = 2000;

    private static final int MAX_BYTES = 1 << 20;

    /**
     * One clone.
     *
     * @param bytes 0 until the copy is complete
     * @param copy zero until then
     * @param firstStart zero until the server on it has started
     */
    public record Entry(Instant begun, long bytes, Duration copy, Duration firstStart) {

        /** Returns bytes per second; 0 if the copy is not complete. */
        public long rate() {
            return copy.toMillis() == 0 ? 0 : Math.max(1, bytes * 1000 / copy.toMillis());
        }

        private String line() {
            return begun + " " + bytes + " " + copy.toMillis() + " " + firstStart.toMillis();
        }

        private static Optional<Entry> parse(String line) {
            String[] words = line.split(" ", -1);
            try {
                return words.length == 4
                        ? Optional.of(new Entry(
                                Instant.parse(words[0]),
                                Long.parseLong(words[1]),
                                Duration.ofMillis(Long.parseLong(words[2])),
                                Duration.ofMillis(Long.parseLong(words[3]))))
                        : Optional.empty();
            } catch (DateTimeException | NumberFormatException e) {
                return Optional.empty();
            }
        }
    }

    private final Path file;

    public CloneHistory(Path directory) {
        this.file = directory.resolve(NAME);
    }

    /** Returns the clones, the oldest first. */
    public List<Entry> entries() {
        try {
            if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) || Files.size(file) > MAX_BYTES) {
                return List.of();
            }
            return Files.readAllLines(file).stream()
                    .flatMap(line -> Entry.parse(line).stream())
                    .toList();
        } catch (IOException e) {
            return List.of();
        }
    }

    public List<Instant> begun() {
        return entries().stream().map(Entry::begun).toList();
    }

    /** Returns the last clone whose copy was complete. */
    public Optional<Entry> lastComplete() {
        return entries().stream().filter(entry -> entry.rate() > 0).reduce((first, last) -> last);
    }

    /** Records that a clone begins. */
    public void begin(Instant now) throws StorageException {
        List<Entry> entries = new ArrayList<>(entries());
        entries.add(new Entry(now, 0, Duration.ZERO, Duration.ZERO));
        write(entries);
    }

    /** Records the copy of the last clone. */
    public void copied(long bytes, Duration took) throws StorageException {
        replaceLast(last -> new Entry(last.begun(), bytes, took, last.firstStart()));
    }

    /** Records the first start of the last clone. */
    public void started(Duration took) throws StorageException {
        replaceLast(last -> new Entry(last.begun(), last.bytes(), last.copy(), took));
    }

    private interface Change {
        Entry of(Entry last);
    }

    private void replaceLast(Change change) throws StorageException {
        List<Entry> entries = new ArrayList<>(entries());
        if (!entries.isEmpty()) {
            entries.add(change.of(entries.remove(entries.size() - 1)));
            write(entries);
        }
    }

    private void write(List<Entry> entries) throws StorageException {
        List<String> lines = entries.subList(Math.max(0, entries.size() - MAX_LINES), entries.size()).stream()
                .map(Entry::line)
                .toList();
        Durable.replaceOwnFile(file, String.join("\n", lines) + "\n");
    }
}
