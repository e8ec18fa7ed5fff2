package org.jclone.recipient.replace;

import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jclone.recipient.api.StorageException;
import org.jclone.recipient.storage.DataDirectory;
import org.jclone.recipient.storage.Durable;
import org.jclone.recipient.storage.StorageErrors;

/**
 * Records the progress of a swap in one small file in the directory, replaced as a whole:
 *
 * <pre>
 * line 1  jclone swap 1, or 2 if there are more than three lines
 * line 2  phase: RESTORE, MOVE_OUT, MOVE_IN or CLEAN
 * line 3  keep or remove: what to do with the old data; keep-marked: keep it, and leave the mark to the caller
 * ...     other directories that take part, as file: URIs
 * </pre>
 */
record SwapJournal(Phase phase, Fate old, List<Path> others) {

    private static final String NAME = DataDirectory.SWAP_JOURNAL;
    private static final String FIRST_LINE = "jclone swap 1";
    private static final String FIRST_LINE_WITH_OTHERS = "jclone swap 2";
    private static final int LINES = 3;
    private static final int MAX_BYTES = 1 << 17;

    /** What to do with the old data. */
    enum Fate {
        KEEP("keep"),
        REMOVE("remove"),
        /** Keep it, and leave the mark in the data directory, so that no server starts yet. */
        KEEP_MARKED("keep-marked");

        private final String word;

        Fate(String word) {
            this.word = word;
        }

        private static Fate of(String word) {
            for (Fate each : values()) {
                if (each.word.equals(word)) {
                    return each;
                }
            }
            throw new IllegalArgumentException(word);
        }
    }

    /** The current step. Each step can be repeated from its start. */
    enum Phase {
        /** Kept old data becomes the data to move in: {@code .jclone-old} is renamed to {@code .jclone-new}. */
        RESTORE,
        /** Old entries are moved to {@code .jclone-old}. */
        MOVE_OUT,
        /** New entries are moved out of {@code .jclone-new}. */
        MOVE_IN,
        /** The new data is in place; the old data is removed. */
        CLEAN
    }

    static boolean exists(Path directory) {
        return Files.exists(directory.resolve(NAME), LinkOption.NOFOLLOW_LINKS);
    }

    /** Reads the journal; empty if no swap is in progress. */
    static Optional<SwapJournal> read(Path directory) throws StorageException {
        Path file = directory.resolve(NAME);
        if (!exists(directory)) {
            return Optional.empty();
        }
        try {
            if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) || Files.size(file) > MAX_BYTES) {
                throw new IOException("not a swap journal");
            }
            List<String> lines = Files.readAllLines(file);
            if (lines.size() < LINES || !lines.get(0).equals(firstLine(lines.size() - LINES))) {
                throw new IOException("not a swap journal, or written by a newer jclone");
            }
            List<Path> others = lines.subList(LINES, lines.size()).stream()
                    .map(line -> Path.of(URI.create(line)))
                    .toList();
            return Optional.of(new SwapJournal(Phase.valueOf(lines.get(1)), Fate.of(lines.get(2)), others));
        } catch (IOException e) {
            throw StorageErrors.of("read", file, 0, e);
        } catch (IllegalArgumentException | FileSystemNotFoundException e) {
            throw StorageErrors.of("read", file, 0, new IOException("not a valid swap journal:  " + e.getMessage(), e));
        }
    }

    private static String firstLine(int others) {
        return others == 0 ? FIRST_LINE : FIRST_LINE_WITH_OTHERS;
    }

    boolean keepsOld() {
        return old != Fate.REMOVE;
    }

    /** Writes the journal, which is on disk when this returns. */
    void write(Path directory) throws StorageException {
        StringBuilder text = new StringBuilder(firstLine(others.size()))
                .append('\n')
                .append(phase)
                .append('\n')
                .append(old.word)
                .append('\n');
        others.forEach(other -> text.append(uri(other)).append('\n'));
        Durable.replaceOwnFile(directory.resolve(NAME), text.toString());
    }

    /** Omits the slash that {@link Path#toUri()} adds to the path of an existing directory. */
    private static String uri(Path path) {
        String uri = path.toUri().toString();
        return uri.endsWith("/") ? uri.substring(0, uri.length() - 1) : uri;
    }
}
