package org.jclone.protocol.recording;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.util.ReferenceCounted;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Decodes the records of a recording into messages. It joins the data of each connection and direction; a
 * {@link ConnectionDecoder} per connection tracks the phases. Use one decoder per recording, on one thread.
 */
public final class ConversationDecoder {

    /** The maximum number of bytes of incomplete messages, on all connections together. */
    private static final long MAX_WAITING_BYTES = 256L << 20;

    /** The maximum number of connections, far more than a clone has tasks. */
    private static final int MAX_CONNECTIONS = 4096;

    private final ConversationListener listener;
    private final long maxWaitingBytes;
    private final Map<Integer, Connection> connections = new TreeMap<>();
    private long waitingBytes;

    public ConversationDecoder(ConversationListener listener) {
        this(listener, MAX_WAITING_BYTES);
    }

    ConversationDecoder(ConversationListener listener, long maxWaitingBytes) {
        this.listener = listener;
        this.maxWaitingBytes = maxWaitingBytes;
    }

    /** Decodes the next record. */
    public void onRecord(TeeRecord record) throws MalformedRecordingException {
        switch (record.kind()) {
            case FROM_DONOR -> onBytes(record, Direction.FROM_DONOR);
            case FROM_RECIPIENT -> onBytes(record, Direction.FROM_RECIPIENT);
            case OPENED, RECIPIENT_FINISHED, DONOR_FINISHED, CLOSED -> listener.onConnection(record);
        }
    }

    /** Returns the bytes after the last whole message, by connection and direction; only counts above 0. */
    public Map<Integer, Map<Direction, Long>> leftOver() {
        return counts(
                (connection, direction) -> connection.assemblers.get(direction).remaining());
    }

    /** Returns the encrypted or compressed bytes, by connection and direction; only counts above 0. */
    public Map<Integer, Map<Direction, Long>> opaque() {
        return counts((connection, direction) -> connection.opaque.getOrDefault(direction, 0L));
    }

    private void onBytes(TeeRecord record, Direction direction) throws MalformedRecordingException {
        Connection connection = connections.computeIfAbsent(record.connection(), number -> new Connection());
        if (connections.size() > MAX_CONNECTIONS) {
            throw new MalformedRecordingException("more than " + MAX_CONNECTIONS + " connections");
        }
        if (connection.isOpaque()) {
            connection.opaque.merge(direction, (long) record.data().length(), Long::sum);
            return;
        }
        waitingBytes -= connection.waitingBytes();
        connection.assemblers.get(direction).add(record.data());
        drain(record, direction, connection);
        waitingBytes += connection.waitingBytes();
        if (waitingBytes > maxWaitingBytes) {
            throw new MalformedRecordingException("more than " + maxWaitingBytes + " bytes of incomplete messages");
        }
    }

    private void drain(TeeRecord record, Direction direction, Connection connection) {
        try {
            MessageAssembler assembler = connection.assemblers.get(direction);
            Optional<MessageAssembler.Assembled> next = assembler.next();
            while (next.isPresent()) {
                onMessage(record, direction, connection, next.get());
                next = connection.isOpaque() ? Optional.empty() : assembler.next();
            }
            if (connection.isOpaque()) {
                toOpaque(record, connection, "encrypted or compressed from here on");
            }
        } catch (TooLongFrameException e) {
            listener.onProblem(record.timeMicros(), record.connection(), direction, e.getMessage());
            connection.lost = true;
            toOpaque(record, connection, "framing lost from here on");
        }
    }

    private void onMessage(
            TeeRecord record, Direction direction, Connection connection, MessageAssembler.Assembled assembled) {
        ByteBuf payload = assembled.payload();
        long number = connection.numbers.merge(direction, 1L, Long::sum);
        try {
            Optional<String> problem = connection.decoder.checkSequence(direction, assembled);
            RecordedMessage message = connection.decoder.decode(direction, payload.duplicate());
            try {
                problem.ifPresent(
                        text -> listener.onProblem(record.timeMicros(), record.connection(), direction, text));
                listener.onPacket(new RecordedPacket(
                        record.timeMicros(),
                        record.connection(),
                        direction,
                        number,
                        assembled.sequenceId(),
                        payload,
                        message));
            } finally {
                release(message);
            }
        } catch (DecoderException e) {
            String problem = "message " + number + " of " + payload.readableBytes() + " bytes: " + e.getMessage();
            listener.onProblem(record.timeMicros(), record.connection(), direction, problem);
        } finally {
            payload.release();
        }
    }

    private static void release(RecordedMessage message) {
        if (message instanceof RecordedMessage.FromCloneMode clone
                && clone.response() instanceof ReferenceCounted counted) {
            counted.release();
        }
    }

    private void toOpaque(TeeRecord record, Connection connection, String reason) {
        for (Direction direction : Direction.values()) {
            long dropped = connection.assemblers.get(direction).drop();
            connection.opaque.merge(direction, dropped, Long::sum);
        }
        listener.onOpaque(record.timeMicros(), record.connection(), reason);
    }

    private Map<Integer, Map<Direction, Long>> counts(Count count) {
        Map<Integer, Map<Direction, Long>> counts = new TreeMap<>();
        connections.forEach((number, connection) -> {
            for (Direction direction : Direction.values()) {
                long bytes = count.of(connection, direction);
                if (bytes > 0) {
                    counts.computeIfAbsent(number, unused -> new EnumMap<>(Direction.class))
                            .put(direction, bytes);
                }
            }
        });
        return counts;
    }

    private interface Count {
        long of(Connection connection, Direction direction);
    }

    private static final class Connection {

        private final ConnectionDecoder decoder = new ConnectionDecoder();
        private final Map<Direction, MessageAssembler> assemblers = new EnumMap<>(
                Map.of(Direction.FROM_DONOR, new MessageAssembler(), Direction.FROM_RECIPIENT, new MessageAssembler()));
        private final Map<Direction, Long> numbers = new EnumMap<>(Direction.class);
        private final Map<Direction, Long> opaque = new EnumMap<>(Direction.class);

        /** After an impossible length, the start of the next message is unknown. */
        private boolean lost;

        private boolean isOpaque() {
            return lost || decoder.isOpaque();
        }

        private long waitingBytes() {
            return assemblers.values().stream()
                    .mapToLong(MessageAssembler::remaining)
                    .sum();
        }
    }
}
