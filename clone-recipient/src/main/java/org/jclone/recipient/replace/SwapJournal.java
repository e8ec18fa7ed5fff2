package org.jclone.recipient.replace;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jclone.recipient.api.StorageException;
import org.jclone.recipient.storage.Durable;
import org.jclone.recipient.storage.StorageErrors;

/**
 * How far a swap has come, in one small file in the directory, replaced as a whole:
 *
 * <pre>
 * line 1  jclone swap 1
 * line 2  phase: MOVE_OUT, MOVE_IN or CLEAN
 * line 3  keep or remove: what becomes of the old data
 * </pre>
 */
record SwapJournal(Phase phase, boolean keepOld) {

    static final String NAME = ".jclone-swap";

    private static final String FIRST_LINE = "jclone swap 1";
    private static final int MAX_BYTES = 100;

    /** What is being done; each can be begun again from its beginning. */
    enum Phase {
        /** Old entries go to {@code .jclone-old}. */
        MOVE_OUT,
        /** New entries come from {@code .jclone-new}. */
        MOVE_IN,
        /** The new data is in its place; the old is removed. */
        CLEAN
    }

    static boolean exists(Path directory) {
        return Files.exists(directory.resolve(NAME), LinkOption.NOFOLLOW_LINKS);
    }

    /** Empty if there is no swap under way. */
    static Optional<SwapJournal> read(Path directory) throws StorageException {
        Path file = directory.resolve(NAME);
        if (!exists(directory)) {
            return Optional.empty();
        }
        try {
            if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) || Files.size(file) > MAX_BYTES) {
                throw new IOException("not a journal of a swap");
            }
            List<String> lines = Files.readAllLines(file);
            if (lines.size() != 3 || !lines.get(0).equals(FIRST_LINE)) {
                throw new IOException("not a journal of a swap, or of a newer jclone");
            }
            return Optional.of(
                    new SwapJournal(Phase.valueOf(lines.get(1)), lines.get(2).equals("keep")));
        } catch (IOException e) {
            throw StorageErrors.of("read", file, 0, e);
        } catch (IllegalArgumentException e) {
            throw StorageErrors.of("read", file, 0, new IOException("no phase of a swap: " + e.getMessage(), e));
        }
    }

    /** Returns when it is on disk. */
    void write(Path directory) throws StorageException {
        Durable.replaceOwnFile(
                directory.resolve(NAME), FIRST_LINE + '\n' + phase + '\n' + (keepOld ? "keep" : "remove") + '\n');
    }
}
