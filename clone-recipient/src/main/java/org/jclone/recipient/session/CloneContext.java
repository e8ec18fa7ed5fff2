package org.jclone.recipient.session;

import java.time.Clock;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jclone.recipient.api.CloneEvent;
import org.jclone.recipient.api.CloneRequest;
import org.jclone.recipient.api.CloneStage;
import org.jclone.recipient.connection.Abortion;
import org.jclone.recipient.connection.ErrorTranslator;
import org.jclone.recipient.connection.Throttle;
import org.jclone.recipient.progress.ProgressTracker;
import org.jclone.recipient.replace.OldData;

/**
 * What all parts of a clone share.
 *
 * @param oldData the data that the clone replaces, if any
 * @param clock gives the times that an operator reads
 * @param nanoClock gives the times from which durations are computed
 * @param machine the machine of the recipient
 */
record CloneContext(
        CloneRequest request,
        Optional<OldData> oldData,
        ErrorTranslator errors,
        Abortion abortion,
        ProgressTracker progress,
        Throttle throttle,
        EventPublisher publisher,
        Clock clock,
        LongSupplier nanoClock,
        Machine machine) {

    /** Begins a stage and publishes it. */
    void beginStage(CloneStage stage, long estimatedBytes) {
        publisher.event(new CloneEvent.StageStarted(progress.begin(stage, estimatedBytes)));
    }

    /** Resumes the stage of another process and publishes it. */
    void resumeStage(CloneStage stage, long estimatedBytes, long writtenBytes) {
        publisher.event(new CloneEvent.StageStarted(progress.resume(stage, estimatedBytes, writtenBytes)));
    }

    /** Ends the current stage, if there is one, and publishes its end. */
    void endStage() {
        progress.complete().ifPresent(stage -> publisher.event(new CloneEvent.StageCompleted(stage)));
    }
}
