package org.jclone.recipient.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.net.URISyntaxException;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Objects;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.Password;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Reads keys as OpenSSL writes them. */
class PrivateKeysTest {

    private static Path file(String name) {
        try {
            return Path.of(Objects.requireNonNull(PrivateKeysTest.class.getResource("/keys/" + name))
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Password password(String text) {
        return Password.of(text.toCharArray());
    }

    private static X509Certificate certificate(String name) throws CloneException {
        return PemFiles.certificates(file(name), "--ssl-cert").get(0);
    }

    @ParameterizedTest
    @CsvSource({
        "pkcs8.pem, certificate.pem",
        "pkcs1.pem, certificate.pem",
        "ec-pkcs8.pem, ec-certificate.pem",
        "ec-sec1.pem, ec-certificate.pem",
        "ed25519.pem, ed25519-certificate.pem"
    })
    void readsUnencryptedKeys(String key, String certificate) throws Exception {
        assertThat(PrivateKeys.isEncrypted(file(key))).isFalse();

        PrivateKey read = PrivateKeys.read(file(key), Password.empty());

        assertThat(PrivateKeys.isPair(read, certificate(certificate).getPublicKey()))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"pkcs1-encrypted.pem", "pkcs8-encrypted.pem", "pkcs8-scrypt.pem"})
    void readsEncryptedKeys(String key) throws Exception {
        assertThat(PrivateKeys.isEncrypted(file(key))).isTrue();

        PrivateKey read = PrivateKeys.read(file(key), password("sesame"));

        assertThat(PrivateKeys.isPair(read, certificate("certificate.pem").getPublicKey()))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"pkcs1-encrypted.pem", "pkcs8-encrypted.pem", "pkcs8-scrypt.pem"})
    void reportsAWrongOrMissingPassword(String key) {
        assertThatExceptionOfType(CloneException.class)
                .isThrownBy(() -> PrivateKeys.read(file(key), password("tahini")))
                .withMessageContaining("no private key can be read from")
                .satisfies(e -> assertThat(e.code()).isEqualTo(CloneErrorCode.TLS_FAILED))
                .satisfies(e -> assertThat(e.hint()).contains("--ssl-key-password-file"));
        assertThatExceptionOfType(CloneException.class)
                .isThrownBy(() -> PrivateKeys.read(file(key), Password.empty()))
                .withMessageContaining("is encrypted, and no password for it is given");
    }

    @Test
    void reportsAFileWithoutAKey() {
        assertThatExceptionOfType(CloneException.class)
                .isThrownBy(() -> PrivateKeys.read(file("certificate.pem"), Password.empty()))
                .withMessageContaining("the file contains no private key")
                .satisfies(e -> assertThat(e.hint()).contains("PKCS#1"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"ec-certificate.pem", "ed25519-certificate.pem"})
    void detectsTheKeyOfAnotherCertificate(String certificate) throws Exception {
        PrivateKey rsa = PrivateKeys.read(file("pkcs8.pem"), Password.empty());

        assertThat(PrivateKeys.isPair(rsa, certificate(certificate).getPublicKey()))
                .isFalse();
    }
}
