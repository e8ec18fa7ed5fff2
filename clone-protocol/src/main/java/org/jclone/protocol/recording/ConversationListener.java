package org.jclone.protocol.recording;

/** Is told what a {@link ConversationDecoder} finds, in the order of the recording. */
public interface ConversationListener {

    /** A connection was opened, finished by one side, or closed. */
    void onConnection(TeeRecord event);

    void onPacket(RecordedPacket packet);

    /** From here on the connection is encrypted or compressed, and only counted. */
    void onOpaque(long timeMicros, int connection, String reason);

    /** Bytes that are no message of their phase, or a message that breaks a rule. Decoding goes on behind it. */
    void onProblem(long timeMicros, int connection, Direction direction, String problem);
}
