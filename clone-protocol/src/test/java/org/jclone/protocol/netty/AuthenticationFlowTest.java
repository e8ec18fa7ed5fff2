package org.jclone.protocol.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jclone.protocol.auth.AuthPolicy;
import org.jclone.protocol.auth.AuthenticationException;
import org.jclone.protocol.auth.CachingSha2Password;
import org.jclone.protocol.handshake.AuthMoreData;
import org.jclone.protocol.handshake.AuthNextFactor;
import org.jclone.protocol.handshake.AuthSwitchRequest;
import org.jclone.protocol.handshake.Capability;
import org.jclone.protocol.handshake.ConnectionPhasePacket;
import org.jclone.protocol.handshake.HandshakeResponse41;
import org.jclone.protocol.handshake.HandshakeV10;
import org.jclone.protocol.packet.ErrPacket;
import org.jclone.protocol.packet.OkPacket;
import org.jclone.protocol.wire.Bytes;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AuthenticationFlowTest {

    private static final HandshakeV10 GREETING = ScriptedServer.greeting("caching_sha2_password");

    private final byte[] password = Login.PASSWORD.clone();
    private final byte[] second = {'p', '2'};
    private final LoginOptions options = new LoginOptions(
            "clone_user",
            List.of(() -> password, () -> second),
            new AuthPolicy(true, false, Optional.empty()),
            Optional.empty(),
            false,
            false,
            CompressionOffer.NONE,
            Map.of("program_name", "jclone"));
    private final AuthenticationFlow flow = new AuthenticationFlow(options, true);
    private HandshakeResponse41 response;

    @BeforeEach
    void begin() {
        response = flow.begin(GREETING, Negotiation.of(GREETING, options));
    }

    @Test
    void beginsWithTheServersPluginAndTheNegotiatedCapabilities() {
        assertThat(response.user()).isEqualTo("clone_user");
        assertThat(response.authPluginName()).isEqualTo("caching_sha2_password");
        assertThat(CachingSha2Password.verify(
                        response.authResponse(), GREETING.nonce(), CachingSha2Password.cachedHash(Login.PASSWORD)))
                .isTrue();
        assertThat(response.capabilities().has(Capability.CLIENT_SSL)).isFalse();
        assertThat(response.connectionAttributes()).containsEntry("program_name", "jclone");
    }

    @Test
    void isAcceptedByOkAndWipesThePassword() {
        ConnectionPhasePacket fastAuthSuccess = new ConnectionPhasePacket.MoreData(
                new AuthMoreData(Bytes.of((byte) CachingSha2Password.FAST_AUTH_SUCCESS)));
        assertThat(flow.onPacket(fastAuthSuccess)).isEmpty();
        assertThat(flow.isAccepted()).isFalse();
        assertThat(password).isEqualTo(Login.PASSWORD);

        assertThat(flow.onPacket(new ConnectionPhasePacket.Ok(new OkPacket(0, 0, 2, 0))))
                .isEmpty();
        assertThat(flow.isAccepted()).isTrue();
        assertThat(password).containsOnly(0);
    }

    @Test
    void answersASwitchWithTheFirstMessageOfTheNewPlugin() {
        AuthSwitchRequest request = new AuthSwitchRequest("mysql_native_password", Bytes.of(new byte[21]));

        Optional<Bytes> answer = flow.onPacket(new ConnectionPhasePacket.Switch(request));

        assertThat(answer.map(Bytes::length)).contains(20);
        assertThat(flow.isAccepted()).isFalse();
    }

    @Test
    void reportsTheErrorOfARejectedLogin() {
        ErrPacket error = new ErrPacket(1045, "28000", "Access denied");

        assertThatExceptionOfType(ServerErrorException.class)
                .isThrownBy(() -> flow.onPacket(new ConnectionPhasePacket.Err(error)))
                .satisfies(failure -> assertThat(failure.moment()).isEqualTo(ServerErrorException.Moment.LOGIN));
        assertThat(flow.isAccepted()).isFalse();
    }

    @Test
    void announcesThatItKnowsFactors() {
        assertThat(response.capabilities().has(Capability.MULTI_FACTOR_AUTHENTICATION))
                .isTrue();
    }

    @Test
    void answersTheSecondFactorWithTheSecondPasswordAndWipesTheFirst() {
        assertThat(flow.onPacket(nextFactor("mysql_clear_password")))
                .contains(Bytes.of((byte) 'p', (byte) '2', (byte) 0));
        assertThat(password).containsOnly(0);
        assertThat(flow.isAccepted()).isFalse();

        flow.onPacket(new ConnectionPhasePacket.Ok(new OkPacket(0, 0, 2, 0)));
        assertThat(second).containsOnly(0);
        assertThat(flow.isAccepted()).isTrue();
    }

    @Test
    void refusesAFactorForWhichThereIsNoPassword() {
        flow.onPacket(nextFactor("mysql_clear_password"));

        assertThatExceptionOfType(AuthenticationException.class)
                .isThrownBy(() -> flow.onPacket(nextFactor("authentication_ldap_simple")))
                .withMessage("the account requires authentication factor 3, plugin 'authentication_ldap_simple'")
                .satisfies(failure ->
                        assertThat(failure.reason()).isEqualTo(AuthenticationException.Reason.FURTHER_FACTOR));
        assertThat(second).containsOnly(0);
    }

    @Test
    void refusesAPluginOfAFactorThatItDoesNotSupport() {
        assertThatExceptionOfType(AuthenticationException.class)
                .isThrownBy(() -> flow.onPacket(nextFactor("authentication_webauthn_client")))
                .withMessageContaining("authentication_webauthn_client")
                .satisfies(failure ->
                        assertThat(failure.reason()).isEqualTo(AuthenticationException.Reason.UNKNOWN_PLUGIN));
    }

    private static ConnectionPhasePacket nextFactor(String plugin) {
        return new ConnectionPhasePacket.NextFactor(new AuthNextFactor(plugin, Bytes.of(new byte[21])));
    }

    @Test
    void wipesThePasswordOnClose() {
        flow.close();

        assertThat(password).containsOnly(0);
        assertThat(flow.isAccepted()).isFalse();
    }
}
