package org.jclone.protocol.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.jclone.protocol.Hex;
import org.jclone.protocol.wire.Bytes;
import org.junit.jupiter.api.Test;

class CachingSha2PasswordTest {

    @Test
    void scramblesTheTestVector() {
        assertThat(CachingSha2Password.scramble(Vectors.password(), Vectors.NONCE))
                .isEqualTo(Vectors.CACHING_SHA2_SCRAMBLE);
    }

    @Test
    void scramblesLikeARecordedClient() {
        Bytes nonce = Bytes.of(Hex.bytes("760160680b21063c 3e39086f392b1a5541087d2b"));
        byte[] password = "clone_donor".getBytes(StandardCharsets.UTF_8);

        assertThat(CachingSha2Password.scramble(password, nonce))
                .hasToString("5d757629071fce8d03f2e3437fa3649e31274b408cff4fc1f4dee9345f718ff9");
    }

    @Test
    void verifiesAScrambleWithoutThePassword() {
        Bytes cached = CachingSha2Password.cachedHash(Vectors.password());

        assertThat(CachingSha2Password.verify(Vectors.CACHING_SHA2_SCRAMBLE, Vectors.NONCE, cached))
                .isTrue();
    }

    @Test
    void rejectsAnotherPasswordNonceOrLength() {
        Bytes cached = CachingSha2Password.cachedHash(Vectors.password());
        Bytes otherHash = CachingSha2Password.cachedHash(new byte[] {'x'});
        Bytes otherNonce = Bytes.of(new byte[20]);
        Bytes scramble = Vectors.CACHING_SHA2_SCRAMBLE;

        assertThat(CachingSha2Password.verify(scramble, Vectors.NONCE, otherHash))
                .isFalse();
        assertThat(CachingSha2Password.verify(scramble, otherNonce, cached)).isFalse();
        assertThat(CachingSha2Password.verify(scramble.slice(0, 31), Vectors.NONCE, cached))
                .isFalse();
        assertThat(CachingSha2Password.verify(Bytes.EMPTY, Vectors.NONCE, cached))
                .isFalse();
    }

    @Test
    void doesNotChangeThePassword() {
        byte[] password = Vectors.password();

        CachingSha2Password.scramble(password, Vectors.NONCE);
        CachingSha2Password.cachedHash(password);

        assertThat(password).isEqualTo(Vectors.password());
    }
}
