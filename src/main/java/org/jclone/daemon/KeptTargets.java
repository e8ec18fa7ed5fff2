package org.jclone.daemon;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.storage.Durable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The times at which the daemon began runs by itself, in a small file for each target, so that a restart does not renew
 * the budget. Each line is one time in UTC.
 */
final class KeptTargets {

    private static final Logger LOGGER = LoggerFactory.getLogger(KeptTargets.class);

    private final Path folder;

    KeptTargets(Path stateDirectory) {
        this.folder = stateDirectory;
    }

    private Path file(String target) {
        return folder.resolve("ensured-" + target);
    }

    /** Returns the times; none if the file is missing or cannot be read. */
    List<Instant> read(String target) {
        try {
            List<Instant> times = new ArrayList<>();
            for (String line : Files.exists(file(target)) ? Files.readAllLines(file(target)) : List.<String>of()) {
                times.add(Instant.parse(line));
            }
            return times;
        } catch (IOException | java.time.DateTimeException e) {
            LOGGER.atWarn().addKeyValue("file", file(target)).log("cannot read when runs began");
            return new ArrayList<>();
        }
    }

    /** Replaces the times durably. */
    void write(String target, List<Instant> times) throws CloneException {
        StringBuilder text = new StringBuilder();
        times.forEach(time -> text.append(time).append('\n'));
        Durable.replaceOwnFile(file(target), text.toString());
    }
}
