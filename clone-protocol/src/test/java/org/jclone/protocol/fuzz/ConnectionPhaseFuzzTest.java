package org.jclone.protocol.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jclone.protocol.auth.AuthPolicy;
import org.jclone.protocol.clone.response.CloneResponse;
import org.jclone.protocol.compress.CompressionAlgorithm;
import org.jclone.protocol.netty.CloneStreamDecoder;
import org.jclone.protocol.netty.CloneStreamListener;
import org.jclone.protocol.netty.CompressionOffer;
import org.jclone.protocol.netty.ConnectionPhaseHandler;
import org.jclone.protocol.netty.ConnectionPhaseHandler.Goal;
import org.jclone.protocol.netty.LoginOptions;
import org.jclone.protocol.netty.ReceiveBuffers;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A connection from its first byte on: greeting, authentication, COM_CLONE, and the donor's messages after it. The
 * first byte enables compression; the second selects how the input is split.
 */
class ConnectionPhaseFuzzTest {

    /** The maximum memory of a message, a compressed packet and its decompressed content. */
    private static final long MAX_MEMORY = 24 << 20;

    private static final byte[] OK = {0, 0, 0, 2, 0, 0, 0};
    private static final byte[] FAST_AUTH = {1, 3};
    private static final byte[] COMPLETE = {99};

    static Stream<Arguments> seeds() {
        return Seeds.payloads("Greeting")
                .flatMap(greeting -> Stream.of(stream(0, greeting, OK), stream(0x82, greeting, FAST_AUTH, OK)))
                .map(Arguments::of);
    }

    /** Returns the packets of a login with valid sequence ids. */
    private static byte[] stream(int algorithm, byte[] greeting, byte[]... answers) {
        ByteBuf out = Unpooled.buffer().writeByte(algorithm).writeByte(50);
        out.writeMediumLE(greeting.length).writeByte(0).writeBytes(greeting);
        int sequenceId = 2;
        for (byte[] answer : answers) {
            out.writeMediumLE(answer.length).writeByte(sequenceId++).writeBytes(answer);
        }
        out.writeMediumLE(OK.length).writeByte(1).writeBytes(OK);
        out.writeMediumLE(COMPLETE.length).writeByte(0).writeBytes(COMPLETE);
        byte[] bytes = new byte[out.readableBytes()];
        out.readBytes(bytes);
        return bytes;
    }

    @MethodSource("seeds")
    @FuzzTest
    void connection(byte[] bytes) {
        if (bytes.length < 2) {
            return;
        }
        Listener listener = new Listener();
        ConnectionPhaseHandler login = new ConnectionPhaseHandler(
                options(bytes[0]), Goal.CLONE_MODE, () -> new CloneStreamDecoder(listener, new ReceiveBuffers()));
        UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(false);
        EmbeddedChannel channel = new EmbeddedChannel();
        channel.config().setAllocator(allocator);
        channel.pipeline().addLast(login);
        int step = 1 + (bytes[1] & 0xff);
        for (int at = 2; at < bytes.length && channel.isOpen(); at += step) {
            int length = Math.min(step, bytes.length - at);
            channel.writeInbound(allocator.heapBuffer(length).writeBytes(bytes, at, length));
            channel.releaseOutbound();
            assertThat(memory(allocator)).isLessThan(MAX_MEMORY);
        }
        channel.finishAndReleaseAll();
        assertThat(login.loggedIn()).isDone();
        assertThat(memory(allocator)).isZero();
    }

    private static LoginOptions options(byte choice) {
        CompressionAlgorithm algorithm =
                CompressionAlgorithm.values()[(choice & 0xff) % CompressionAlgorithm.values().length];
        return new LoginOptions(
                "user",
                List.of(
                        () -> "secret".getBytes(StandardCharsets.UTF_8),
                        () -> "second".getBytes(StandardCharsets.UTF_8)),
                new AuthPolicy(false, true, Optional.empty()),
                Optional.empty(),
                false,
                (choice & 0x80) != 0,
                new CompressionOffer(List.of(algorithm, CompressionAlgorithm.UNCOMPRESSED), 3),
                Map.of());
    }

    private static long memory(UnpooledByteBufAllocator allocator) {
        return allocator.metric().usedHeapMemory() + allocator.metric().usedDirectMemory();
    }

    private static final class Listener implements CloneStreamListener {

        @Override
        public void onResponse(CloneResponse response, int bytes) {
            assertThat(bytes).isPositive();
        }

        @Override
        public void onStatementAnswer(ByteBuf payload) {
            throw new AssertionError("no statement was sent");
        }

        @Override
        public void onReceived(long dataBytes, long networkBytes) {
            assertThat(dataBytes).isZero();
        }

        @Override
        public void onClosed(Throwable cause) {
            assertThat(cause).isNotNull();
        }
    }
}
