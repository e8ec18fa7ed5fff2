package org.jclone.donor.server;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.util.Map;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.jclone.donor.api.Account;
import org.jclone.protocol.auth.AuthPlugin;
import org.jclone.protocol.auth.NativePassword;
import org.jclone.protocol.handshake.Capabilities;
import org.jclone.protocol.handshake.Capability;
import org.jclone.protocol.handshake.HandshakeResponse41;
import org.jclone.protocol.handshake.HandshakeV10;
import org.jclone.protocol.wire.Bytes;

/** A client that sends any bytes over a plain socket. */
final class RawClient implements AutoCloseable {

    static final Capabilities CAPABILITIES = Capabilities.of(
            Capability.CLIENT_PROTOCOL_41,
            Capability.CLIENT_RESERVED2,
            Capability.CLIENT_PLUGIN_AUTH,
            Capability.CLIENT_PLUGIN_AUTH_LENENC_CLIENT_DATA,
            Capability.CLIENT_DEPRECATE_EOF);

    private static final int TIMEOUT_MILLIS = 10_000;

    /** A payload and the sequence id of its packet. */
    record Packet(int sequenceId, Bytes payload) {

        int firstByte() {
            return payload.get(0) & 0xff;
        }

        ByteBuf buffer() {
            return Unpooled.wrappedBuffer(payload.toByteArray());
        }
    }

    private final Socket socket;
    private final DataInputStream in;

    RawClient(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(TIMEOUT_MILLIS);
        in = new DataInputStream(socket.getInputStream());
    }

    /** Logs in with an account of mysql_native_password, which always takes the same two packets. */
    static RawClient loggedIn(int port, Account account) throws IOException {
        RawClient client = new RawClient(port);
        HandshakeV10 greeting = HandshakeV10.CODEC.decode(client.read().buffer());
        client.send(1, out -> HandshakeResponse41.CODEC.encode(response(account, greeting.nonce()), out));
        client.read();
        return client;
    }

    static HandshakeResponse41 response(Account account, Bytes nonce) {
        return new HandshakeResponse41(
                CAPABILITIES,
                1 << 24,
                255,
                account.user(),
                NativePassword.scramble(Accounts.passwordOf(account), nonce),
                AuthPlugin.MYSQL_NATIVE_PASSWORD.pluginName(),
                Map.of(),
                0);
    }

    void send(int sequenceId, Consumer<ByteBuf> payload) throws IOException {
        send(packet(sequenceId, payload));
    }

    /** Sends bytes unchanged. */
    void send(ByteBuf bytes) throws IOException {
        socket.getOutputStream().write(bytes.array(), 0, bytes.readableBytes());
    }

    static ByteBuf packet(int sequenceId, Consumer<ByteBuf> payload) {
        ByteBuf bytes = Unpooled.buffer();
        bytes.writeInt(0);
        payload.accept(bytes);
        return bytes.setMediumLE(0, bytes.readableBytes() - 4).setByte(3, sequenceId);
    }

    /** Starts TLS, without verifying the server. Returns the client for the rest of the connection. */
    SSLSocket startTls() throws IOException, GeneralSecurityException {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, InsecureTrustManagerFactory.INSTANCE.getTrustManagers(), null);
        SSLSocket tls =
                (SSLSocket) context.getSocketFactory().createSocket(socket, "localhost", socket.getPort(), true);
        tls.startHandshake();
        return tls;
    }

    /** Sends a command and returns the first packet of the answer. */
    Packet command(int code) throws IOException {
        send(0, out -> out.writeByte(code));
        return read();
    }

    Packet read() throws IOException {
        byte[] header = new byte[4];
        in.readFully(header);
        byte[] payload = new byte[Unpooled.wrappedBuffer(header).getUnsignedMediumLE(0)];
        in.readFully(payload);
        return new Packet(header[3] & 0xff, Bytes.of(payload));
    }

    /** Returns whether the server closed the connection without sending more. */
    boolean isClosed() throws IOException {
        return in.read() < 0;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
