package org.jclone.donor.server;

import io.netty.buffer.ByteBufUtil;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jclone.protocol.clone.response.CloneResponse;
import org.jclone.protocol.clone.response.CloneResponseCode;
import org.jclone.protocol.clone.response.DataDescriptorResponse;
import org.jclone.protocol.innodb.descriptor.CloneDescriptor;
import org.jclone.protocol.innodb.descriptor.StateDescriptor;
import org.jclone.protocol.recording.ConversationDecoder;
import org.jclone.protocol.recording.ConversationListener;
import org.jclone.protocol.recording.Direction;
import org.jclone.protocol.recording.RecordedMessage;
import org.jclone.protocol.recording.RecordedPacket;
import org.jclone.protocol.recording.TeeRecord;
import org.jclone.protocol.recording.TeeRecording;

/** A conversation of two real servers, event by event. Of blocks it keeps the length only. */
final class Recorded implements ConversationListener {

    /**
     * A packet, or the end of a connection if there is no message.
     *
     * @param payload empty for blocks
     */
    record Event(int connection, Direction direction, Optional<RecordedMessage> message, byte[] payload) {

        /** Returns the response in it, unless it is a block. */
        Optional<CloneResponse> response() {
            return message.filter(RecordedMessage.FromCloneMode.class::isInstance)
                    .map(found -> ((RecordedMessage.FromCloneMode) found).response())
                    .filter(found -> found.code() != CloneResponseCode.DATA);
        }

        Optional<CloneDescriptor> descriptor() {
            return response().flatMap(Recorded::descriptorOf);
        }
    }

    final List<Event> events = new ArrayList<>();

    static Recorded read(String name) throws IOException {
        Recorded recorded = new Recorded();
        ConversationDecoder decoder = new ConversationDecoder(recorded);
        try (TeeRecording recording = TeeRecording.open(file(name))) {
            for (Optional<TeeRecord> next = recording.next(); next.isPresent(); next = recording.next()) {
                decoder.onRecord(next.get());
            }
        }
        return recorded;
    }

    private static Path file(String name) {
        try {
            return Path.of(Recorded.class
                    .getResource("/recordings/" + name + ".tee.gz")
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    static Optional<CloneDescriptor> descriptorOf(CloneResponse response) {
        return response instanceof DataDescriptorResponse described
                ? Optional.of(described.descriptor())
                : Optional.empty();
    }

    static boolean isKeepAlive(CloneResponse response) {
        return descriptorOf(response)
                .filter(found -> found instanceof StateDescriptor state && state.isAck())
                .isPresent();
    }

    List<CloneResponse> responses() {
        return events.stream().flatMap(event -> event.response().stream()).toList();
    }

    <D extends CloneDescriptor> List<D> descriptors(Class<D> type) {
        return events.stream()
                .flatMap(event -> event.descriptor().stream())
                .filter(type::isInstance)
                .map(type::cast)
                .toList();
    }

    @Override
    public void onConnection(TeeRecord event) {
        if (event.kind() == TeeRecord.Kind.CLOSED) {
            events.add(new Event(event.connection(), Direction.FROM_RECIPIENT, Optional.empty(), new byte[0]));
        }
    }

    @Override
    public void onPacket(RecordedPacket packet) {
        boolean block = packet.message() instanceof RecordedMessage.FromCloneMode found
                && found.response().code() == CloneResponseCode.DATA;
        byte[] payload = block ? new byte[0] : ByteBufUtil.getBytes(packet.payload());
        events.add(new Event(packet.connection(), packet.direction(), Optional.of(packet.message()), payload));
    }

    @Override
    public void onOpaque(long timeMicros, int connection, String reason) {
        throw new IllegalStateException(reason);
    }

    @Override
    public void onProblem(long timeMicros, int connection, Direction direction, String problem) {
        throw new IllegalStateException(problem);
    }
}
