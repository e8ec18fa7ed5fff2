package org.jclone.protocol.recording;

/** Receives the results of a {@link ConversationDecoder}, in the order of the recording. */
public interface ConversationListener {

    /** Called when a connection was opened, finished by one side, or closed. */
    void onConnection(TeeRecord event);

    void onPacket(RecordedPacket packet);

    /** Called when the connection becomes opaque: from here on its bytes are only counted. */
    void onOpaque(long timeMicros, int connection, String reason);

    /**
     * Called for bytes that are not a message of their phase, or for a message that breaks a rule. Decoding continues
     * after them.
     */
    void onProblem(long timeMicros, int connection, Direction direction, String problem);
}
