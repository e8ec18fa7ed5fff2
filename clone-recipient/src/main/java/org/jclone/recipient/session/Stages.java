package org.jclone.recipient.session;

import org.jclone.recipient.api.CloneEvent;
import org.jclone.recipient.api.CloneStage;

/** Tells of the stages of a clone as they begin and end. */
final class Stages {

    private final CloneContext context;
    private final Target target;

    Stages(CloneContext context, Target target) {
        this.context = context;
        this.target = target;
    }

    void begin(CloneStage stage, long estimatedBytes) {
        context.publisher().event(new CloneEvent.StageStarted(context.progress().begin(stage, estimatedBytes)));
        target.showProgress(context.progress().stages());
    }

    /** Ends the stage under way, if there is one. */
    void end() {
        context.progress()
                .complete()
                .ifPresent(stage -> context.publisher().event(new CloneEvent.StageCompleted(stage)));
    }
}
