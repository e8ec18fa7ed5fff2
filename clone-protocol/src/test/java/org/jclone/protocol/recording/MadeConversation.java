package org.jclone.protocol.recording;

import io.netty.buffer.ByteBuf;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jclone.protocol.Hex;
import org.jclone.protocol.clone.response.CompleteResponse;
import org.jclone.protocol.clone.response.DataDescriptorResponse;
import org.jclone.protocol.command.CommandCode;
import org.jclone.protocol.command.SimpleCommand;
import org.jclone.protocol.handshake.AuthMoreData;
import org.jclone.protocol.handshake.Capabilities;
import org.jclone.protocol.handshake.Capability;
import org.jclone.protocol.handshake.HandshakeResponse41;
import org.jclone.protocol.handshake.HandshakeV10;
import org.jclone.protocol.innodb.descriptor.DataDescriptor;
import org.jclone.protocol.innodb.descriptor.SnapshotState;
import org.jclone.protocol.innodb.descriptor.StateDescriptor;
import org.jclone.protocol.packet.OkPacket;
import org.jclone.protocol.wire.Bytes;
import org.jclone.protocol.wire.MessageCodec;

/** Builds conversations packet by packet and records what the decoder reports about them. */
final class MadeConversation {

    static final Capabilities CAPABILITIES = Capabilities.of(
            Capability.CLIENT_PROTOCOL_41,
            Capability.CLIENT_SSL,
            Capability.CLIENT_RESERVED2,
            Capability.CLIENT_PLUGIN_AUTH,
            Capability.CLIENT_PLUGIN_AUTH_LENENC_CLIENT_DATA,
            Capability.CLIENT_DEPRECATE_EOF,
            Capability.CLIENT_COMPRESS);
    static final Capabilities PLAIN =
            CAPABILITIES.without(Capability.CLIENT_SSL).without(Capability.CLIENT_COMPRESS);
    static final Bytes NONCE = Bytes.of(new byte[20]);
    static final Consumer<ByteBuf> GREETING = payload(
            HandshakeV10.CODEC, new HandshakeV10("9.7.4", 5, NONCE, CAPABILITIES, 255, 2, "caching_sha2_password"));
    static final Consumer<ByteBuf> OK = payload(OkPacket.CODEC, new OkPacket(0, 0, 2, 0));
    static final Consumer<ByteBuf> COMPLETE = CompleteResponse.INSTANCE::encode;
    static final Consumer<ByteBuf> THREE_BYTES_OF_DATA = payload(
            DataDescriptorResponse.CODEC,
            DataDescriptorResponse.innodb(new DataDescriptor(100, SnapshotState.FILE_COPY, 0, 1, 1, 0, 3, 0, 3)));

    final List<String> events = new ArrayList<>();
    ConversationDecoder decoder;

    static TeeWriter inSqlMode() {
        return new TeeWriter()
                .donor(1, 0, GREETING)
                .recipient(1, 1, login(PLAIN))
                .donor(1, 2, payload(AuthMoreData.CODEC, new AuthMoreData(Bytes.of((byte) 4))))
                .recipient(1, 3, hex("02"))
                .donor(1, 4, OK);
    }

    static TeeWriter inCloneMode() {
        return inSqlMode().recipient(1, 0, command(CommandCode.COM_CLONE)).donor(1, 1, OK);
    }

    static TeeWriter scraps(TeeWriter whole) throws IOException {
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

    static Consumer<ByteBuf> login(Capabilities capabilities) {
        return payload(
                HandshakeResponse41.CODEC,
                new HandshakeResponse41(capabilities, 1 << 24, 255, "u", NONCE, "caching_sha2_password", Map.of(), 0));
    }

    static Consumer<ByteBuf> command(CommandCode code) {
        return new SimpleCommand(code)::encode;
    }

    static Consumer<ByteBuf> state() {
        return DataDescriptorResponse.innodb(new StateDescriptor(100, SnapshotState.INIT, 0, 0, 0, 0, 0, 0))::encode;
    }

    static <T> Consumer<ByteBuf> payload(MessageCodec<T> codec, T message) {
        return out -> codec.encode(message, out);
    }

    static Consumer<ByteBuf> hex(String digits) {
        byte[] bytes = Hex.bytes(digits);
        return out -> out.writeBytes(bytes);
    }

    static boolean isProblem(String event) {
        return event.contains("problem");
    }

    void decode(TeeWriter writer) throws IOException {
        decode(writer, Long.MAX_VALUE);
    }

    void decode(TeeWriter writer, long maxWaitingBytes) throws IOException {
        decoder = new ConversationDecoder(new Events(), maxWaitingBytes);
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
