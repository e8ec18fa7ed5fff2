package org.jclone.daemon.api;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * Which runs to return. Empty values do not restrict.
 *
 * @param states none for all
 * @param since ordered at this time or later
 * @param until ordered before this time
 * @param before from an earlier page: only runs that are older than that one
 * @param limit the largest number of runs, from 1 to 1000
 */
public record RunQuery(
        Optional<String> target,
        Set<RunStatus.State> states,
        Optional<Instant> since,
        Optional<Instant> until,
        Optional<String> before,
        int limit) {

    public static final int MAX_LIMIT = 1000;
    public static final int DEFAULT_LIMIT = 50;
    public static final RunQuery ALL = new RunQuery(
            Optional.empty(), Set.of(), Optional.empty(), Optional.empty(), Optional.empty(), DEFAULT_LIMIT);

    public RunQuery {
        states = Set.copyOf(states);
        if (limit < 1 || limit > MAX_LIMIT) {
            throw new IllegalArgumentException("limit: " + limit + " (expected: 1 to " + MAX_LIMIT + ')');
        }
    }
}
