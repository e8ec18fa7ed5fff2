package org.jclone.protocol.recording;

import java.io.IOException;

/** A file is not a recording, ends too early, or exceeds the limits of a recording of a clone. */
public final class MalformedRecordingException extends IOException {

    private static final long serialVersionUID = 1L;

    MalformedRecordingException(String reason) {
        super(reason);
    }

    MalformedRecordingException(String reason, Throwable cause) {
        super(reason, cause);
    }
}
