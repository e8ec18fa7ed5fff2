package org.jclone.protocol.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.jclone.protocol.netty.StreamBytes.blockOf;
import static org.jclone.protocol.netty.StreamBytes.concat;
import static org.jclone.protocol.netty.StreamBytes.content;
import static org.jclone.protocol.netty.StreamBytes.message;
import static org.jclone.protocol.netty.StreamBytes.packet;

import io.netty.buffer.ByteBuf;
import org.jclone.protocol.clone.response.CloneResponse;
import org.jclone.protocol.clone.response.CollationResponse;
import org.jclone.protocol.clone.response.CompleteResponse;
import org.jclone.protocol.netty.CloneStreamDecoder.Pause;
import org.jclone.protocol.wire.MalformedPacketException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CloneStreamPauseTest {

    private static final CloneResponse FIRST = new CollationResponse("utf8mb4_bin");
    private static final CloneResponse SECOND = CompleteResponse.INSTANCE;
    private static final int BUFFER_BYTES = 8;

    private final StreamRecorder recorder = new StreamRecorder();
    private final CloneStreamDecoder decoder = new CloneStreamDecoder(recorder, new ReceiveBuffers());
    private final CountedChannel channel = new CountedChannel(decoder);
    private final MemorySink sink = new MemorySink(channel.allocator(), BUFFER_BYTES);

    CloneStreamPauseTest() {
        decoder.setSink(sink);
        channel.takeReads();
    }

    @AfterEach
    void releasesEverything() {
        sink.release();
        channel.finishWithoutLeak();
        recorder.assertEndedOnce();
    }

    @ParameterizedTest
    @EnumSource(Pause.class)
    void stopsReadingAndDecodingUntilResumed(Pause reason) {
        decoder.pause(reason);
        assertThat(decoder.isReading()).isFalse();
        channel.receive(message(FIRST));
        assertThat(recorder.received).isEmpty();
        assertThat(recorder.networkBytes).isZero();
        assertThat(channel.takeReads()).isZero();

        decoder.resume(reason);
        assertThat(decoder.isReading()).isTrue();
        assertThat(recorder.received).containsExactly(FIRST);
        assertThat(recorder.networkBytes).isPositive();
        assertThat(channel.takeReads()).isEqualTo(1);
    }

    @Test
    void continuesWhenTheLastPauseEnds() {
        decoder.pause(Pause.BARRIER);
        decoder.pause(Pause.THROTTLE);
        decoder.pause(Pause.THROTTLE);
        channel.receive(message(FIRST));

        decoder.resume(Pause.BARRIER);
        assertThat(decoder.isReading()).isFalse();
        assertThat(recorder.received).isEmpty();

        decoder.resume(Pause.THROTTLE);
        assertThat(recorder.received).containsExactly(FIRST);
    }

    @Test
    void doesNotRequestAReadTwiceIfNothingWasPaused() {
        decoder.resume(Pause.BARRIER);

        assertThat(channel.takeReads()).isZero();
    }

    @ParameterizedTest
    @EnumSource(Pause.class)
    void stopsBetweenTwoMessagesOfOneRead(Pause reason) {
        recorder.whenResponse = () -> decoder.pause(reason);
        channel.receive(concat(message(FIRST), message(SECOND), message(FIRST)));
        assertThat(recorder.received).containsExactly(FIRST);
        assertThat(channel.takeReads()).isZero();

        decoder.resume(reason);
        assertThat(recorder.received).containsExactly(FIRST, SECOND);
        assertThat(channel.takeReads()).as("reads while paused again").isZero();

        decoder.resume(reason);
        assertThat(recorder.received).containsExactly(FIRST, SECOND, FIRST);
    }

    @Test
    void continuesAtOnceWhenResumedFromTheCallThatPaused() {
        recorder.whenResponse = () -> {
            decoder.pause(Pause.BARRIER);
            decoder.resume(Pause.BARRIER);
        };
        channel.receive(concat(message(FIRST), message(SECOND), message(FIRST)));

        assertThat(recorder.received).containsExactly(FIRST, SECOND, FIRST);
        assertThat(channel.takeReads()).isEqualTo(1);
    }

    @Test
    void pausesForALimitAfterEachRead() {
        recorder.whenReceived = () -> decoder.pause(Pause.THROTTLE);
        channel.receive(message(FIRST));
        assertThat(recorder.received).containsExactly(FIRST);
        assertThat(decoder.isReading()).isFalse();
        assertThat(channel.takeReads()).isZero();

        channel.receive(message(SECOND));
        assertThat(recorder.received).containsExactly(FIRST);
        decoder.resume(Pause.THROTTLE);
        assertThat(recorder.received).containsExactly(FIRST, SECOND);
        assertThat(decoder.isReading())
                .as("reads while the second message exceeds the limit")
                .isFalse();
        assertThat(channel.takeReads()).isZero();
    }

    @Test
    void pausesForALimitBetweenTwoReadsInARow() {
        recorder.whenReceived = () -> decoder.pause(Pause.THROTTLE);
        ByteBuf first = channel.allocator().heapBuffer().writeBytes(message(FIRST));
        ByteBuf second = channel.allocator().heapBuffer().writeBytes(message(SECOND));
        channel.duringARead(() -> {
            channel.pipeline().fireChannelRead(first);
            channel.pipeline().fireChannelRead(second);
        });
        assertThat(recorder.received).containsExactly(FIRST);

        decoder.resume(Pause.THROTTLE);
        assertThat(recorder.received).containsExactly(FIRST, SECOND);
    }

    @ParameterizedTest
    @EnumSource(Pause.class)
    void pausesFromEveryCallOfTheSink(Pause reason) {
        sink.whenBegun = () -> decoder.pause(reason);
        sink.whenReceived = () -> decoder.pause(reason);
        sink.whenEnded = () -> decoder.pause(reason);
        channel.receive(concat(blockOf(content(12)), message(SECOND)));
        assertThat(sink.bytesOfCurrentBlock()).as("after begin").isZero();

        decoder.resume(reason);
        assertThat(sink.bytesOfCurrentBlock()).as("after the first buffer").isEqualTo(BUFFER_BYTES);

        decoder.resume(reason);
        assertThat(sink.ended).as("after the end").containsExactly(content(12));
        assertThat(recorder.received).isEmpty();

        decoder.resume(reason);
        assertThat(recorder.received).containsExactly(SECOND);
    }

    @Test
    void closesWhenDelayedInputViolatesTheProtocol() {
        decoder.pause(Pause.BARRIER);
        channel.receive(concat(message(FIRST), packet(0), message(SECOND)));
        assertThat(recorder.closed).isEmpty();

        decoder.resume(Pause.BARRIER);
        assertThat(recorder.received).containsExactly(FIRST);
        assertThat(recorder.closed).singleElement().isInstanceOf(MalformedPacketException.class);
        assertThat(channel.isOpen()).isFalse();
        assertThat(channel.takeReads()).isZero();
    }

    @Test
    void doesNothingWhenResumedAfterTheEnd() {
        decoder.pause(Pause.BARRIER);
        channel.receive(message(FIRST));
        channel.close();

        decoder.resume(Pause.BARRIER);
        assertThat(recorder.received).isEmpty();
        assertThat(decoder.isReading()).isFalse();
        assertThat(channel.takeReads()).isZero();
    }
}
