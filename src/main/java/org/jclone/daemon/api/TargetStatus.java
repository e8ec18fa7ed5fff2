package org.jclone.daemon.api;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jclone.recipient.api.DonorAddress;

/**
 * A configured target.
 *
 * @param directory the data directory
 * @param donors the configured donors, before any search
 * @param source the server to replicate from; empty for the donor
 * @param service the systemd unit of its server
 * @param isKept whether the daemon provisions it by itself: {@code ensure=replica}
 * @param directoryState what the directory holds
 * @param record the state of the run that the directory records, in words; empty if there is none
 * @param freeBytes of the file system of the directory; empty if that is not known
 * @param unansweredSince since when the directory has not answered; then the three before it are of an earlier time.
 *     Empty if they are current
 * @param activeRun the run that waits or works on it
 * @param lastRun the last run that has ended, as far as the history knows
 * @param nextAttempt why and when the daemon acts by itself next, in words; empty if it does not
 */
public record TargetStatus(
        String name,
        Path directory,
        List<DonorAddress> donors,
        Optional<DonorAddress> source,
        Optional<String> service,
        boolean isKept,
        DirectoryState directoryState,
        Optional<String> record,
        OptionalLong freeBytes,
        Optional<Instant> unansweredSince,
        Optional<String> activeRun,
        Optional<RunStatus> lastRun,
        Optional<String> nextAttempt) {

    /** What a data directory holds. */
    public enum DirectoryState {
        /** Nothing, or it does not exist. */
        EMPTY,
        /** Data without the record of a run. */
        DATA,
        /** A run that has not ended. */
        UNFINISHED,
        /** Data that a run has provisioned completely. */
        PROVISIONED,
        /** It cannot be read, or has never answered. */
        UNREADABLE
    }

    public TargetStatus {
        donors = List.copyOf(donors);
    }
}
