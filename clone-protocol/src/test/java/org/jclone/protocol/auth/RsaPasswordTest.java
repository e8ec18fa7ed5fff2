package org.jclone.protocol.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.charset.StandardCharsets;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.util.stream.IntStream;
import org.jclone.protocol.wire.Bytes;
import org.junit.jupiter.api.Test;

class RsaPasswordTest {

    @Test
    void decryptsTheOutputOfAnotherImplementation() {
        assertThat(RsaPassword.decrypt(Vectors.encryptedByOpenssl(), Vectors.NONCE, Vectors.privateKey()))
                .isEqualTo(Vectors.password());
    }

    @Test
    void decryptsItsOwnOutput() {
        byte[] password =
                "longer than the nonce, which is then repeated \u00e4\u00f6\u00fc".getBytes(StandardCharsets.UTF_8);

        Bytes message = RsaPassword.encrypt(password, Vectors.NONCE, Vectors.publicKey());

        assertThat(message.length()).isEqualTo(256);
        assertThat(RsaPassword.decrypt(message, Vectors.NONCE, Vectors.privateKey()))
                .isEqualTo(password);
    }

    @Test
    void acceptsPasswordsUpToTheLimitOfTheKey() {
        byte[] longest = new byte[256 - 42 - 1];

        Bytes message = RsaPassword.encrypt(longest, Vectors.NONCE, Vectors.publicKey());

        assertThat(RsaPassword.decrypt(message, Vectors.NONCE, Vectors.privateKey()))
                .isEqualTo(longest);
        assertThatExceptionOfType(AuthenticationException.class)
                .isThrownBy(() -> RsaPassword.encrypt(new byte[256 - 42], Vectors.NONCE, Vectors.publicKey()))
                .withMessage("password of 214 bytes does not fit the server's RSA key")
                .satisfies(
                        failure -> assertThat(failure.reason()).isEqualTo(AuthenticationException.Reason.SERVER_KEY));
    }

    @Test
    void encryptsOnlyWithRsa() throws NoSuchAlgorithmException {
        PublicKey elliptic =
                KeyPairGenerator.getInstance("EC").generateKeyPair().getPublic();

        assertThatExceptionOfType(AuthenticationException.class)
                .isThrownBy(() -> RsaPassword.encrypt(Vectors.password(), Vectors.NONCE, elliptic))
                .withMessageContaining("EC key");
    }

    @Test
    void rejectsOtherMessages() {
        Bytes message = Vectors.encryptedByOpenssl();

        assertThatExceptionOfType(AuthenticationException.class)
                .isThrownBy(() -> RsaPassword.decrypt(message, Bytes.of(new byte[20]), Vectors.privateKey()))
                .withMessage("encrypted password without a terminating zero byte");
        IntStream.range(0, message.length())
                .forEach(n -> assertThatExceptionOfType(AuthenticationException.class)
                        .isThrownBy(
                                () -> RsaPassword.decrypt(message.slice(0, n), Vectors.NONCE, Vectors.privateKey())));
    }

    @Test
    void writesAndReadsTheServersKeyFormat() {
        PublicKey key = Vectors.publicKey();

        assertThat(RsaPassword.publicKeyToPem(key)).isEqualTo(Vectors.publicKeyPem());
        assertThat(key.getAlgorithm()).isEqualTo("RSA");
    }

    @Test
    void rejectsTextWithoutAKey() {
        String pem = new String(Vectors.publicKeyPem().toByteArray(), StandardCharsets.US_ASCII);

        assertNoKey("", "no PEM text with the label PUBLIC KEY");
        assertNoKey(pem.replace("PUBLIC KEY", "CERTIFICATE"), "no PEM text with the label PUBLIC KEY");
        assertNoKey("-----END PUBLIC KEY-----" + pem.substring(0, 100), "no PEM text with the label PUBLIC KEY");
        assertNoKey(pem.replace("MIIB", "MIIC"), "the PEM text contains no RSA public key");
        assertNoKey(
                "-----BEGIN PUBLIC KEY-----\nA\n-----END PUBLIC KEY-----\n", "the PEM text contains no RSA public key");
    }

    private static void assertNoKey(String pem, String message) {
        assertThatExceptionOfType(AuthenticationException.class)
                .isThrownBy(() -> RsaPassword.publicKeyFromPem(Bytes.of(pem.getBytes(StandardCharsets.US_ASCII))))
                .withMessage(message);
    }
}
