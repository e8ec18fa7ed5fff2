package org.jclone.protocol.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jclone.protocol.Hex;
import org.jclone.protocol.auth.AuthPolicy;
import org.jclone.protocol.auth.AuthenticationException;
import org.jclone.protocol.auth.CachingSha2Password;
import org.jclone.protocol.auth.NativePassword;
import org.jclone.protocol.auth.RsaPassword;
import org.jclone.protocol.handshake.AuthMoreData;
import org.jclone.protocol.handshake.AuthNextFactor;
import org.jclone.protocol.handshake.AuthSwitchRequest;
import org.jclone.protocol.handshake.Capability;
import org.jclone.protocol.handshake.ConnectionPhasePacket;
import org.jclone.protocol.handshake.HandshakeResponse41;
import org.jclone.protocol.packet.ErrPacket;
import org.jclone.protocol.packet.UnexpectedPacketException;
import org.jclone.protocol.wire.Bytes;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ConnectionPhaseHandlerTest {

    private static final String CACHING_SHA2 = "caching_sha2_password";
    private static final String NATIVE = "mysql_native_password";
    private static final KeyPair SERVER_KEYS = generateKeys();

    private Login login = new Login(Login.STRICT);
    private ScriptedServer server = login.server;

    @AfterEach
    void releasesEverything() {
        login.channel.finishWithoutLeak();
    }

    private void loginWith(AuthPolicy policy) {
        login = new Login(policy);
        server = login.server;
    }

    private static KeyPair generateKeys() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(1024);
            return generator.generateKeyPair();
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    private static ConnectionPhasePacket moreData(Bytes data) {
        return new ConnectionPhasePacket.MoreData(new AuthMoreData(data));
    }

    private static ConnectionPhasePacket moreData(int code) {
        return moreData(Bytes.of((byte) code));
    }

    private static ConnectionPhasePacket switchTo(String plugin, Bytes nonce) {
        return new ConnectionPhasePacket.Switch(new AuthSwitchRequest(plugin, nonce.concat(Bytes.of((byte) 0))));
    }

    private static ConnectionPhasePacket err(int code, String sqlState, String message) {
        return new ConnectionPhasePacket.Err(new ErrPacket(code, sqlState, message));
    }

    private static void assertEncryptedPassword(Bytes message) {
        assertThat(RsaPassword.decrypt(message, ScriptedServer.NONCE, SERVER_KEYS.getPrivate()))
                .isEqualTo(Login.PASSWORD);
    }

    private void assertCachingSha2Scramble(Bytes scramble) {
        Bytes cached = CachingSha2Password.cachedHash(Login.PASSWORD);
        assertThat(CachingSha2Password.verify(scramble, ScriptedServer.NONCE, cached))
                .as("scramble matches")
                .isTrue();
    }

    @Test
    void logsInWithACacheHit() {
        server.sends(ScriptedServer.greeting(CACHING_SHA2));
        HandshakeResponse41 response = login.receivesResponse();
        assertThat(response.user()).isEqualTo("clone_user");
        assertThat(response.authPluginName()).isEqualTo(CACHING_SHA2);
        assertThat(response.connectionAttributes()).isEqualTo(Map.of("program_name", "jclone"));
        assertCachingSha2Scramble(response.authResponse());
        server.sends(moreData(3));
        server.receivesNothing();

        login.entersCloneMode();
        LoggedIn loggedIn = login.handler.loggedIn().join();
        assertThat(loggedIn.greeting()).isEqualTo(ScriptedServer.greeting(CACHING_SHA2));
        assertThat(loggedIn.transport()).isEqualTo("clear text");
        assertThat(login.passwordsRequested()).isEqualTo(1);
        login.assertPasswordsWiped();
    }

    @Test
    void requestsTheCapabilitiesOfBothSides() {
        server.sends(ScriptedServer.greeting(CACHING_SHA2));

        HandshakeResponse41 response = login.receivesResponse();
        for (Capability wanted : List.of(
                Capability.CLIENT_PROTOCOL_41,
                Capability.CLIENT_PLUGIN_AUTH,
                Capability.CLIENT_CONNECT_ATTRS,
                Capability.CLIENT_DEPRECATE_EOF)) {
            assertThat(response.capabilities().has(wanted)).as("%s", wanted).isTrue();
        }
        for (Capability unwanted : List.of(
                Capability.CLIENT_SSL,
                Capability.CLIENT_COMPRESS,
                Capability.CLIENT_ZSTD_COMPRESSION_ALGORITHM,
                Capability.CLIENT_CONNECT_WITH_DB)) {
            assertThat(response.capabilities().has(unwanted)).as("%s", unwanted).isFalse();
        }
    }

    @Test
    void encryptsThePasswordWithTheRequestedKey() {
        loginWith(new AuthPolicy(false, true, Optional.empty()));
        server.sends(ScriptedServer.greeting(CACHING_SHA2));
        login.receivesResponse();
        server.sends(moreData(4));
        assertThat(server.receivesBytes()).as("request for the key").isEqualTo(Bytes.of((byte) 2));
        server.sends(moreData(RsaPassword.publicKeyToPem(SERVER_KEYS.getPublic())));
        assertEncryptedPassword(server.receivesBytes());

        login.entersCloneMode();
        login.assertPasswordsWiped();
    }

    @Test
    void encryptsThePasswordWithAKeyKnownInAdvance() {
        loginWith(new AuthPolicy(false, false, Optional.of(SERVER_KEYS.getPublic())));
        server.sends(ScriptedServer.greeting(CACHING_SHA2));
        login.receivesResponse();
        server.sends(moreData(4));
        assertEncryptedPassword(server.receivesBytes());

        login.entersCloneMode();
    }

    @Test
    void doesNotSendAReadablePassword() {
        server.sends(ScriptedServer.greeting(CACHING_SHA2));
        login.receivesResponse();
        server.sends(moreData(4));

        assertThat(login.failure()).isInstanceOf(AuthenticationException.class);
        server.receivesNothing();
    }

    @Test
    void followsTheServerToAnotherPlugin() {
        Bytes otherNonce = Bytes.of(Hex.bytes("2122232425262728292a2b2c2d2e2f3031323334"));
        server.sends(ScriptedServer.greeting(CACHING_SHA2));
        login.receivesResponse();
        server.sends(switchTo(NATIVE, otherNonce));
        Bytes stored = NativePassword.storedHash(Login.PASSWORD);
        assertThat(NativePassword.verify(server.receivesBytes(), otherNonce, stored))
                .isTrue();

        login.entersCloneMode();
    }

    @Test
    void refusesAPluginThatWouldRevealThePassword() {
        server.sends(ScriptedServer.greeting(CACHING_SHA2));
        login.receivesResponse();
        server.sends(switchTo("mysql_clear_password", Bytes.EMPTY));

        assertThat(login.failure()).isInstanceOf(AuthenticationException.class).hasMessageContaining("clear text");
        server.receivesNothing();
    }

    @Test
    void reportsARejectedPassword() {
        server.sends(ScriptedServer.greeting(CACHING_SHA2));
        login.receivesResponse();
        server.sends(err(1045, "28000", "Access denied"));

        assertThat(login.failure())
                .hasMessage("1045 (28000): Access denied")
                .isInstanceOfSatisfying(
                        ServerErrorException.class,
                        refused -> assertThat(refused.moment()).isEqualTo(ServerErrorException.Moment.LOGIN));
    }

    @Test
    void reportsThatCloneModeIsRejected() {
        server.sends(ScriptedServer.greeting(CACHING_SHA2));
        login.receivesResponse();
        server.sendsOk();
        server.expectsCommand();
        server.receives();
        server.sends(err(1227, "42000", "BACKUP_ADMIN"));

        assertThat(login.failure()).isInstanceOfSatisfying(ServerErrorException.class, refused -> {
            assertThat(refused.error().errorCode()).isEqualTo(1227);
            assertThat(refused.moment()).isEqualTo(ServerErrorException.Moment.ENTERING_CLONE_MODE);
        });
    }

    @Test
    void reportsTheFactorThatItDoesNotSupport() {
        server.sends(ScriptedServer.greeting(CACHING_SHA2));
        login.receivesResponse();
        server.sends(new ConnectionPhasePacket.NextFactor(
                new AuthNextFactor("authentication_webauthn", ScriptedServer.NONCE)));

        assertThat(login.failure())
                .isInstanceOf(AuthenticationException.class)
                .hasMessageContaining("authentication_webauthn");
    }

    @Test
    void failsWithoutTlsIfTlsIsRequired() {
        login = new Login(Login.STRICT, Optional.empty(), true);
        login.server.sends(ScriptedServer.greetingWithout(Capability.CLIENT_SSL));

        assertThat(login.failure()).isInstanceOf(TlsNotOfferedException.class);
        login.server.receivesNothing();
        assertThat(login.passwordsRequested()).as("passwords requested").isZero();
    }

    @Test
    void rejectsAPacketOfAnotherPhase() {
        server.sends(ScriptedServer.greeting(CACHING_SHA2));
        login.receivesResponse();
        server.sends(out -> out.writeByte(0x63));

        assertThat(login.failure()).isInstanceOf(UnexpectedPacketException.class);
    }

    @Test
    void leavesWhatFollowsToTheNextHandler() {
        server.sends(ScriptedServer.greeting(CACHING_SHA2));
        login.receivesResponse();
        server.sendsOk();
        server.expectsCommand();
        server.receives();
        ByteBuf both = ScriptedServer.packet(1, new ConnectionPhasePacket.Ok(ScriptedServer.OK)::encode)
                .writeBytes(Hex.bytes("01000000 63"));
        login.channel.writeInbound(both);

        assertThat(login.handler.loggedIn()).isCompleted();
        ByteBuf rest = login.channel.readInbound();
        assertThat(Hex.dump(rest)).isEqualTo("0100000063");
        rest.release();
    }
}
