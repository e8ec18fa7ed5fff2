package org.jclone.protocol.recording;

import io.netty.buffer.ByteBuf;
import org.jclone.protocol.clone.command.CloneCommand;
import org.jclone.protocol.clone.response.CloneResponse;
import org.jclone.protocol.command.Command;
import org.jclone.protocol.handshake.ConnectionPhasePacket;
import org.jclone.protocol.handshake.HandshakeResponse41;
import org.jclone.protocol.handshake.HandshakeV10;
import org.jclone.protocol.handshake.SslRequest;
import org.jclone.protocol.packet.ErrPacket;
import org.jclone.protocol.packet.OkPacket;
import org.jclone.protocol.wire.Bytes;

/** Any message of a clone's connection, decoded according to the phase of the connection. */
public sealed interface RecordedMessage {

    /** Appends the payload to {@code out}. */
    void encode(ByteBuf out);

    <R> R accept(Handler<R> handler);

    /** Has one method per kind of message. */
    interface Handler<R> {

        R onGreeting(HandshakeV10 greeting);

        R onTlsRequest(SslRequest request);

        R onLogin(HandshakeResponse41 login);

        R onAuthData(Bytes data);

        R onAuthPacket(ConnectionPhasePacket packet);

        R onCommand(Command command);

        R onOk(OkPacket ok);

        R onErr(ErrPacket error);

        R onQueryAnswer(QueryAnswer answer);

        R onCloneCommand(CloneCommand command);

        R onCloneResponse(CloneResponse response);
    }

    record Greeting(HandshakeV10 greeting) implements RecordedMessage {

        @Override
        public void encode(ByteBuf out) {
            HandshakeV10.CODEC.encode(greeting, out);
        }

        @Override
        public <R> R accept(Handler<R> handler) {
            return handler.onGreeting(greeting);
        }
    }

    /** The bytes after it cannot be decoded. */
    record TlsRequest(SslRequest request) implements RecordedMessage {

        @Override
        public void encode(ByteBuf out) {
            SslRequest.CODEC.encode(request, out);
        }

        @Override
        public <R> R accept(Handler<R> handler) {
            return handler.onTlsRequest(request);
        }
    }

    record Login(HandshakeResponse41 login) implements RecordedMessage {

        @Override
        public void encode(ByteBuf out) {
            HandshakeResponse41.CODEC.encode(login, out);
        }

        @Override
        public <R> R accept(Handler<R> handler) {
            return handler.onLogin(login);
        }
    }

    /** A message of the recipient's authentication plugin. Only the plugin knows its structure. */
    record AuthData(Bytes data) implements RecordedMessage {

        @Override
        public void encode(ByteBuf out) {
            data.writeTo(out);
        }

        @Override
        public <R> R accept(Handler<R> handler) {
            return handler.onAuthData(data);
        }

        @Override
        public String toString() {
            return "AuthData[REDACTED]";
        }
    }

    record AuthPacket(ConnectionPhasePacket packet) implements RecordedMessage {

        @Override
        public void encode(ByteBuf out) {
            packet.encode(out);
        }

        @Override
        public <R> R accept(Handler<R> handler) {
            return handler.onAuthPacket(packet);
        }
    }

    record SqlCommand(Command command) implements RecordedMessage {

        @Override
        public void encode(ByteBuf out) {
            command.encode(out);
        }

        @Override
        public <R> R accept(Handler<R> handler) {
            return handler.onCommand(command);
        }
    }

    record Ok(OkPacket ok) implements RecordedMessage {

        @Override
        public void encode(ByteBuf out) {
            OkPacket.CODEC.encode(ok, out);
        }

        @Override
        public <R> R accept(Handler<R> handler) {
            return handler.onOk(ok);
        }
    }

    /** Instead of the greeting, or in answer to a command. */
    record Err(ErrPacket error) implements RecordedMessage {

        @Override
        public void encode(ByteBuf out) {
            ErrPacket.CODEC.encode(error, out);
        }

        @Override
        public <R> R accept(Handler<R> handler) {
            return handler.onErr(error);
        }
    }

    /**
     * A packet of a result set.
     *
     * @param summary describes the whole result set if this packet ends it; else empty
     */
    record QueryAnswer(Bytes payload, String summary) implements RecordedMessage {

        @Override
        public void encode(ByteBuf out) {
            payload.writeTo(out);
        }

        @Override
        public <R> R accept(Handler<R> handler) {
            return handler.onQueryAnswer(this);
        }
    }

    record InCloneMode(CloneCommand command) implements RecordedMessage {

        @Override
        public void encode(ByteBuf out) {
            command.encode(out);
        }

        @Override
        public <R> R accept(Handler<R> handler) {
            return handler.onCloneCommand(command);
        }
    }

    record FromCloneMode(CloneResponse response) implements RecordedMessage {

        @Override
        public void encode(ByteBuf out) {
            response.encode(out);
        }

        @Override
        public <R> R accept(Handler<R> handler) {
            return handler.onCloneResponse(response);
        }
    }
}
