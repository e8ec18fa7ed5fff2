package org.jclone.protocol.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.jclone.protocol.netty.StreamBytes.block;
import static org.jclone.protocol.netty.StreamBytes.blockOf;
import static org.jclone.protocol.netty.StreamBytes.concat;
import static org.jclone.protocol.netty.StreamBytes.content;
import static org.jclone.protocol.netty.StreamBytes.data;
import static org.jclone.protocol.netty.StreamBytes.descriptor;
import static org.jclone.protocol.netty.StreamBytes.message;
import static org.jclone.protocol.netty.StreamBytes.packet;

import java.util.Arrays;
import org.jclone.protocol.clone.CloneError;
import org.jclone.protocol.clone.response.CompleteResponse;
import org.jclone.protocol.clone.response.ErrorResponse;
import org.jclone.protocol.packet.PacketHeader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CloneStreamDataTest {

    private static final int FULL = PacketHeader.MAX_PAYLOAD_LENGTH;
    private static final int BUFFER_BYTES = 7;

    private final StreamRecorder recorder = new StreamRecorder();
    private final CloneStreamDecoder decoder = new CloneStreamDecoder(recorder, new ReceiveBuffers());
    private final CountedChannel channel = new CountedChannel(decoder);
    private MemorySink sink = new MemorySink(channel.allocator(), BUFFER_BYTES);

    CloneStreamDataTest() {
        decoder.setSink(sink);
    }

    @AfterEach
    void releasesEverything() {
        sink.release();
        channel.finishWithoutLeak();
        recorder.assertEndedOnce();
    }

    private void assertClosedBy(String field, int offset, String reason) {
        assertThat(channel.isOpen()).as("connection is open").isFalse();
        recorder.assertEndedBy(field, offset, reason);
    }

    @Test
    void passesBlocksToTheSinkOneByteAtATime() {
        channel.receiveOneByteAtATime(
                concat(blockOf(content(20)), message(CompleteResponse.INSTANCE), blockOf((byte) 5)));

        assertThat(sink.begun).containsExactly(block(20), block(1));
        assertThat(sink.ended).containsExactly(content(20), new byte[] {5});
        assertThat(recorder.received).containsExactly(CompleteResponse.INSTANCE);
    }

    @Test
    void passesTheSameBlocksForEveryReadBoundary() {
        byte[] bytes = concat(blockOf(content(20)), blockOf((byte) 5), message(CompleteResponse.INSTANCE));
        for (int cut = 1; cut < bytes.length; cut++) {
            sink.ended.clear();
            recorder.received.clear();
            channel.receive(bytes, 0, cut);
            channel.receive(bytes, cut, bytes.length - cut);

            assertThat(sink.ended).as("cut at %d", cut).containsExactly(content(20), new byte[] {5});
            assertThat(recorder.received).as("cut at %d", cut).containsExactly(CompleteResponse.INSTANCE);
        }
    }

    @Test
    void countsDataSeparately() {
        byte[] bytes = blockOf(content(20));
        channel.receive(bytes);

        assertThat(recorder.dataBytes).isEqualTo(20);
        assertThat(recorder.networkBytes).as("all but two headers").isEqualTo(bytes.length - 8);
    }

    @Test
    void rejectsDataWithoutDescriptor() {
        channel.receive(data(content(20)));

        assertClosedBy("code", 4, "data without a data descriptor before it");
        assertThat(sink.begun).isEmpty();
    }

    @Test
    void rejectsASecondDataForOneDescriptor() {
        channel.receive(concat(blockOf(content(20)), data(content(20))));

        assertThat(sink.ended).containsExactly(content(20));
        assertClosedBy("code", 4, "data without a data descriptor before it");
    }

    @Test
    void rejectsDataWithoutASink() {
        decoder.setSink(null);
        channel.receive(blockOf(content(20)));

        assertClosedBy("code", 4, "data without a data descriptor before it");
    }

    @Test
    void rejectsADescriptorWithoutItsData() {
        channel.receive(concat(descriptor(block(20)), message(CompleteResponse.INSTANCE)));

        assertClosedBy("code", 4, "a data descriptor without its data after it");
        assertThat(recorder.received).isEmpty();
    }

    /** A donor may announce a block and then fail to read it. */
    @Test
    void passesOnAnErrorInsteadOfData() {
        ErrorResponse error = new ErrorResponse(CloneError.ER_ERROR_ON_READ, "cannot read");
        channel.receive(concat(descriptor(block(20)), message(error)));

        assertThat(recorder.received).containsExactly(error);
    }

    @Test
    void rejectsTwoDescriptorsInARow() {
        channel.receive(concat(descriptor(block(20)), descriptor(block(20))));

        assertClosedBy("code", 4, "a data descriptor without its data after it");
    }

    @Test
    void rejectsADescriptorOfNoData() {
        channel.receive(descriptor(block(0)));

        assertClosedBy("dataLength", 32, "0 (expected: more)");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 19, 21, 1000})
    void rejectsALengthOtherThanAnnounced(int length) {
        channel.receive(concat(descriptor(block(20)), data(content(length))));

        assertClosedBy("payloadLength", 0, length + " bytes of data (expected: 20 according to the descriptor)");
        assertThat(sink.ended).isEmpty();
    }

    @Test
    void rejectsAnotherSequenceIdAfterADescriptor() {
        channel.receive(concat(descriptor(block(1)), packet(1, (byte) 3, (byte) 0)));

        assertClosedBy("sequenceId", 3, "1 (expected: 0)");
    }

    @Test
    void abandonsAPartialBlockWhenTheConnectionCloses() {
        channel.receive(Arrays.copyOf(blockOf(content(20)), descriptor(block(20)).length + 5 + 12));
        channel.close();

        assertThat(sink.ended).isEmpty();
        assertThat(sink.bytesOfCurrentBlock()).isEqualTo(12);
    }

    /** The code byte belongs to the payload, so a full packet carries one data byte less. */
    @ParameterizedTest
    @ValueSource(ints = {FULL - 2, FULL - 1, FULL, 2 * FULL - 1, 2 * FULL + 5})
    void joinsDataOfSeveralPackets(int length) {
        useLargeBuffers();
        byte[] content = content(length);
        channel.receive(concat(blockOf(content), message(CompleteResponse.INSTANCE)));

        assertThat(recorder.closed).isEmpty();
        assertThat(sink.ended).hasSize(1);
        assertThat(Arrays.equals(sink.ended.get(0), content))
                .as("content equals what was sent")
                .isTrue();
        assertThat(recorder.received).containsExactly(CompleteResponse.INSTANCE);
        assertThat(recorder.dataBytes).isEqualTo(length);
    }

    @Test
    void rejectsAGapBetweenPacketsOfOneBlock() {
        useLargeBuffers();
        byte[] payload = concat(new byte[] {3}, content(FULL + 9));
        channel.receive(concat(descriptor(block(FULL + 9)), packet(0, payload, 0, FULL), packet(2, payload, FULL, 10)));

        assertClosedBy("sequenceId", 3, "2 (expected: 1)");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 9, 11})
    void rejectsALastPacketOfTheWrongLength(int lastLength) {
        useLargeBuffers();
        byte[] payload = concat(new byte[] {3}, content(FULL + 9));
        channel.receive(
                concat(descriptor(block(FULL + 9)), packet(0, payload, 0, FULL), packet(1, payload, 0, lastLength)));

        assertClosedBy("payloadLength", 0, lastLength + " bytes of data (expected: 10 according to the descriptor)");
    }

    @Test
    void rejectsAFullPacketForLessData() {
        byte[] payload = concat(new byte[] {3}, content(FULL - 1));
        channel.receive(concat(descriptor(block(FULL - 2)), packet(0, payload, 0, FULL)));

        assertClosedBy("payloadLength", 0, FULL - 1 + " bytes of data (expected: " + (FULL - 2));
    }

    private void useLargeBuffers() {
        sink = new MemorySink(channel.allocator(), 1 << 20);
        decoder.setSink(sink);
    }
}
