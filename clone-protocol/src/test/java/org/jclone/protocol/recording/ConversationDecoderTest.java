package org.jclone.protocol.recording;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.netty.buffer.ByteBuf;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jclone.protocol.Hex;
import org.jclone.protocol.clone.command.ExecuteCommand;
import org.jclone.protocol.clone.command.ExitCommand;
import org.jclone.protocol.clone.response.CompleteResponse;
import org.jclone.protocol.clone.response.DataDescriptorResponse;
import org.jclone.protocol.clone.response.ErrorResponse;
import org.jclone.protocol.command.CommandCode;
import org.jclone.protocol.command.QueryCommand;
import org.jclone.protocol.command.SimpleCommand;
import org.jclone.protocol.handshake.AuthMoreData;
import org.jclone.protocol.handshake.AuthSwitchRequest;
import org.jclone.protocol.handshake.Capabilities;
import org.jclone.protocol.handshake.Capability;
import org.jclone.protocol.handshake.HandshakeResponse41;
import org.jclone.protocol.handshake.HandshakeV10;
import org.jclone.protocol.handshake.SslRequest;
import org.jclone.protocol.innodb.descriptor.DataDescriptor;
import org.jclone.protocol.innodb.descriptor.SnapshotState;
import org.jclone.protocol.innodb.descriptor.StateDescriptor;
import org.jclone.protocol.packet.ErrPacket;
import org.jclone.protocol.packet.OkPacket;
import org.jclone.protocol.packet.PacketHeader;
import org.jclone.protocol.wire.Bytes;
import org.jclone.protocol.wire.MessageCodec;
import org.junit.jupiter.api.Test;

class ConversationDecoderTest {

    private static final Capabilities CAPABILITIES = Capabilities.of(
            Capability.CLIENT_PROTOCOL_41,
            Capability.CLIENT_SSL,
            Capability.CLIENT_RESERVED2,
            Capability.CLIENT_PLUGIN_AUTH,
            Capability.CLIENT_PLUGIN_AUTH_LENENC_CLIENT_DATA,
            Capability.CLIENT_DEPRECATE_EOF,
            Capability.CLIENT_COMPRESS);
    private static final Capabilities PLAIN =
            CAPABILITIES.without(Capability.CLIENT_SSL).without(Capability.CLIENT_COMPRESS);
    private static final Bytes NONCE = Bytes.of(new byte[20]);
    private static final Consumer<ByteBuf> GREETING = payload(
            HandshakeV10.CODEC, new HandshakeV10("9.7.4", 5, NONCE, CAPABILITIES, 255, 2, "caching_sha2_password"));
    private static final Consumer<ByteBuf> OK = payload(OkPacket.CODEC, new OkPacket(0, 0, 2, 0));
    private static final Consumer<ByteBuf> COMPLETE = CompleteResponse.INSTANCE::encode;
    private static final Consumer<ByteBuf> THREE_BYTES_OF_DATA = payload(
            DataDescriptorResponse.CODEC,
            DataDescriptorResponse.innodb(new DataDescriptor(100, SnapshotState.FILE_COPY, 0, 1, 1, 0, 3, 0, 3)));

    private final List<String> events = new ArrayList<>();
    private ConversationDecoder decoder;

    @Test
    void followsACloneThroughItsPhases() throws IOException {
        decode(inCloneMode()
                .recipient(1, 0, ExecuteCommand.INSTANCE::encode)
                .donor(1, 0, state())
                .donor(1, 0, THREE_BYTES_OF_DATA)
                .donor(1, 0, hex("03 aabbcc"))
                .donor(1, 0, COMPLETE)
                .recipient(1, 0, ExitCommand.INSTANCE::encode)
                .donor(1, 0, COMPLETE)
                .recipient(1, 0, command(CommandCode.COM_RESET_CONNECTION))
                .donor(1, 1, OK)
                .recipient(1, 0, command(CommandCode.COM_QUIT)));

        assertThat(events)
                .containsExactly(
                        "c1 < greeting",
                        "c1 > handshake",
                        "c1 < auth",
                        "c1 > auth",
                        "c1 < OK",
                        "c1 > COM_CLONE",
                        "c1 < OK",
                        "c1 > COM_EXECUTE",
                        "c1 < RES_DATA_DESC",
                        "c1 < RES_DATA_DESC",
                        "c1 < RES_DATA",
                        "c1 < RES_COMPLETE",
                        "c1 > COM_EXIT",
                        "c1 < RES_COMPLETE",
                        "c1 > COM_RESET_CONNECTION",
                        "c1 < OK",
                        "c1 > COM_QUIT");
        assertThat(decoder.leftOver()).isEmpty();
        assertThat(decoder.opaque()).isEmpty();
    }

