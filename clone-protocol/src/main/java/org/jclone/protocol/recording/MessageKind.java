package org.jclone.protocol.recording;

import org.jclone.protocol.clone.command.CloneCommand;
import org.jclone.protocol.clone.response.CloneResponse;
import org.jclone.protocol.command.Command;
import org.jclone.protocol.handshake.AuthMoreData;
import org.jclone.protocol.handshake.AuthNextFactor;
import org.jclone.protocol.handshake.AuthSwitchRequest;
import org.jclone.protocol.handshake.ConnectionPhasePacket;
import org.jclone.protocol.handshake.HandshakeResponse41;
import org.jclone.protocol.handshake.HandshakeV10;
import org.jclone.protocol.handshake.SslRequest;
import org.jclone.protocol.packet.ErrPacket;
import org.jclone.protocol.packet.OkPacket;
import org.jclone.protocol.wire.Bytes;

/** Names the kind of a message for printing and counting. */
final class MessageKind implements RecordedMessage.Handler<String>, ConnectionPhasePacket.Handler<String> {

    static final MessageKind INSTANCE = new MessageKind();

    private static final String AUTH = "auth";

    private MessageKind() {}

    @Override
    public String onGreeting(HandshakeV10 greeting) {
        return "greeting";
    }

    @Override
    public String onTlsRequest(SslRequest request) {
        return "TLS request";
    }

    @Override
    public String onLogin(HandshakeResponse41 login) {
        return "handshake";
    }

    @Override
    public String onAuthData(Bytes data) {
        return AUTH;
    }

    @Override
    public String onAuthPacket(ConnectionPhasePacket packet) {
        return packet.accept(this);
    }

    @Override
    public String onSwitch(AuthSwitchRequest request) {
        return "auth switch";
    }

    @Override
    public String onMoreData(AuthMoreData data) {
        return AUTH;
    }

    @Override
    public String onNextFactor(AuthNextFactor request) {
        return "auth next factor";
    }

    @Override
    public String onCommand(Command command) {
        return command.code().name();
    }

    @Override
    public String onOk(OkPacket ok) {
        return "OK";
    }

    @Override
    public String onErr(ErrPacket error) {
        return "ERROR";
    }

    @Override
    public String onQueryAnswer(RecordedMessage.QueryAnswer answer) {
        return "result set";
    }

    @Override
    public String onCloneCommand(CloneCommand command) {
        return command.code().name();
    }

    @Override
    public String onCloneResponse(CloneResponse response) {
        return "RES_" + response.code().name();
    }
}
