package org.jclone.recipient.session;

import org.jclone.recipient.api.CloneEvent;
import org.jclone.recipient.api.CloneStage;

/** Publishes the beginning and the end of each stage. */
final class Stages {

    private final CloneContext context;

    Stages(CloneContext context) {
        this.context = context;
    }

    void begin(CloneStage stage, long estimatedBytes) {
        context.publisher().event(new CloneEvent.StageStarted(context.progress().begin(stage, estimatedBytes)));
    }

    /** Resumes the stage of another process. */
    void resume(CloneStage stage, long estimatedBytes, long writtenBytes) {
        context.publisher()
                .event(new CloneEvent.StageStarted(context.progress().resume(stage, estimatedBytes, writtenBytes)));
    }

    /** Ends the current stage, if there is one. */
    void end() {
        context.progress()
                .complete()
                .ifPresent(stage -> context.publisher().event(new CloneEvent.StageCompleted(stage)));
    }
}