    @Test
    void readsTheSameFromScrapsOfOneByte() throws IOException {
        decode(inCloneMode());
        List<String> expected = List.copyOf(events);
        events.clear();

        decode(scraps(inCloneMode()));

        assertThat(events).isEqualTo(expected);
        assertThat(decoder.leftOver()).isEmpty();
    }

    @Test
    void keepsConnectionsApart() throws IOException {
        decode(new TeeWriter()
                .donor(2, 0, GREETING)
                .donor(1, 0, payload(ErrPacket.CODEC, new ErrPacket(1040, "", "Too many connections")))
                .recipient(2, 1, login(PLAIN))
                .donor(2, 2, OK));

        assertThat(events).containsExactly("c2 < greeting", "c1 < ERROR", "c2 > handshake", "c2 < OK");
    }

    @Test
    void followsAChangeOfPlugin() throws IOException {
        decode(new TeeWriter()
                .donor(1, 0, GREETING)
                .recipient(1, 1, login(PLAIN))
                .donor(1, 2, payload(AuthSwitchRequest.CODEC, new AuthSwitchRequest("other", NONCE)))
                .recipient(1, 3, hex("00*20"))
                .donor(1, 4, payload(ErrPacket.CODEC, new ErrPacket(1045, "28000", "denied"))));

        assertThat(events)
                .containsExactly("c1 < greeting", "c1 > handshake", "c1 < auth switch", "c1 > auth", "c1 < ERROR");
    }

    @Test
    void onlyCountsWhatComesBehindATlsRequest() throws IOException {
        byte[] request = TeeWriter.packet(1, payload(SslRequest.CODEC, new SslRequest(CAPABILITIES, 1 << 24, 255)));
        byte[] withHello = Arrays.copyOf(request, request.length + 7);

        decode(new TeeWriter()
                .donor(1, 0, GREETING)
                .record(1, '>', withHello)
                .record(1, '<', new byte[11])
                .record(1, '>', new byte[5]));

        assertThat(events)
                .containsExactly(
                        "c1 < greeting", "c1 > TLS request", "c1 opaque: encrypted or compressed from here on");
        assertThat(decoder.opaque())
                .isEqualTo(Map.of(1, Map.of(Direction.FROM_DONOR, 11L, Direction.FROM_RECIPIENT, 12L)));
        assertThat(decoder.leftOver()).isEmpty();
    }

    @Test
    void onlyCountsWhatComesBehindTheOkThatTurnsOnCompression() throws IOException {
        decode(new TeeWriter()
                .donor(1, 0, GREETING)
                .recipient(1, 1, login(CAPABILITIES.without(Capability.CLIENT_SSL)))
                .donor(1, 2, OK)
                .record(1, '>', Hex.bytes("05000000000000 0100000020")));

        assertThat(events)
                .containsExactly(
                        "c1 < greeting",
                        "c1 > handshake",
                        "c1 < OK",
                        "c1 opaque: encrypted or compressed from here on");
        assertThat(decoder.opaque()).isEqualTo(Map.of(1, Map.of(Direction.FROM_RECIPIENT, 12L)));
    }

    @Test
    void readsStatementsAndTheirResults() throws IOException {
        decode(inSqlMode()
                .recipient(1, 0, out -> new QueryCommand("KILL CONNECTION 5", false).encode(out))
                .donor(1, 1, payload(ErrPacket.CODEC, new ErrPacket(1094, "HY000", "Unknown thread id")))
                .recipient(1, 0, out -> new QueryCommand("SELECT 1", false).encode(out))
                .donor(1, 1, hex("01"))
                .donor(1, 2, hex("03 646566 00 00 00 01 31 00 0c 3f00 01000000 08 8100 00 0000"))
                .donor(1, 3, hex("01 31"))
                .donor(1, 4, hex("fe 00 00 0200 0000"))
                .recipient(1, 0, command(CommandCode.COM_PING))
                .donor(1, 1, OK));

        assertThat(events.subList(5, events.size()))
                .containsExactly(
                        "c1 > COM_QUERY",
                        "c1 < ERROR",
                        "c1 > COM_QUERY",
                        "c1 < result set",
                        "c1 < result set",
                        "c1 < result set",
                        "c1 < result set",
                        "c1 > COM_PING",
                        "c1 < OK");
    }

    @Test
    void aRefusedComCloneLeavesTheConnectionInSql() throws IOException {
        decode(inSqlMode()
                .recipient(1, 0, command(CommandCode.COM_CLONE))
                .donor(1, 1, payload(ErrPacket.CODEC, new ErrPacket(1227, "42000", "denied")))
                .recipient(1, 0, command(CommandCode.COM_QUIT)));

        assertThat(events)
                .endsWith("c1 > COM_CLONE", "c1 < ERROR", "c1 > COM_QUIT")
                .noneMatch(this::isProblem);
    }

