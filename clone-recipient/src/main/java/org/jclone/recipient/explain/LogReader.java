package org.jclone.recipient.explain;

import java.io.IOException;
import java.io.Reader;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Reads a log and finds the clones in it. Uses bounded memory for any file. */
public final class LogReader {

    /** Longer lines are cut: no message about a clone is this long. */
    private static final int MOST_CHARACTERS = 16_384;

    private final Optional<Instant> since;
    private final CloneStories stories = new CloneStories();
    private Optional<Instant> lastTime = Optional.empty();
    private long lines;

    /** @param since skips earlier lines, and lines without a time before the first line that has one */
    public LogReader(Optional<Instant> since) {
        this.since = since;
    }

    /**
     * Reads the whole log.
     *
     * @param reader not closed by this method
     */
    public LogReader read(Reader reader) throws IOException {
        StringBuilder line = new StringBuilder();
        char[] buffer = new char[8192];
        for (int count = reader.read(buffer); count >= 0; count = reader.read(buffer)) {
            for (int i = 0; i < count; i++) {
                if (buffer[i] == '\n') {
                    onLine(line.toString());
                    line.setLength(0);
                } else if (line.length() < MOST_CHARACTERS && buffer[i] != '\r') {
                    line.append(buffer[i]);
                }
            }
        }
        if (line.length() > 0) {
            onLine(line.toString());
        }
        return this;
    }

    private void onLine(String text) {
        lines++;
        LogEntry entry = LogEntry.of(lines, text).at(lastTime);
        lastTime = entry.time();
        boolean counts = since.isEmpty()
                || entry.time().filter(time -> !time.isBefore(since.get())).isPresent();
        if (counts) {
            stories.onEntry(entry);
        }
    }

    public long lines() {
        return lines;
    }

    /** Returns the clones in the order in which they began. */
    public List<CloneStory> stories() {
        return stories.all();
    }
}
