package org.jclone.protocol.recording;

import io.netty.buffer.ByteBuf;
import java.util.Optional;
import org.jclone.protocol.clone.command.CloneCommand;
import org.jclone.protocol.clone.command.CloneCommandCode;
import org.jclone.protocol.clone.response.CloneResponse;
import org.jclone.protocol.clone.response.CloneResponseCode;
import org.jclone.protocol.clone.response.DataResponse;
import org.jclone.protocol.command.Command;
import org.jclone.protocol.command.CommandCode;
import org.jclone.protocol.command.QueryResponse;
import org.jclone.protocol.command.QueryResponseDecoder;
import org.jclone.protocol.handshake.AuthMoreData;
import org.jclone.protocol.handshake.AuthNextFactor;
import org.jclone.protocol.handshake.AuthSwitchRequest;
import org.jclone.protocol.handshake.Capabilities;
import org.jclone.protocol.handshake.Capability;
import org.jclone.protocol.handshake.ConnectionPhasePacket;
import org.jclone.protocol.handshake.HandshakeResponse41;
import org.jclone.protocol.handshake.HandshakeV10;
import org.jclone.protocol.handshake.SslRequest;
import org.jclone.protocol.innodb.descriptor.DataDescriptor;
import org.jclone.protocol.packet.ErrPacket;
import org.jclone.protocol.packet.OkPacket;
import org.jclone.protocol.packet.UnexpectedPacketException;
import org.jclone.protocol.wire.Bytes;

/**
 * Tracks the phase of a connection, which determines how to decode the next message of either side.
 *
 * <pre>
 *  GREETING ──greeting──► LOGIN ──handshake response──► AUTHENTICATION ──OK──► COMMAND ◄──answer to COM_EXIT──┐
 *     │ERR                  │TLS request                  │ERR    │OK, compression   └──OK to COM_CLONE──► CLONE
 *     ▼                     ▼                             ▼       ▼
 *  REFUSED               OPAQUE                        REFUSED  OPAQUE
 * </pre>
 */
final class ConnectionDecoder {

    private static final int SEQUENCE_IDS = 256;
    private static final int MAX_ROWS = 10_000;

    private enum Phase {
        GREETING,
        LOGIN,
        AUTHENTICATION,
        COMMAND,
        CLONE,
        OPAQUE,
        REFUSED
    }

    private Phase phase = Phase.GREETING;
    private int nextSequenceId;
    private Capabilities capabilities = Capabilities.NONE;
    private Optional<CommandCode> command = Optional.empty();
    private Optional<QueryResponseDecoder> query = Optional.empty();
    private Optional<CloneCommandCode> cloneCommand = Optional.empty();
    private Optional<DataDescriptor> announced = Optional.empty();

    /** Returns whether the connection is encrypted or compressed. */
    boolean isOpaque() {
        return phase == Phase.OPAQUE;
    }

    /**
     * Checks the sequence id of a message against the rule of the phase: in clone mode each message starts at 0;
     * elsewhere ids count across both directions, and a command starts at 0. Call this before decoding the message.
     *
     * @return a description of the violation, or empty
     */
    Optional<String> checkSequence(Direction direction, MessageAssembler.Assembled assembled) {
        boolean startsAnew = phase == Phase.CLONE || phase == Phase.COMMAND && direction == Direction.FROM_RECIPIENT;
        int expected = startsAnew ? 0 : nextSequenceId;
        nextSequenceId = (assembled.sequenceId() + assembled.packetCount()) % SEQUENCE_IDS;
        if (assembled.sequenceId() != expected) {
            return Optional.of("sequence id: " + assembled.sequenceId() + " (expected: " + expected + ')');
        }
        return assembled.consecutive()
                ? Optional.empty()
                : Optional.of("the sequence ids of the packets of a message are not consecutive");
    }

    /** Decodes a message and moves to the next phase. */
    RecordedMessage decode(Direction direction, ByteBuf payload) {
        return switch (direction) {
            case FROM_DONOR -> decodeFromDonor(payload);
            case FROM_RECIPIENT -> decodeFromRecipient(payload);
        };
    }

    private RecordedMessage decodeFromDonor(ByteBuf payload) {
        return switch (phase) {
            case GREETING -> decodeGreeting(payload);
            case AUTHENTICATION -> decodeAuthPacket(payload);
            case COMMAND -> decodeAnswer(payload);
            case CLONE -> decodeCloneResponse(payload);
            case LOGIN, OPAQUE, REFUSED -> throw UnexpectedPacketException.of("no message from the donor", payload);
        };
    }

    private RecordedMessage decodeFromRecipient(ByteBuf payload) {
        return switch (phase) {
            case LOGIN -> decodeLogin(payload);
            case AUTHENTICATION -> new RecordedMessage.AuthData(Bytes.read(payload, payload.readableBytes()));
            case COMMAND -> decodeCommand(payload);
            case CLONE -> decodeCloneCommand(payload);
            case GREETING, OPAQUE, REFUSED ->
                throw UnexpectedPacketException.of("no message from the recipient", payload);
        };
    }

    private RecordedMessage decodeGreeting(ByteBuf payload) {
        if (ErrPacket.isErr(payload)) {
            phase = Phase.REFUSED;
            return new RecordedMessage.Err(ErrPacket.CODEC.decode(payload));
        }
        HandshakeV10 greeting = HandshakeV10.CODEC.decode(payload);
        capabilities = greeting.capabilities();
        phase = Phase.LOGIN;
        return new RecordedMessage.Greeting(greeting);
    }

