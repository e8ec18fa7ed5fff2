package org.jclone.protocol.netty;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.handler.codec.DecoderException;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The framing of the connection phase and of SQL; the first byte selects the size of the reads. */
class PacketFuzzTest {

    private static final int MAX_PAYLOAD = 1 << 16;

    static Stream<Arguments> seeds() {
        return Stream.of(
                Arguments.of(new byte[] {3, 1, 0, 0, 0, 14, 2, 0, 0, 1, 5, 6}),
                Arguments.of(new byte[] {0, (byte) 255, (byte) 255, (byte) 255, 0, 1}));
    }

    @MethodSource("seeds")
    @FuzzTest
    void packets(byte[] bytes) {
        if (bytes.length == 0) {
            return;
        }
        CountedChannel channel = new CountedChannel(new PacketDecoder(MAX_PAYLOAD));
        int step = 1 + (bytes[0] & 0xff);
        try {
            for (int at = 1; at < bytes.length; at += step) {
                channel.receive(bytes, at, Math.min(step, bytes.length - at));
                releasePackets(channel);
                assertThat(channel.allocator().metric().usedHeapMemory()).isLessThan(4 * MAX_PAYLOAD);
            }
            channel.finish();
        } catch (DecoderException e) {
            assertThat(e.getMessage()).isNotBlank();
            closeAfterFailure(channel);
        }
        releasePackets(channel);
        channel.assertAllReleased();
    }

    /** Closes the channel; leftover input is rejected again. */
    private static void closeAfterFailure(CountedChannel channel) {
        try {
            channel.finish();
        } catch (DecoderException e) {
            assertThat(e.getMessage()).isNotBlank();
        }
    }

    private static void releasePackets(CountedChannel channel) {
        for (Object packet = channel.readInbound(); packet != null; packet = channel.readInbound()) {
            ((InboundPacket) packet).payload().release();
        }
    }
}
