package org.jclone.protocol.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.file.Files;
import java.util.stream.Stream;
import org.jclone.protocol.recording.ConversationDecoder;
import org.jclone.protocol.recording.ConversationListener;
import org.jclone.protocol.recording.Direction;
import org.jclone.protocol.recording.MalformedRecordingException;
import org.jclone.protocol.recording.RecordedPacket;
import org.jclone.protocol.recording.Recordings;
import org.jclone.protocol.recording.TeeRecord;
import org.jclone.protocol.wire.Bytes;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A recorded conversation: the first byte of each piece selects the side, the second its length. */
class RecordingFuzzTest {

    static Stream<Arguments> seeds() throws IOException {
        return Stream.of(Arguments.of(Files.readAllBytes(Recordings.file("refused-privilege"))));
    }

    @MethodSource("seeds")
    @FuzzTest
    void conversation(byte[] bytes) {
        ConversationDecoder decoder = new ConversationDecoder(new Silent());
        try {
            int at = 0;
            while (at + 2 <= bytes.length) {
                int who = bytes[at] & 7;
                int length = Math.min(bytes[at + 1] & 0xff, bytes.length - at - 2);
                TeeRecord.Kind kind = TeeRecord.Kind.values()[who % TeeRecord.Kind.values().length];
                Bytes data = Bytes.of(bytes).slice(at + 2, at + 2 + length);
                decoder.onRecord(new TeeRecord(at, 1 + (bytes[at] >> 3 & 3), kind, data));
                at += 2 + length;
            }
        } catch (MalformedRecordingException e) {
            assertThat(e.getMessage()).isNotBlank();
        }
        assertThat(decoder.leftOver()).isNotNull();
    }

    private static final class Silent implements ConversationListener {

        @Override
        public void onConnection(TeeRecord event) {}

        @Override
        public void onPacket(RecordedPacket packet) {
            assertThat(packet.message().toString()).isNotNull();
        }

        @Override
        public void onOpaque(long timeMicros, int connection, String reason) {}

        @Override
        public void onProblem(long timeMicros, int connection, Direction direction, String problem) {
            assertThat(problem).isNotBlank();
        }
    }
}
