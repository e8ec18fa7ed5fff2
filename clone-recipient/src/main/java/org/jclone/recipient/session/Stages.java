package org.jclone.recipient.session;

import org.jclone.recipient.api.CloneEvent;
import org.jclone.recipient.api.CloneStage;

/** Tells of the stages of a clone as they begin and end. */
final class Stages {

    private final CloneContext context;

    Stages(CloneContext context) {
        this.context = context;
    }

    void begin(CloneStage stage, long estimatedBytes) {
        context.publisher().event(new CloneEvent.StageStarted(context.progress().begin(stage, estimatedBytes)));
    }

    /** Resumes a stage that another process was at. */
    void resume(CloneStage stage, long estimatedBytes, long writtenBytes) {
        context.publisher()
                .event(new CloneEvent.StageStarted(context.progress().resume(stage, estimatedBytes, writtenBytes)));
    }

    /** Ends the stage under way, if there is one. */
    void end() {
        context.progress()
                .complete()
                .ifPresent(stage -> context.publisher().event(new CloneEvent.StageCompleted(stage)));
    }
}
