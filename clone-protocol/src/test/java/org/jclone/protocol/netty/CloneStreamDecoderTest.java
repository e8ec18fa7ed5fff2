package org.jclone.protocol.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.jclone.protocol.netty.StreamBytes.concat;
import static org.jclone.protocol.netty.StreamBytes.content;
import static org.jclone.protocol.netty.StreamBytes.message;
import static org.jclone.protocol.netty.StreamBytes.packet;

import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.util.Arrays;
import java.util.List;
import org.jclone.protocol.Hex;
import org.jclone.protocol.clone.command.ExitCommand;
import org.jclone.protocol.clone.command.LocatorEntry;
import org.jclone.protocol.clone.response.CloneResponse;
import org.jclone.protocol.clone.response.CompleteResponse;
import org.jclone.protocol.clone.response.ConfigResponse;
import org.jclone.protocol.clone.response.DataDescriptorResponse;
import org.jclone.protocol.clone.response.ErrorResponse;
import org.jclone.protocol.clone.response.LocatorsResponse;
import org.jclone.protocol.innodb.descriptor.TaskDescriptor;
import org.jclone.protocol.wire.Bytes;
import org.jclone.protocol.wire.MalformedPacketException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests messages and the end of the connection. Blocks and pauses have their own tests. */
class CloneStreamDecoderTest {

    private static final int CAP = 1 << 20;

    private static final CloneResponse TASK = DataDescriptorResponse.innodb(new TaskDescriptor(100, 0, 0, 0));
    private static final CloneResponse CONFIG = new ConfigResponse("innodb_page_size", "16384");
    private static final CloneResponse ERROR = new ErrorResponse(3634, "busy");

    private final StreamRecorder recorder = new StreamRecorder();
    private final CloneStreamDecoder decoder = new CloneStreamDecoder(recorder, new ReceiveBuffers());
    private final CountedChannel channel = new CountedChannel(decoder);

    @AfterEach
    void releasesEverythingAndReportsNothingAfterTheEnd() {
        channel.finishWithoutLeak();
        recorder.assertEndedOnce();
    }

    private static byte[] locatorsOf(int messageLength) {
        Bytes locator = Bytes.of(content(messageLength - 10));
        return message(new LocatorsResponse(0x0103, List.of(new LocatorEntry(LocatorEntry.INNODB, locator))));
    }

    private void assertClosedBy(String field, int offset, String reason) {
        assertThat(channel.isOpen()).as("connection is open").isFalse();
        recorder.assertEndedBy(field, offset, reason);
    }

    @Test
    void decodesMessagesOneByteAtATime() {
        channel.receiveOneByteAtATime(
                concat(message(TASK), message(CONFIG), message(ERROR), message(CompleteResponse.INSTANCE)));

        assertThat(recorder.received).containsExactly(TASK, CONFIG, ERROR, CompleteResponse.INSTANCE);
    }

    @Test
    void decodesAllMessagesOfOneRead() {
        byte[] bytes = concat(message(TASK), message(CONFIG), message(CompleteResponse.INSTANCE));
        channel.receive(bytes);

        assertThat(recorder.received).containsExactly(TASK, CONFIG, CompleteResponse.INSTANCE);
    }

    @Test
    void decodesTheSameForEveryReadBoundary() {
        byte[] bytes = concat(message(TASK), message(CONFIG), message(CompleteResponse.INSTANCE));
        for (int cut = 1; cut < bytes.length; cut++) {
            recorder.received.clear();
            channel.receive(bytes, 0, cut);
            channel.receive(bytes, cut, bytes.length - cut);

            assertThat(recorder.received).as("cut at %d", cut).containsExactly(TASK, CONFIG, CompleteResponse.INSTANCE);
        }
    }

    @Test
    void requestsMoreAfterEachRead() {
        channel.takeReads();
        channel.receive(Hex.bytes("0100"));
        assertThat(channel.takeReads()).isEqualTo(1);

        channel.receive(Hex.bytes("0000 63"));
        assertThat(channel.takeReads()).isEqualTo(1);
        assertThat(channel.config().isAutoRead()).isFalse();
    }

