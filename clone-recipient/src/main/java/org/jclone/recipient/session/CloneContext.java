package org.jclone.recipient.session;

import org.jclone.recipient.api.CloneRequest;
import org.jclone.recipient.progress.ProgressTracker;

/** What all parts of one clone share. */
record CloneContext(
        CloneRequest request,
        ErrorTranslator errors,
        ProgressTracker progress,
        Throttle throttle,
        EventPublisher publisher) {}
