package org.jclone.donor.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jclone.donor.api.Account;
import org.jclone.protocol.auth.AuthPlugin;
import org.jclone.protocol.auth.AuthPolicy;
import org.jclone.protocol.auth.ClientAuthentication;
import org.jclone.protocol.auth.Nonce;
import org.jclone.protocol.handshake.ConnectionPhasePacket;
import org.jclone.protocol.handshake.HandshakeResponse41;
import org.jclone.protocol.wire.Bytes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Runs both sides of an authentication without a network. */
class ServerAuthenticationTest {

    private static final RsaKeys KEYS = new RsaKeys();
    private static final SecureRandom RANDOM = new SecureRandom();

    private Accounts accounts;

    static Stream<Arguments> ways() {
        return Stream.of(AuthPlugin.CACHING_SHA2_PASSWORD, AuthPlugin.SHA256_PASSWORD, AuthPlugin.MYSQL_NATIVE_PASSWORD)
                .flatMap(plugin -> Stream.of("", "secret")
                        .flatMap(password -> Stream.of(true, false)
                                .flatMap(secure -> Stream.of(AuthPlugin.values())
                                        .filter(first -> first != AuthPlugin.MYSQL_CLEAR_PASSWORD)
                                        .map(first -> Arguments.of(plugin, password, secure, first)))));
    }

    @ParameterizedTest
    @MethodSource("ways")
    void acceptsTheRightPasswordOnly(AuthPlugin plugin, String password, boolean secure, AuthPlugin clientsFirst) {
        accounts = new Accounts(List.of(new Account("me", password, plugin, true)));

        assertThat(converse("me", password, secure, clientsFirst)).last().isEqualTo("Ok");
        assertThat(converse("me", "wrong", secure, clientsFirst)).last().isEqualTo("Err");
        assertThat(converse("you", password + "x", secure, clientsFirst)).last().isEqualTo("Err");
    }

    @Test
    void authenticatesFastTheSecondTime() {
        accounts = new Accounts(List.of(Account.of("me", "secret")));

        assertThat(converse("me", "secret", true, AuthPlugin.CACHING_SHA2_PASSWORD))
                .containsExactly("MoreData 04", "Ok");
        assertThat(converse("me", "secret", false, AuthPlugin.CACHING_SHA2_PASSWORD))
                .containsExactly("MoreData 03", "Ok");
    }

    @Test
    void requestsTheKeyWithoutTls() {
        accounts = new Accounts(List.of(Account.of("me", "secret")));

        List<String> packets = converse("me", "secret", false, AuthPlugin.CACHING_SHA2_PASSWORD);

        assertThat(packets).hasSize(3).startsWith("MoreData 04").endsWith("Ok");
        assertThat(packets.get(1)).startsWith("MoreData 2d2d2d2d2d424547494e");
    }

    @Test
    void switchesToAnotherPlugin() {
        accounts = new Accounts(List.of(new Account("me", "secret", AuthPlugin.MYSQL_NATIVE_PASSWORD, true)));

        assertThat(converse("me", "secret", false, AuthPlugin.CACHING_SHA2_PASSWORD))
                .containsExactly("Switch", "Ok");
    }

    /** Returns what the server sends, packet by packet. */
    private List<String> converse(String user, String password, boolean secure, AuthPlugin clientsFirst) {
        Bytes nonce = Nonce.generate(RANDOM);
        ServerAuthentication server =
                new ServerAuthentication(accounts, KEYS, RANDOM, nonce, secure, AuthPlugin.CACHING_SHA2_PASSWORD);
        ClientAuthentication client = new ClientAuthentication(
                password.getBytes(StandardCharsets.UTF_8), secure, new AuthPolicy(false, true, Optional.empty()));
        List<String> sent = new ArrayList<>();
        Bytes first = client.begin(clientsFirst.pluginName(), nonce);
        List<ConnectionPhasePacket> packets = server.begin(new HandshakeResponse41(
                RawClient.CAPABILITIES, 1 << 24, 255, user, first, clientsFirst.pluginName(), Map.of(), 0));
        while (true) {
            Optional<Bytes> answer = Optional.empty();
            for (ConnectionPhasePacket packet : packets) {
                answer = take(packet, client, sent);
            }
            if (answer.isEmpty()) {
                assertThat(server.authenticated().isPresent())
                        .isEqualTo(sent.get(sent.size() - 1).equals("Ok"));
                return sent;
            }
            packets = server.onData(answer.get());
        }
    }

    private static Optional<Bytes> take(ConnectionPhasePacket packet, ClientAuthentication client, List<String> sent) {
        if (packet instanceof ConnectionPhasePacket.Switch change) {
            sent.add("Switch");
            return Optional.of(client.begin(
                    change.request().authPluginName(), change.request().authPluginData()));
        }
        if (packet instanceof ConnectionPhasePacket.MoreData more) {
            sent.add("MoreData " + more.data().data());
            return client.onMoreData(more.data().data());
        }
        sent.add(packet.getClass().getSimpleName());
        return Optional.empty();
    }
}
