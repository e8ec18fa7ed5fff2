package org.jclone.protocol.handshake;

import io.netty.buffer.ByteBuf;
import org.jclone.protocol.packet.ErrPacket;
import org.jclone.protocol.packet.OkPacket;
import org.jclone.protocol.packet.UnexpectedPacketException;
import org.jclone.protocol.wire.FieldReader;

/**
 * A packet that the server sends between the handshake response and the end of the connection phase. The first byte
 * determines the kind: in this phase 0xFE is always a plugin switch, and 0x01 is never a column count.
 *
 * <p>Source: docs/protocol/01-wire-protocol.md section 1.5.
 */
public sealed interface ConnectionPhasePacket {

    /** Appends the payload to {@code out}. */
    void encode(ByteBuf out);

    /** Calls the method of {@code handler} for this packet. */
    <R> R accept(Handler<R> handler);

    /**
     * Decodes a whole payload.
     *
     * @throws UnexpectedPacketException if the first byte belongs to no packet of this phase
     */
    static ConnectionPhasePacket decode(ByteBuf payload) {
        int header = FieldReader.littleEndian(payload.duplicate(), "ConnectionPhasePacket")
                .u8("header");
        return switch (header) {
            case OkPacket.HEADER -> new Ok(OkPacket.CODEC.decode(payload));
            case AuthMoreData.HEADER -> new MoreData(AuthMoreData.CODEC.decode(payload));
            case AuthNextFactor.HEADER -> new NextFactor(AuthNextFactor.CODEC.decode(payload));
            case AuthSwitchRequest.HEADER -> new Switch(AuthSwitchRequest.CODEC.decode(payload));
            case ErrPacket.HEADER -> new Err(ErrPacket.CODEC.decode(payload));
            default -> throw UnexpectedPacketException.of("a packet of the connection phase", payload);
        };
    }

    /** Has one method per kind of packet. */
    interface Handler<R> {
        R onOk(OkPacket ok);

        R onErr(ErrPacket error);

        R onSwitch(AuthSwitchRequest request);

        R onMoreData(AuthMoreData data);

        R onNextFactor(AuthNextFactor request);
    }

    /** The server accepted the login. */
    record Ok(OkPacket ok) implements ConnectionPhasePacket {
        @Override
        public void encode(ByteBuf out) {
            OkPacket.CODEC.encode(ok, out);
        }

        @Override
        public <R> R accept(Handler<R> handler) {
            return handler.onOk(ok);
        }
    }

    /** The server rejected the login. */
    record Err(ErrPacket error) implements ConnectionPhasePacket {
        @Override
        public void encode(ByteBuf out) {
            ErrPacket.CODEC.encode(error, out);
        }

        @Override
        public <R> R accept(Handler<R> handler) {
            return handler.onErr(error);
        }
    }

    /** The account uses another plugin. */
    record Switch(AuthSwitchRequest request) implements ConnectionPhasePacket {
        @Override
        public void encode(ByteBuf out) {
            AuthSwitchRequest.CODEC.encode(request, out);
        }

        @Override
        public <R> R accept(Handler<R> handler) {
            return handler.onSwitch(request);
        }
    }

    /** The plugin's exchange continues. */
    record MoreData(AuthMoreData data) implements ConnectionPhasePacket {
        @Override
        public void encode(ByteBuf out) {
            AuthMoreData.CODEC.encode(data, out);
        }

        @Override
        public <R> R accept(Handler<R> handler) {
            return handler.onMoreData(data);
        }
    }

    /** The account requires another factor. */
    record NextFactor(AuthNextFactor request) implements ConnectionPhasePacket {
        @Override
        public void encode(ByteBuf out) {
            AuthNextFactor.CODEC.encode(request, out);
        }

        @Override
        public <R> R accept(Handler<R> handler) {
            return handler.onNextFactor(request);
        }
    }
}
