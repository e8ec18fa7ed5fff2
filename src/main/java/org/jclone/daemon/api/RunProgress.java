package org.jclone.daemon.api;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import org.jclone.provision.api.Step;
import org.jclone.recipient.api.CloneProgress;

/**
 * How far a run is, at one moment.
 *
 * @param copy the progress of the copy; empty until it begins
 * @param estimatedBytes what the donor announced
 * @param missingTransactions while it catches up, if it is known
 * @param replicationLag while it catches up, as its channels report it
 * @param sinceProgress time since bytes arrived, transactions were applied, or a step began
 * @param limitMiBPerSecond the limit of file contents in effect; 0 is no limit
 */
public record RunProgress(
        String run,
        Instant at,
        Step step,
        Optional<CloneProgress> copy,
        OptionalLong estimatedBytes,
        OptionalLong missingTransactions,
        Optional<Duration> replicationLag,
        Duration sinceProgress,
        long limitMiBPerSecond) {}
