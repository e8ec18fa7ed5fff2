package org.jclone.protocol.auth;

import static org.assertj.core.api.Assertions.assertThat;

import org.jclone.protocol.wire.Bytes;
import org.junit.jupiter.api.Test;

class NativePasswordTest {

    @Test
    void scramblesTheTestVector() {
        assertThat(NativePassword.scramble(Vectors.password(), Vectors.NONCE)).isEqualTo(Vectors.NATIVE_SCRAMBLE);
    }

    /** The result of {@code SELECT PASSWORD('secret')} on old servers: an asterisk and these digits. */
    @Test
    void storesWhatTheServerStores() {
        assertThat(NativePassword.storedHash(Vectors.password()))
                .hasToString("14e65567abdb5135d0cfd9a70b3032c179a49ee7");
    }

    @Test
    void verifiesAScrambleWithoutThePassword() {
        Bytes stored = NativePassword.storedHash(Vectors.password());

        assertThat(NativePassword.verify(Vectors.NATIVE_SCRAMBLE, Vectors.NONCE, stored))
                .isTrue();
    }

    @Test
    void rejectsAnotherPasswordNonceOrLength() {
        Bytes stored = NativePassword.storedHash(Vectors.password());
        Bytes otherHash = NativePassword.storedHash(new byte[] {'x'});
        Bytes scramble = Vectors.NATIVE_SCRAMBLE;

        assertThat(NativePassword.verify(scramble, Vectors.NONCE, otherHash)).isFalse();
        assertThat(NativePassword.verify(scramble, Bytes.of(new byte[20]), stored))
                .isFalse();
        assertThat(NativePassword.verify(scramble.slice(0, 19), Vectors.NONCE, stored))
                .isFalse();
        assertThat(NativePassword.verify(Bytes.EMPTY, Vectors.NONCE, stored)).isFalse();
    }
}
