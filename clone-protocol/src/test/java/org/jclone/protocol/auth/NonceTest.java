package org.jclone.protocol.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.security.SecureRandom;
import java.util.HashSet;
import java.util.Set;
import org.jclone.protocol.wire.Bytes;
import org.junit.jupiter.api.Test;

class NonceTest {

    @Test
    void hasTwentyCharactersWithoutNulOrDollar() {
        SecureRandom random = new SecureRandom();
        Set<Bytes> nonces = new HashSet<>();
        for (int i = 0; i < 1000; i++) {
            Bytes nonce = Nonce.generate(random);
            nonces.add(nonce);
            assertThat(nonce.length()).isEqualTo(20);
            for (byte character : nonce.toByteArray()) {
                assertThat(character).isPositive().isNotEqualTo((byte) '$');
            }
        }
        assertThat(nonces).hasSize(1000);
    }

    @Test
    void isTakenFromAuthDataWithOrWithoutZeroByte() {
        assertThat(Nonce.of(Vectors.NONCE)).isEqualTo(Vectors.NONCE);
        assertThat(Nonce.of(Vectors.NONCE.concat(Bytes.of((byte) 0)))).isEqualTo(Vectors.NONCE);
        assertThatExceptionOfType(AuthenticationException.class)
                .isThrownBy(() -> Nonce.of(Vectors.NONCE.slice(0, 19)))
                .withMessage("nonce of 19 bytes (expected: 20)");
    }
}