    @Test
    void aRefusedExitLeavesCloneModeAndAnyOtherErrorDoesNot() throws IOException {
        Consumer<ByteBuf> killed = new ErrorResponse(1317, "killed")::encode;
        decode(inCloneMode()
                .recipient(1, 0, ExecuteCommand.INSTANCE::encode)
                .donor(1, 0, killed)
                .recipient(1, 0, ExitCommand.INSTANCE::encode)
                .donor(1, 0, killed)
                .recipient(1, 0, command(CommandCode.COM_QUIT)));

        assertThat(events)
                .endsWith("c1 > COM_EXECUTE", "c1 < RES_ERROR", "c1 > COM_EXIT", "c1 < RES_ERROR", "c1 > COM_QUIT")
                .noneMatch(this::isProblem);
    }

    @Test
    void reportsSequenceIdsOutOfStep() throws IOException {
        decode(inCloneMode()
                .recipient(1, 3, ExecuteCommand.INSTANCE::encode)
                .donor(1, 0, state())
                .donor(1, 1, COMPLETE));

        assertThat(events)
                .containsSequence(
                        "c1 > problem: sequence id: 3 (expected: 0)", "c1 > COM_EXECUTE", "c1 < RES_DATA_DESC")
                .containsSequence("c1 < problem: sequence id: 1 (expected: 0)", "c1 < RES_COMPLETE");
    }

    @Test
    void reportsALoginOutOfStep() throws IOException {
        decode(new TeeWriter()
                .donor(1, 0, GREETING)
                .recipient(1, 2, login(PLAIN))
                .donor(1, 3, OK));

        assertThat(events)
                .containsExactly(
                        "c1 < greeting", "c1 > problem: sequence id: 2 (expected: 1)", "c1 > handshake", "c1 < OK");
    }

    @Test
    void goesOnBehindAMessageThatItCannotRead() throws IOException {
        decode(inCloneMode()
                .recipient(1, 0, ExecuteCommand.INSTANCE::encode)
                .donor(1, 0, hex("2a 00"))
                .donor(1, 0, hex("02 0c 00 00000064"))
                .donor(1, 0, hex(""))
                .donor(1, 0, COMPLETE));

        assertThat(events.stream().filter(this::isProblem))
                .containsExactly(
                        "c1 < problem: message 5 of 2 bytes: CloneResponse.code at offset 0: 42 "
                                + "(expected: 1 to 9, 99 or 100)",
                        "c1 < problem: message 6 of 7 bytes: DescriptorHeader.header at offset 0: "
                                + "needs 12 bytes, 4 left",
                        "c1 < problem: message 7 of 0 bytes: CloneResponse.code at offset 0: "
                                + "needs 1 bytes, 0 left");
        assertThat(events).endsWith("c1 < RES_COMPLETE");
    }

    @Test
    void reportsDataThatIsNotWhatWasAnnounced() throws IOException {
        decode(inCloneMode()
                .recipient(1, 0, ExecuteCommand.INSTANCE::encode)
                .donor(1, 0, hex("03 aa"))
                .donor(1, 0, THREE_BYTES_OF_DATA)
                .donor(1, 0, hex("03 aabb"))
                .donor(1, 0, THREE_BYTES_OF_DATA)
                .donor(1, 0, COMPLETE));

        assertThat(events.stream().filter(this::isProblem).map(text -> text.replaceFirst(".*bytes: ", "")))
                .containsExactly(
                        "unexpected packet: DATA of 1 bytes (expected: no data without its descriptor)",
                        "unexpected packet: DATA of 2 bytes (expected: DATA of 3 bytes)",
                        "unexpected packet: COMPLETE (expected: DATA of 3 bytes)");
    }

    @Test
    void reportsMessagesThatNobodyMaySendNow() throws IOException {
        decode(inCloneMode()
                .donor(1, 0, COMPLETE)
                .recipient(1, 0, ExecuteCommand.INSTANCE::encode)
                .recipient(1, 0, ExitCommand.INSTANCE::encode)
                .recipient(2, 0, command(CommandCode.COM_QUIT)));

        assertThat(events.stream().filter(this::isProblem).map(text -> text.replaceFirst(".*packet: ", "")))
                .containsExactly(
                        "COMPLETE (expected: nothing without a command)",
                        "COM_EXIT (expected: nothing before the answer to COM_EXECUTE)",
                        "1 bytes beginning with 0x01 (expected: nothing from the recipient now)");
    }

    @Test
    void countsWhatIsLeftOfAMessage() throws IOException {
        decode(new TeeWriter().donor(1, 0, GREETING).record(3, '>', new byte[3]));

        assertThat(decoder.leftOver()).isEqualTo(Map.of(3, Map.of(Direction.FROM_RECIPIENT, 3L)));
    }

