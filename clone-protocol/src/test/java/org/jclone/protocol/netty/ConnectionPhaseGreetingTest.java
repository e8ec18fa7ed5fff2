package org.jclone.protocol.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import org.jclone.protocol.Hex;
import org.jclone.protocol.auth.CachingSha2Password;
import org.jclone.protocol.handshake.Capability;
import org.jclone.protocol.handshake.HandshakeResponse41;
import org.jclone.protocol.packet.ErrPacket;
import org.jclone.protocol.packet.UnexpectedPacketException;
import org.jclone.protocol.wire.Bytes;
import org.jclone.protocol.wire.MalformedPacketException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests the first packet of a server, or of another process that listens on the port. */
class ConnectionPhaseGreetingTest {

    private final Login login = new Login(Login.STRICT);
    private final ScriptedServer server = login.server;

    @AfterEach
    void releasesEverything() {
        login.channel.finishWithoutLeak();
    }

    private void assertPasswordNotRequested() {
        assertThat(login.passwordsRequested()).as("passwords requested").isZero();
        server.receivesNothing();
    }

    @ParameterizedTest
    @ValueSource(strings = {"authentication_ldap_simple", "mysql_clear_password", ""})
    void isAnsweredWithTheDefaultPluginIfTheServersIsUnsupported(String authPluginName) {
        server.sends(ScriptedServer.greeting(authPluginName));

        HandshakeResponse41 response = login.receivesResponse();
        assertThat(response.authPluginName()).isEqualTo("caching_sha2_password");
        Bytes cached = CachingSha2Password.cachedHash(Login.PASSWORD);
        assertThat(CachingSha2Password.verify(response.authResponse(), ScriptedServer.NONCE, cached))
                .as("scramble matches")
                .isTrue();
    }

    @ParameterizedTest
    @EnumSource(
            value = Capability.class,
            names = {"CLIENT_PROTOCOL_41", "CLIENT_RESERVED2", "CLIENT_PLUGIN_AUTH"})
    void isRejectedWithoutARequiredCapability(Capability missing) {
        server.sends(ScriptedServer.greetingWithout(missing));

        assertThat(login.failure())
                .isInstanceOf(UnexpectedPacketException.class)
                .hasMessageContaining("a greeting with ");
        assertPasswordNotRequested();
    }

    @ParameterizedTest
    @EnumSource(
            value = Capability.class,
            names = {"CLIENT_CONNECT_ATTRS", "CLIENT_PLUGIN_AUTH_LENENC_CLIENT_DATA", "CLIENT_DEPRECATE_EOF"})
    void mayLackAnOptionalCapability(Capability missing) {
        server.sends(ScriptedServer.greetingWithout(missing));

        assertThat(login.receivesResponse().capabilities().has(missing)).isFalse();
        login.entersCloneMode();
    }

    @Test
    void mayBeAnErrorWithoutSqlState() {
        server.sends(out -> out.writeBytes(Hex.bytes("ff 1004 546f6f206d616e79")));

        assertThat(login.failure()).isInstanceOfSatisfying(ServerErrorException.class, refused -> {
            assertThat(refused.error()).isEqualTo(new ErrPacket(1040, "", "Too many"));
            assertThat(refused.moment()).isEqualTo(ServerErrorException.Moment.GREETING);
        });
        assertPasswordNotRequested();
    }

    @Test
    void isNotEmpty() {
        server.sends(out -> {});

        assertThat(login.failure()).isInstanceOf(MalformedPacketException.class);
    }

    /** The text of an HTTP server, read as a packet, has a length of 5 MB. */
    @ParameterizedTest
    @ValueSource(strings = {"01001000", "485454502f312e3120343030"})
    void isLimitedInLength(String bytes) {
        login.channel.writeInbound(Unpooled.wrappedBuffer(Hex.bytes(bytes)));

        assertThat(login.failure()).isInstanceOf(MalformedPacketException.class).hasMessageContaining("payloadLength");
    }
}