    private RecordedMessage decodeLogin(ByteBuf payload) {
        if (SslRequest.isSslRequest(payload)) {
            SslRequest request = SslRequest.CODEC.decode(payload);
            phase = Phase.OPAQUE;
            return new RecordedMessage.TlsRequest(request);
        }
        HandshakeResponse41 login = HandshakeResponse41.CODEC.decode(payload);
        capabilities = capabilities.and(login.capabilities());
        phase = Phase.AUTHENTICATION;
        return new RecordedMessage.Login(login);
    }

    private RecordedMessage decodeAuthPacket(ByteBuf payload) {
        ConnectionPhasePacket packet = ConnectionPhasePacket.decode(payload);
        phase = packet.accept(new PhaseAfterAuthPacket());
        return new RecordedMessage.AuthPacket(packet);
    }

    private boolean isCompressed() {
        return capabilities.has(Capability.CLIENT_COMPRESS)
                || capabilities.has(Capability.CLIENT_ZSTD_COMPRESSION_ALGORITHM);
    }

    private RecordedMessage decodeCommand(ByteBuf payload) {
        Command decoded = Command.decode(payload);
        command = Optional.of(decoded.code());
        query = decoded.code() == CommandCode.COM_QUERY ? Optional.of(queryDecoder()) : Optional.empty();
        return new RecordedMessage.SqlCommand(decoded);
    }

    private QueryResponseDecoder queryDecoder() {
        return new QueryResponseDecoder(capabilities.without(Capability.CLIENT_OPTIONAL_RESULTSET_METADATA), MAX_ROWS);
    }

    private RecordedMessage decodeAnswer(ByteBuf payload) {
        if (command.isEmpty()) {
            throw UnexpectedPacketException.of("no answer without a command", payload);
        }
        if (query.isPresent()) {
            return decodeQueryAnswer(query.get(), payload);
        }
        CommandCode answered = command.get();
        command = Optional.empty();
        if (ErrPacket.isErr(payload)) {
            return new RecordedMessage.Err(ErrPacket.CODEC.decode(payload));
        }
        OkPacket ok = OkPacket.CODEC.decode(payload);
        if (answered == CommandCode.COM_CLONE) {
            phase = Phase.CLONE;
        }
        return new RecordedMessage.Ok(ok);
    }

    private RecordedMessage decodeQueryAnswer(QueryResponseDecoder decoder, ByteBuf payload) {
        Bytes bytes = Bytes.read(payload.duplicate(), payload.readableBytes());
        Optional<QueryResponse> response = decoder.onPacket(payload);
        if (response.isEmpty()) {
            return new RecordedMessage.QueryAnswer(bytes, "");
        }
        command = Optional.empty();
        query = Optional.empty();
        return response.get().accept(new QueryEnd(bytes));
    }

    private RecordedMessage decodeCloneCommand(ByteBuf payload) {
        CloneCommand decoded = CloneCommand.decode(payload);
        if (cloneCommand.isPresent()) {
            throw new UnexpectedPacketException(
                    "no command before the answer to " + cloneCommand.get(),
                    decoded.code().name());
        }
        cloneCommand = Optional.of(decoded.code());
        return new RecordedMessage.InCloneMode(decoded);
    }

    private RecordedMessage decodeCloneResponse(ByteBuf payload) {
        CloneResponse response = CloneResponse.decode(payload);
        if (cloneCommand.isEmpty()) {
            throw new UnexpectedPacketException(
                    "no response without a command", response.code().name());
        }
        checkData(response);
        announced = response.announcedData();
        if (response.code() == CloneResponseCode.COMPLETE || response.code() == CloneResponseCode.ERROR) {
            phase = cloneCommand.get() == CloneCommandCode.COM_EXIT ? Phase.COMMAND : Phase.CLONE;
            cloneCommand = Optional.empty();
        }
        return new RecordedMessage.FromCloneMode(response);
    }

    /** Checks that data follows directly after the descriptor that announces it, with the announced length. */
    private void checkData(CloneResponse response) {
        long expected = announced.map(DataDescriptor::dataLength).orElse(-1L);
        long found = response instanceof DataResponse data ? data.content().readableBytes() : -1;
        if (expected != found) {
            announced = Optional.empty();
            if (response instanceof DataResponse data) {
                data.release();
            }
            throw new UnexpectedPacketException(
                    expected < 0 ? "no data without its descriptor" : "DATA of " + expected + " bytes",
                    response.code() + (found < 0 ? "" : " of " + found + " bytes"));
        }
    }

    /** Determines the phase that follows a packet of the authentication. */
    private final class PhaseAfterAuthPacket implements ConnectionPhasePacket.Handler<Phase> {

        @Override
        public Phase onOk(OkPacket ok) {
            return isCompressed() ? Phase.OPAQUE : Phase.COMMAND;
        }

        @Override
        public Phase onErr(ErrPacket error) {
            return Phase.REFUSED;
        }

        @Override
        public Phase onSwitch(AuthSwitchRequest request) {
            return Phase.AUTHENTICATION;
        }

        @Override
        public Phase onMoreData(AuthMoreData data) {
            return Phase.AUTHENTICATION;
        }

        @Override
        public Phase onNextFactor(AuthNextFactor request) {
            return Phase.AUTHENTICATION;
        }
    }

    /** Describes the last packet of the answer to a statement. */
    private record QueryEnd(Bytes payload) implements QueryResponse.Handler<RecordedMessage> {

        @Override
        public RecordedMessage onOk(OkPacket ok) {
            return new RecordedMessage.Ok(ok);
        }

        @Override
        public RecordedMessage onErr(ErrPacket error) {
            return new RecordedMessage.Err(error);
        }

        @Override
        public RecordedMessage onResultSet(QueryResponse.ResultSet resultSet) {
            return new RecordedMessage.QueryAnswer(
                    payload,
                    "end of " + resultSet.rows().size() + " rows of "
                            + resultSet.columns().size() + " columns");
        }
    }
}
