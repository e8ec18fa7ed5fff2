package org.jclone.daemon.api;

import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jclone.provision.api.Step;

/**
 * Something that happened. No event contains a secret.
 *
 * @param id greater than that of every earlier event of this daemon, even if the history was lost
 * @param run empty for an event of the daemon itself
 * @param text one sentence, without markup
 * @param details values by name, for programs; the names of a kind do not change
 */
public record RunEvent(
        long id,
        Instant at,
        Optional<String> run,
        Optional<String> target,
        Kind kind,
        Optional<Step> step,
        String text,
        Map<String, String> details) {

    /** The kinds of events, with the names of their details. */
    public enum Kind {
        /** Ordered: {@code action}, {@code by}, {@code priority}, {@code retry_of}. */
        QUEUED,
        /** Began, or continued by another process: {@code mode}, {@code process}. */
        STARTED,
        STEP_BEGAN,
        /** {@code seconds}. */
        STEP_DONE,
        /** A decision: {@code what}, {@code outcome}, and an {@code input.NAME} for each value that it depends on. */
        DECIDED,
        /** {@code missing_transactions} and {@code errant_transactions} if target and source were compared. */
        NOTE,
        /** {@code hint}; {@code damaged_pages} if pages are damaged. */
        WARNING,
        /** A problem that prevents the run. */
        FINDING,
        /** {@code donor}, {@code version}, {@code transport}. */
        CONNECTED,
        /** {@code files}, {@code estimated_bytes}, {@code estimated_disk_bytes}. */
        SNAPSHOT,
        /** {@code stage}. */
        STAGE_BEGAN,
        /** {@code stage}, {@code bytes}, {@code network_bytes}, {@code seconds}. */
        STAGE_DONE,
        /** {@code connections}. */
        CONNECTIONS,
        /** {@code attempt}, {@code deadline}. */
        RECONNECTING,
        /** {@code attempts}, {@code seconds}. */
        RECONNECTED,
        /** Any other event of the copy. */
        COPY,
        /** The donors were rated: {@code round}, {@code suitable}, {@code candidates}. */
        DONORS_RATED,
        /** {@code donor}, {@code score}. */
        DONOR_CHOSEN,
        /** {@code donor}, {@code code}, {@code then}. */
        DONOR_FAILED,
        /** No donor is free, or all of them are tried again later. */
        DONORS_AWAITED,
        /** The limits changed: {@code data_mib_per_second}, {@code network_mib_per_second}, {@code reason}. */
        THROTTLE,
        /** Asked to stop: {@code mode}, {@code by}. */
        STOPPING,
        /** The daemon stops; the run continues when it starts again. */
        INTERRUPTED,
        /** Over: {@code state}; after a failure {@code code}, {@code hint} and {@code holds}. */
        ENDED,
        /** An event of the daemon: start, stop, reload, what it does by itself; {@code errant_transactions}. */
        DAEMON
    }

    public RunEvent {
        details = Collections.unmodifiableMap(new LinkedHashMap<>(details));
    }
}
