package org.jclone.daemon.api;

import java.time.Instant;
import java.util.Optional;
import org.jclone.provision.api.Step;

/**
 * A step of a run.
 *
 * @param endedAt empty while it is in progress, and if its process died in it
 * @param isDone whether it succeeded
 * @param isRepeated whether an earlier process had begun it
 */
public record StepStatus(Step step, Instant beganAt, Optional<Instant> endedAt, boolean isDone, boolean isRepeated) {}
