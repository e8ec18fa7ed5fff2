package org.jclone.protocol.recording;

import org.jclone.protocol.clone.command.CloneCommand;
import org.jclone.protocol.clone.response.CloneResponse;
import org.jclone.protocol.command.Command;
import org.jclone.protocol.command.QueryCommand;
import org.jclone.protocol.command.SimpleCommand;
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

/** Formats the content of a message on one line, without its kind and without secrets. */
final class MessageText
        implements RecordedMessage.Handler<String>, ConnectionPhasePacket.Handler<String>, Command.Handler<String> {

    static final MessageText INSTANCE = new MessageText();

    /** Status codes of caching_sha2_password. */
    private static final Bytes FAST_AUTHENTICATION_SUCCEEDED = Bytes.of((byte) 3);

    private static final Bytes FULL_AUTHENTICATION_NEEDED = Bytes.of((byte) 4);

    private MessageText() {}

    @Override
    public String onGreeting(HandshakeV10 greeting) {
        return "server=" + Quoted.of(greeting.serverVersion())
                + " connection_id=" + greeting.connectionId()
                + " capabilities=" + greeting.capabilities()
                + " charset=" + greeting.characterSet()
                + " plugin=" + Quoted.of(greeting.authPluginName());
    }

    @Override
    public String onTlsRequest(SslRequest request) {
        return "capabilities=" + request.capabilities() + " max_packet=" + request.maxPacketSize() + " charset="
                + request.characterSet();
    }

    @Override
    public String onLogin(HandshakeResponse41 login) {
        StringBuilder text = new StringBuilder("user=" + Quoted.of(login.user())
                + " capabilities=" + login.capabilities()
                + " max_packet=" + login.maxPacketSize()
                + " charset=" + login.characterSet()
                + " plugin=" + Quoted.of(login.authPluginName())
                + " auth_response=" + length(login.authResponse()));
        login.connectionAttributes()
                .forEach((name, value) ->
                        text.append(' ').append(Quoted.of(name)).append('=').append(Quoted.of(value)));
        return text.toString();
    }

    @Override
    public String onAuthData(Bytes data) {
        return length(data);
    }

    @Override
    public String onAuthPacket(ConnectionPhasePacket packet) {
        return packet.accept(this);
    }

    @Override
    public String onSwitch(AuthSwitchRequest request) {
        return "plugin=" + Quoted.of(request.authPluginName()) + ' ' + length(request.authPluginData());
    }

    @Override
    public String onMoreData(AuthMoreData data) {
        if (data.data().equals(FAST_AUTHENTICATION_SUCCEEDED)) {
            return "fast authentication succeeded";
        }
        return data.data().equals(FULL_AUTHENTICATION_NEEDED) ? "full authentication needed" : length(data.data());
    }

    @Override
    public String onNextFactor(AuthNextFactor request) {
        return "plugin=" + Quoted.of(request.authPluginName()) + ' ' + length(request.authPluginData());
    }

    @Override
    public String onCommand(Command command) {
        return command.accept(this);
    }

    @Override
    public String onSimple(SimpleCommand command) {
        return "";
    }

    @Override
    public String onQuery(QueryCommand command) {
        return Quoted.of(command.sql());
    }

    @Override
    public String onOk(OkPacket ok) {
        return "affected_rows=" + ok.affectedRows() + " status=0x" + Integer.toHexString(ok.statusFlags())
                + " warnings=" + ok.warnings();
    }

    @Override
    public String onErr(ErrPacket error) {
        return error.errorCode() + " " + (error.sqlState().isEmpty() ? "" : '(' + error.sqlState() + ") ")
                + Quoted.of(error.message());
    }

    @Override
    public String onQueryAnswer(RecordedMessage.QueryAnswer answer) {
        return answer.summary();
    }

    @Override
    public String onCloneCommand(CloneCommand command) {
        return command.accept(CloneMessageText.INSTANCE);
    }

    @Override
    public String onCloneResponse(CloneResponse response) {
        return response.accept(CloneMessageText.INSTANCE);
    }

    private static String length(Bytes bytes) {
        return bytes.length() + " bytes";
    }
}
