package org.jclone.recipient.status;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jclone.protocol.clone.CloneError;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.CloneProgress;
import org.jclone.recipient.api.DonorAddress;
import org.jclone.recipient.api.StageProgress;
import org.jclone.recipient.api.StorageException;
import org.jclone.recipient.storage.CloneFolder;
import org.jclone.recipient.storage.DataDirectory;
import org.jclone.recipient.storage.Durable;

/**
 * Writes the files of the {@link CloneFolder} as MySQL's own recipient leaves them in a new directory.
 *
 * <p>Source: docs/protocol/02-innodb-clone-stream.md, section 8.
 */
public final class StatusFiles {

    private static final int STATE_FAILED = 3;
    private static final int STATE_COMPLETED = 2;
    private static final int STATE_IN_PROGRESS = 1;
    private static final int MAX_TEXT = 511;

    /** RESTART and RECOVERY: stages after the copy, which the server fills in. */
    private static final int LATER_STAGES = 2;

    private static final String INTERRUPTED = "Query execution was interrupted";

    private final CloneFolder folder;
    private final DonorAddress donor;
    private final Instant begin;
    private boolean statusWritten;
    private boolean ended;

    private StatusFiles(CloneFolder folder, DonorAddress donor, Instant begin) {
        this.folder = folder;
        this.donor = donor;
        this.begin = begin;
    }

    /** Marks the directory as unfinished, durably, before anything else is written to it. */
    public static StatusFiles begin(DataDirectory directory, DonorAddress donor, Instant begin) throws CloneException {
        CloneFolder folder = new CloneFolder(directory.createFolder(CloneFolder.NAME));
        folder.createMark();
        directory.createFolder("mysql");
        Durable.flushDirectory(directory.root());
        return new StatusFiles(folder, donor, begin);
    }

    /** Returns the status files of an unfinished clone that is resumed. */
    public static StatusFiles resume(DataDirectory directory, DonorAddress donor, Instant begin) {
        return new StatusFiles(CloneFolder.in(directory.root()), donor, begin);
    }

    /**
     * Records that the clone is running. A server would read this state as failed, but refuses the directory anyway. Can be called from any thread; does nothing after {@link #fail} or {@link #complete}.
     *
     * @param lastTrouble the last problem of the clone; empty if there was none
     */
    public synchronized void writeProgress(CloneProgress progress, Instant now, String lastTrouble)
            throws StorageException {
        if (ended) {
            return;
        }
        if (!statusWritten) {
            // Holds an error until the clone is complete, so that a crash is visible as a failure.
            String status = status(STATE_IN_PROGRESS, Optional.empty(), CloneError.ER_QUERY_INTERRUPTED, INTERRUPTED);
            Durable.replaceOwnFileUnflushed(folder.viewStatus(), status);
            statusWritten = true;
        }
        Durable.replaceOwnFileUnflushed(
                folder.viewProgress(), progress(progress.stages()) + LiveLine.of(progress, now, oneLine(lastTrouble)));
    }

    /** Records that the clone failed. Keeps {@code #status_in_progress}. */
    public synchronized void fail(List<StageProgress> stages, Instant end, int errorNumber, String errorText)
            throws StorageException {
        ended = true;
        Durable.replaceOwnFile(folder.viewStatus(), status(STATE_FAILED, Optional.of(end), errorNumber, errorText));
        Durable.replaceOwnFile(folder.viewProgress(), progress(stages));
    }

    /** Marks the directory as complete. This is the last step: call it after everything else is flushed. */
    public synchronized void complete(List<StageProgress> stages, Instant end) throws StorageException {
        ended = true;
        Durable.replaceOwnFile(folder.viewStatus(), status(STATE_COMPLETED, Optional.of(end), 0, ""));
        Durable.replaceOwnFile(folder.viewProgress(), progress(stages));
        folder.prepareFirstStart();
        folder.removeMark();
    }

    private String status(int state, Optional<Instant> end, int errorNumber, String errorText) {
        return state + " 1\n"
                + StageLine.micros(Optional.of(begin)) + ' ' + StageLine.micros(end) + '\n'
                + (donor.socket().isPresent() ? oneLine(donor.toString()) : donor.host() + ':' + donor.port()) + '\n'
                + errorNumber + '\n'
                + oneLine(errorText) + '\n'
                + "\n0\n\n";
    }

    private static String progress(List<StageProgress> stages) {
        StringBuilder content = new StringBuilder("1\n");
        for (StageProgress stage : stages) {
            content.append(StageLine.of(stage)).append('\n');
        }
        return content.append((StageLine.NOTHING + '\n').repeat(LATER_STAGES)).toString();
    }

    private static String oneLine(String text) {
        String line = text.replaceAll("[\\r\\n]+", " ");
        return line.length() > MAX_TEXT ? line.substring(0, MAX_TEXT) : line;
    }
}