    @Test
    void countsPayloadBytesAsTheyArrive() {
        byte[] bytes = message(CONFIG);
        int payload = bytes.length - 4;
        channel.receive(bytes, 0, 4 + 7);
        assertThat(recorder.networkBytes).isEqualTo(7);

        channel.receive(bytes, 4 + 7, payload - 7);
        assertThat(recorder.networkBytes).isEqualTo(payload);
        assertThat(recorder.dataBytes).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 255})
    void rejectsAMessageThatDoesNotStartAtSequenceId0(int sequenceId) {
        channel.receive(packet(sequenceId, (byte) 99));

        assertClosedBy("sequenceId", 3, sequenceId + " (expected: 0)");
    }

    @Test
    void rejectsAnEmptyPacket() {
        channel.receive(concat(message(TASK), packet(0)));

        assertThat(recorder.received).containsExactly(TASK);
        assertClosedBy("payloadLength", 0, "an empty packet");
    }

    @Test
    void acceptsAMessageOfTheMaximumLength() {
        channel.receive(locatorsOf(CAP));

        assertThat(recorder.received).singleElement().isInstanceOf(LocatorsResponse.class);
    }

    @Test
    void rejectsAMessageAboveTheMaximumLengthByItsHeader() {
        channel.receive(Arrays.copyOf(locatorsOf(CAP + 1), 5));

        assertClosedBy("payloadLength", 0, "1048577 (expected: <= 1048576)");
    }

    @Test
    void rejectsAMessageOfSeveralPacketsByItsHeader() {
        channel.receive(Hex.bytes("ffffff00 01"));

        assertClosedBy("payloadLength", 0, "16777215 (expected: <= 1048576)");
    }

    @Test
    void rejectsAnUnknownCode() {
        channel.receive(packet(0, (byte) 77, (byte) 0));

        assertClosedBy("code", 0, "77");
    }

    @Test
    void rejectsAMessageThatViolatesItsLayout() {
        channel.receive(packet(0, (byte) 99, (byte) 0));

        assertThat(recorder.closed).singleElement().isInstanceOf(MalformedPacketException.class);
    }

    @Test
    void reportsNothingAfterTheFirstFailure() {
        channel.receive(concat(message(TASK), packet(0), message(CONFIG)));

        assertThat(recorder.received).containsExactly(TASK);
        assertThat(recorder.closed).singleElement().isInstanceOf(MalformedPacketException.class);
    }

    @Test
    void discardsInputAfterTheEnd() {
        ByteBuf late = channel.allocator().heapBuffer().writeBytes(message(TASK));
        channel.duringARead(() -> {
            channel.pipeline().fireExceptionCaught(new IOException("reset"));
            channel.pipeline().fireChannelRead(late);
            channel.pipeline().fireChannelReadComplete();
            channel.pipeline().fireExceptionCaught(new IOException("late"));
        });

        assertThat(recorder.received).isEmpty();
        assertThat(recorder.closed)
                .singleElement()
                .isInstanceOfSatisfying(
                        IOException.class, failure -> assertThat(failure).hasMessage("reset"));
        assertThat(decoder.isReading()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 3, 4, 5, 20})
    void reportsTheEndOfTheStream(int bytesBefore) {
        channel.receive(Arrays.copyOf(message(CONFIG), bytesBefore));
        channel.close();

        assertThat(recorder.received).isEmpty();
        assertThat(recorder.closed).singleElement().isInstanceOf(ClosedChannelException.class);
    }

    @Test
    void answersToStatementsStartAtSequenceId1() {
        decoder.leaveCloneMode();
        channel.receiveOneByteAtATime(Hex.bytes("07000001 00000002000000"));

        assertThat(recorder.received).containsExactly("00000002000000");
    }

    /** In clone mode, an OK with 3 affected rows in front would be data. */
    @Test
    void doesNotMistakeAnAnswerToAStatementForABlock() {
        decoder.leaveCloneMode();
        channel.receive(packet(1, (byte) 3, (byte) 1));

        assertThat(recorder.received).containsExactly("0301");
    }

    @Test
    void rejectsAnAnswerToAStatementThatStartsAtSequenceId0() {
        decoder.leaveCloneMode();
        channel.receive(packet(0, (byte) 0));

        assertClosedBy("sequenceId", 3, "0 (expected: 1)");
    }

    @Test
    void sendsCommandsAtSequenceId0() {
        decoder.send(ExitCommand.INSTANCE::encode);
        decoder.send(ExitCommand.INSTANCE::encode);
        for (int i = 0; i < 2; i++) {
            ByteBuf sent = channel.readOutbound();
            assertThat(Hex.dump(sent)).isEqualTo("0100000006");
            sent.release();
        }
    }
}