    @Test
    void givesUpAConnectionWhoseMessagesHaveNoEnd() throws IOException {
        TeeWriter writer = new TeeWriter();
        for (int sequenceId = 0; sequenceId < 5; sequenceId++) {
            writer.record(1, '<', new byte[] {-1, -1, -1, (byte) sequenceId});
            writer.record(1, '<', new byte[PacketHeader.MAX_PAYLOAD_LENGTH]);
        }

        decode(writer);

        assertThat(events).hasSize(2);
        assertThat(events.get(0)).startsWith("c1 < problem: message length: ");
        assertThat(events.get(1)).isEqualTo("c1 opaque: out of step from here on");
    }

    @Test
    void givesUpARecordingOfTooManyUnfinishedMessages() throws IOException {
        byte[] unfinished = new byte[1 << 24];
        Arrays.fill(unfinished, 0, 3, (byte) 0xff);
        TeeWriter writer = new TeeWriter();
        for (int connection = 1; connection <= 17; connection++) {
            writer.record(connection, '<', unfinished);
        }

        assertThatExceptionOfType(MalformedRecordingException.class)
                .isThrownBy(() -> decode(writer))
                .withMessageContaining("bytes of unfinished messages");
    }

    @Test
    void givesUpARecordingOfTooManyConnections() throws IOException {
        TeeWriter writer = new TeeWriter();
        for (int connection = 1; connection <= 4097; connection++) {
            writer.record(connection, '<', new byte[1]);
        }

        assertThatExceptionOfType(MalformedRecordingException.class)
                .isThrownBy(() -> decode(writer))
                .withMessage("more than 4096 connections");
    }

    private static TeeWriter inSqlMode() {
        return new TeeWriter()
                .donor(1, 0, GREETING)
                .recipient(1, 1, login(PLAIN))
                .donor(1, 2, payload(AuthMoreData.CODEC, new AuthMoreData(Bytes.of((byte) 4))))
                .recipient(1, 3, hex("02"))
                .donor(1, 4, OK);
    }

    private static TeeWriter inCloneMode() {
        return inSqlMode().recipient(1, 0, command(CommandCode.COM_CLONE)).donor(1, 1, OK);
    }

    private static TeeWriter scraps(TeeWriter whole) throws IOException {
        TeeWriter scraps = new TeeWriter();
        try (TeeRecording recording = TeeRecording.open(new ByteArrayInputStream(whole.toBytes()))) {
            for (Optional<TeeRecord> next = recording.next(); next.isPresent(); next = recording.next()) {
                for (byte one : next.get().data().toByteArray()) {
                    scraps.record(next.get().connection(), next.get().kind().wireCode(), new byte[] {one});
                }
            }
        }
        return scraps;
    }

    private static Consumer<ByteBuf> login(Capabilities capabilities) {
        return payload(
                HandshakeResponse41.CODEC,
                new HandshakeResponse41(capabilities, 1 << 24, 255, "u", NONCE, "caching_sha2_password", Map.of(), 0));
    }

    private static Consumer<ByteBuf> command(CommandCode code) {
        return new SimpleCommand(code)::encode;
    }

    private static Consumer<ByteBuf> state() {
        return DataDescriptorResponse.innodb(new StateDescriptor(100, SnapshotState.INIT, 0, 0, 0, 0, 0, 0))::encode;
    }

    private static <T> Consumer<ByteBuf> payload(MessageCodec<T> codec, T message) {
        return out -> codec.encode(message, out);
    }

    private static Consumer<ByteBuf> hex(String digits) {
        byte[] bytes = Hex.bytes(digits);
        return out -> out.writeBytes(bytes);
    }

    private boolean isProblem(String event) {
        return event.contains("problem");
    }

    private void decode(TeeWriter writer) throws IOException {
        decoder = new ConversationDecoder(new Events());
        try (TeeRecording recording = TeeRecording.open(new ByteArrayInputStream(writer.toBytes()))) {
            for (Optional<TeeRecord> next = recording.next(); next.isPresent(); next = recording.next()) {
                decoder.onRecord(next.get());
            }
        }
    }

    private final class Events implements ConversationListener {

        @Override
        public void onConnection(TeeRecord event) {
            events.add("c" + event.connection() + ' ' + event.kind());
        }

        @Override
        public void onPacket(RecordedPacket packet) {
            events.add("c" + packet.connection() + ' ' + packet.direction().sign() + ' '
                    + packet.message().accept(MessageKind.INSTANCE));
        }

        @Override
        public void onOpaque(long timeMicros, int connection, String reason) {
            events.add("c" + connection + " opaque: " + reason);
        }

        @Override
        public void onProblem(long timeMicros, int connection, Direction direction, String problem) {
            events.add("c" + connection + ' ' + direction.sign() + " problem: " + problem);
        }
    }
}
