package org.jclone.recipient.target;

import java.time.Clock;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jclone.recipient.api.CloneEvent;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.CloneRequest;
import org.jclone.recipient.progress.ProgressTracker;

/**
 * What a target knows of the clone that it is for.
 *
 * @param clock gives the times that an operator reads
 * @param nanoClock gives the times from which durations are computed
 * @param events receives events for the operator
 * @param onFailure receives the failure of a flush or of the journal, on the thread that flushes
 */
public record TargetContext(
        CloneRequest request,
        ProgressTracker progress,
        Clock clock,
        LongSupplier nanoClock,
        Consumer<CloneEvent> events,
        Consumer<CloneException> onFailure) {}
