package org.jclone.recipient.session;

import java.util.Optional;
import org.jclone.recipient.api.CloneRequest;
import org.jclone.recipient.connection.ErrorTranslator;
import org.jclone.recipient.connection.Throttle;
import org.jclone.recipient.progress.ProgressTracker;
import org.jclone.recipient.replace.OldData;

/**
 * What all parts of a clone share.
 *
 * @param oldData the data that the clone replaces, if any
 */
record CloneContext(
        CloneRequest request,
        Optional<OldData> oldData,
        ErrorTranslator errors,
        ProgressTracker progress,
        Throttle throttle,
        EventPublisher publisher) {}
