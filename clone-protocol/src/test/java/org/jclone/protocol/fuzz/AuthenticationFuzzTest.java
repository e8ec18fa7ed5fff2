package org.jclone.protocol.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;
import org.jclone.protocol.auth.AuthPolicy;
import org.jclone.protocol.auth.AuthenticationException;
import org.jclone.protocol.auth.ClientAuthentication;
import org.jclone.protocol.handshake.ConnectionPhasePacket;
import org.jclone.protocol.wire.Bytes;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A server that leads a client through authentication: packets of at most 255 bytes, each preceded by its length. */
class AuthenticationFuzzTest {

    private static final byte[] PASSWORD = "secret".getBytes(StandardCharsets.UTF_8);

    static Stream<Arguments> seeds() {
        Stream<byte[]> made = Stream.of(
                concat(authSwitch("caching_sha2_password"), new byte[] {2, 1, 3}),
                concat(authSwitch("caching_sha2_password"), new byte[] {2, 1, 4, 5, 1, '-', '-', '-', '-'}),
                concat(authSwitch("mysql_native_password"), new byte[] {1, 1}),
                authSwitch("mysql_clear_password"),
                authSwitch("sha256_password"));
        return made.map(Arguments::of);
    }

    private static byte[] authSwitch(String plugin) {
        byte[] payload =
                concat(concat(new byte[] {(byte) 0xfe}, plugin.getBytes(StandardCharsets.US_ASCII)), new byte[] {0});
        byte[] nonce = new byte[21];
        Arrays.fill(nonce, 0, 20, (byte) 7);
        byte[] whole = concat(payload, nonce);
        return concat(new byte[] {(byte) whole.length}, whole);
    }

    private static byte[] concat(byte[] first, byte[] second) {
        byte[] all = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, all, first.length, second.length);
        return all;
    }

    @MethodSource("seeds")
    @FuzzTest
    void authentication(byte[] bytes) {
        boolean secure = bytes.length % 2 == 0;
        ClientAuthentication client =
                new ClientAuthentication(PASSWORD, secure, new AuthPolicy(false, true, Optional.empty()));
        boolean begun = false;
        int at = 0;
        while (at < bytes.length) {
            int length = Math.min(bytes[at] & 0xff, bytes.length - at - 1);
            byte[] payload = Arrays.copyOfRange(bytes, at + 1, at + 1 + length);
            at += 1 + length;
            Optional<ConnectionPhasePacket> packet = Fuzz.decode(payload, ConnectionPhasePacket::decode);
            if (packet.isEmpty()) {
                return;
            }
            begun = answer(client, packet.get(), begun);
        }
    }

    private static boolean answer(ClientAuthentication client, ConnectionPhasePacket packet, boolean begun) {
        try {
            if (packet instanceof ConnectionPhasePacket.Switch found) {
                assertThat(client.begin(
                                found.request().authPluginName(),
                                found.request().authPluginData()))
                        .isNotEqualTo(Bytes.of(PASSWORD));
                return true;
            }
            if (packet instanceof ConnectionPhasePacket.MoreData more && begun) {
                client.onMoreData(more.data().data());
            }
        } catch (AuthenticationException e) {
            assertThat(e.reason()).isNotNull();
        }
        return begun;
    }
}
