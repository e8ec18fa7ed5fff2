package org.jclone.protocol.recording;

import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;

/** The recordings in the test resources. */
public final class Recordings {

    private Recordings() {}

    public static Path file(String name) {
        try {
            return Path.of(Recordings.class
                    .getResource("/recordings/" + name + ".tee.gz")
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Passes every packet of the recording {@code name} to {@code onPacket}. Problems fail the test. */
    public static ConversationDecoder read(String name, Consumer<RecordedPacket> onPacket) throws IOException {
        ConversationDecoder decoder = new ConversationDecoder(new ConversationListener() {

            @Override
            public void onConnection(TeeRecord event) {}

            @Override
            public void onPacket(RecordedPacket packet) {
                onPacket.accept(packet);
            }

            @Override
            public void onOpaque(long timeMicros, int connection, String reason) {
                fail("connection %d: %s", connection, reason);
            }

            @Override
            public void onProblem(long timeMicros, int connection, Direction direction, String problem) {
                fail("connection %d %s: %s", connection, direction, problem);
            }
        });
        try (TeeRecording recording = TeeRecording.open(file(name))) {
            for (Optional<TeeRecord> next = recording.next(); next.isPresent(); next = recording.next()) {
                decoder.onRecord(next.get());
            }
        }
        return decoder;
    }
}
