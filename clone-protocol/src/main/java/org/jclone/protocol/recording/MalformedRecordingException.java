package org.jclone.protocol.recording;

import java.io.IOException;

/** A file is no recording, or ends too early, or holds more than a recording of a clone can. */
public final class MalformedRecordingException extends IOException {

    private static final long serialVersionUID = 1L;

    MalformedRecordingException(String reason) {
        super(reason);
    }

    MalformedRecordingException(String reason, Throwable cause) {
        super(reason, cause);
    }
}
