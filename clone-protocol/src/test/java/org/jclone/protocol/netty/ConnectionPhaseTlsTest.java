package org.jclone.protocol.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.function.Function;
import javax.net.ssl.SSLException;
import org.jclone.protocol.auth.AuthPolicy;
import org.jclone.protocol.handshake.AuthMoreData;
import org.jclone.protocol.handshake.AuthSwitchRequest;
import org.jclone.protocol.handshake.Capability;
import org.jclone.protocol.handshake.ConnectionPhasePacket;
import org.jclone.protocol.handshake.HandshakeV10;
import org.jclone.protocol.handshake.SslRequest;
import org.jclone.protocol.packet.UnexpectedPacketException;
import org.jclone.protocol.wire.Bytes;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests a login through TLS, with a real handshake. */
class ConnectionPhaseTlsTest {

    private static final String CACHING_SHA2 = "caching_sha2_password";
    private static final Bytes TERMINATED_PASSWORD = Bytes.of(Login.PASSWORD).concat(Bytes.of((byte) 0));

    private Login login = loginWith(Login.STRICT, clientTls(false));

    @AfterEach
    void releasesEverything() {
        login.server.close();
        login.channel.finishAndReleaseAll();
        login.channel.assertAllReleased();
    }

    private static Login loginWith(AuthPolicy policy, SslContext tls) {
        Function<Channel, SslHandler> handlers = channel -> tls.newHandler(channel.alloc());
        return new Login(policy, Optional.of(handlers), true);
    }

    private static SslContext clientTls(boolean verifies) {
        SslContextBuilder builder = SslContextBuilder.forClient().sslProvider(SslProvider.JDK);
        if (!verifies) {
            builder.trustManager(InsecureTrustManagerFactory.INSTANCE).endpointIdentificationAlgorithm(null);
        }
        return build(builder);
    }

    private static SslHandler serverTls() {
        try (InputStream certificate = ConnectionPhaseTlsTest.class.getResourceAsStream("/tls/server_cert.pem");
                InputStream key = ConnectionPhaseTlsTest.class.getResourceAsStream("/tls/server_key.pem")) {
            return build(SslContextBuilder.forServer(certificate, key).sslProvider(SslProvider.JDK))
                    .newHandler(Unpooled.buffer().alloc());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static SslContext build(SslContextBuilder builder) {
        try {
            return builder.build();
        } catch (SSLException e) {
            throw new AssertionError(e);
        }
    }

    private void startsTls() {
        login.server.sends(ScriptedServer.greeting(CACHING_SHA2));
        SslRequest request = SslRequest.CODEC.decode(login.server.receives());
        assertThat(request.capabilities().has(Capability.CLIENT_SSL)).isTrue();
        assertThat(login.passwordsRequested())
                .as("passwords requested in clear text")
                .isZero();
        login.server.startsTls(serverTls());
    }

    @Test
    void sendsOnlyTheRequestBeforeTls() {
        startsTls();

        assertThat(login.receivesResponse().capabilities().has(Capability.CLIENT_SSL))
                .isTrue();
        login.entersCloneMode();
        assertThat(login.handler.loggedIn().join().transport()).startsWith("TLSv1.3 TLS_");
        login.assertPasswordsWiped();
    }

    @Test
    void sendsThePlainPasswordUnderTls() {
        startsTls();
        login.receivesResponse();
        login.server.sends(new ConnectionPhasePacket.MoreData(new AuthMoreData(Bytes.of((byte) 4))));

        assertThat(login.server.receivesBytes()).isEqualTo(TERMINATED_PASSWORD);
        login.entersCloneMode();
    }

    @Test
    void allowsClearTextPasswordsUnderTls() {
        login = loginWith(new AuthPolicy(true, false, Optional.empty()), clientTls(false));
        startsTls();
        login.receivesResponse();
        login.server.sends(
                new ConnectionPhasePacket.Switch(new AuthSwitchRequest("mysql_clear_password", Bytes.EMPTY)));

        assertThat(login.server.receivesBytes()).isEqualTo(TERMINATED_PASSWORD);
        login.entersCloneMode();
    }

    @Test
    void stopsAtAnUntrustedCertificate() {
        login = loginWith(Login.STRICT, clientTls(true));
        startsTls();

        assertThat(login.failure()).isInstanceOf(SSLException.class);
        assertThat(login.passwordsRequested()).as("passwords requested").isZero();
    }

    @Test
    void stopsAtAnswersThatAreNotTls() {
        login.server.sends(ScriptedServer.greeting(CACHING_SHA2));
        login.server.receives();
        login.channel.releaseOutbound();
        login.server.sends(out -> out.writeZero(100));

        assertThat(login.failure()).isInstanceOf(SSLException.class);
    }

    private static final int OK_PACKET_BYTES = 11;

    /**
     * Otherwise an attacker on the network path could inject an answer, or its beginning, that counts as received
     * under TLS.
     */
    @ParameterizedTest
    @ValueSource(ints = {1, 4, 5, OK_PACKET_BYTES})
    void rejectsClearTextAfterTheGreeting(int bytes) {
        ByteBuf ok = ScriptedServer.packet(2, new ConnectionPhasePacket.Ok(ScriptedServer.OK)::encode);
        assertThat(ok.readableBytes()).isEqualTo(OK_PACKET_BYTES);
        ByteBuf both = ScriptedServer.packet(
                        0, out -> HandshakeV10.CODEC.encode(ScriptedServer.greeting(CACHING_SHA2), out))
                .writeBytes(ok, bytes);
        ok.release();
        login.channel.writeInbound(both);

        assertThat(login.failure())
                .isInstanceOf(UnexpectedPacketException.class)
                .hasMessageContaining("clear text after the greeting");
        assertThat(login.channel.outboundMessages()).as("sent").isEmpty();
        assertThat(login.passwordsRequested()).as("passwords requested").isZero();
    }

    @Test
    void continuesWithoutTlsIfNeitherOfferedNorRequired() {
        SslContext tls = clientTls(true);
        login = new Login(Login.STRICT, Optional.of(channel -> tls.newHandler(channel.alloc())), false);
        login.server.sends(ScriptedServer.greetingWithout(Capability.CLIENT_SSL));

        assertThat(login.receivesResponse().capabilities().has(Capability.CLIENT_SSL))
                .isFalse();
        login.entersCloneMode();
        assertThat(login.handler.loggedIn().join().transport()).isEqualTo("clear text");
    }
}
