package org.jclone.protocol.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.ssl.SslHandler;
import java.util.function.Consumer;
import org.jclone.protocol.Hex;
import org.jclone.protocol.handshake.Capabilities;
import org.jclone.protocol.handshake.Capability;
import org.jclone.protocol.handshake.ConnectionPhasePacket;
import org.jclone.protocol.handshake.HandshakeV10;
import org.jclone.protocol.packet.OkPacket;
import org.jclone.protocol.packet.PacketHeader;
import org.jclone.protocol.wire.Bytes;

/** The server's side of a login, controlled by a test. The packets of both sides share one sequence of ids. */
final class ScriptedServer {

    static final Bytes NONCE = Bytes.of(Hex.bytes("0102030405060708090a0b0c0d0e0f1011121314"));

    /** All flags except compression, which the client must not request. */
    static final Capabilities CAPABILITIES = new Capabilities(0xdfff_ffffL);

    static final OkPacket OK = new OkPacket(0, 0, 2, 0);

    private final EmbeddedChannel client;
    private EmbeddedChannel tls;
    private int sequenceId;

    /** @param client the client's channel, with the handler under test */
    ScriptedServer(EmbeddedChannel client) {
        this.client = client;
    }

    static HandshakeV10 greeting(String authPluginName) {
        return new HandshakeV10("9.7.4", 15, NONCE, CAPABILITIES, 255, 2, authPluginName);
    }

    static HandshakeV10 greetingWithout(Capability missing) {
        String authPluginName = missing == Capability.CLIENT_PLUGIN_AUTH ? "" : "caching_sha2_password";
        return new HandshakeV10("9.7.4", 15, NONCE, CAPABILITIES.without(missing), 255, 2, authPluginName);
    }

    void sends(HandshakeV10 greeting) {
        sends(out -> HandshakeV10.CODEC.encode(greeting, out));
    }

    void sends(ConnectionPhasePacket packet) {
        sends(packet::encode);
    }

    void sendsOk() {
        sends(new ConnectionPhasePacket.Ok(OK));
    }

    void sends(Consumer<ByteBuf> payload) {
        ByteBuf packet = packet(sequenceId, payload);
        sequenceId = sequenceId + 1 & 0xff;
        if (tls == null) {
            client.writeInbound(packet);
        } else {
            tls.writeOutbound(packet);
            pump();
        }
    }

    static ByteBuf packet(int sequenceId, Consumer<ByteBuf> payload) {
        ByteBuf packet = Unpooled.buffer().writeZero(PacketHeader.LENGTH);
        payload.accept(packet);
        return packet.setMediumLE(0, packet.readableBytes() - PacketHeader.LENGTH)
                .setByte(3, sequenceId);
    }

    /** Returns the payload of the client's next packet. */
    ByteBuf receives() {
        if (tls != null) {
            pump();
        }
        ByteBuf packet = tls == null ? client.readOutbound() : tls.readInbound();
        assertThat(packet).as("the client's packet").isNotNull();
        assertThat(packet.readUnsignedMediumLE()).as("payload length").isEqualTo(packet.readableBytes() - 1);
        assertThat(packet.readUnsignedByte()).as("sequence id").isEqualTo((short) sequenceId);
        sequenceId = sequenceId + 1 & 0xff;
        ByteBuf payload = Unpooled.copiedBuffer(packet);
        packet.release();
        return payload;
    }

    Bytes receivesBytes() {
        ByteBuf payload = receives();
        return Bytes.read(payload, payload.readableBytes());
    }

    void receivesNothing() {
        assertThat(client.<ByteBuf>readOutbound()).as("the client's packet").isNull();
    }

    /** Expects a command, whose sequence ids start at 0. */
    void expectsCommand() {
        sequenceId = 0;
    }

    /** Passes all further bytes through {@code handler}. The client's bytes since then are its half of TLS. */
    void startsTls(SslHandler handler) {
        tls = new EmbeddedChannel(handler, new ClosesOnFailure());
        pump();
    }

    /** Closes the server's channel. A client that aborts is not an error here. */
    private static final class ClosesOnFailure extends ChannelInboundHandlerAdapter {

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            ctx.close();
        }
    }

    private void pump() {
        boolean moved = true;
        while (moved) {
            moved = move(client, tls) || move(tls, client);
        }
    }

    private static boolean move(EmbeddedChannel from, EmbeddedChannel to) {
        ByteBuf bytes = from.readOutbound();
        if (bytes == null) {
            return false;
        }
        if (to.isOpen()) {
            to.writeInbound(bytes);
        } else {
            bytes.release();
        }
        return true;
    }

    /** Releases the buffers of TLS. */
    void close() {
        if (tls != null) {
            tls.finishAndReleaseAll();
        }
    }
}
