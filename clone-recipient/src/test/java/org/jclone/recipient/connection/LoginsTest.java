package org.jclone.recipient.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import org.jclone.protocol.auth.RsaPassword;
import org.jclone.protocol.netty.LoginOptions;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.CloneRequest;
import org.jclone.recipient.api.DonorAddress;
import org.jclone.recipient.api.LoginSettings;
import org.jclone.recipient.api.Password;
import org.jclone.recipient.api.SslMode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a request says about logging in, TLS included. */
class LoginsTest {

    @TempDir
    Path temp;

    private CloneRequest.Builder request(SslMode mode) {
        return CloneRequest.builder()
                .donor(new DonorAddress("db1", 3306))
                .login(LoginSettings.of("clone_user", Password.of('s', 'e', 'c', 'r', 'e', 't')))
                .target(it -> it.withDirectory(temp.resolve("clone")))
                .tls(it -> it.withSslMode(mode));
    }

    private static void assertRefused(CloneRequest request, CloneErrorCode code, String message) {
        assertThatExceptionOfType(CloneException.class)
                .isThrownBy(() -> Logins.options(request))
                .withMessageContaining(message)
                .satisfies(failure -> {
                    assertThat(failure.code()).isEqualTo(code);
                    assertThat(failure.hint()).isNotEmpty();
                });
    }

    @Test
    void showsItselfToTheDonor() throws CloneException {
        LoginOptions options = Logins.options(request(SslMode.DISABLED).build());

        assertThat(options.user()).isEqualTo("clone_user");
        assertThat(options.connectionAttributes())
                .containsEntry("program_name", "jclone")
                .containsEntry("_pid", Long.toString(ProcessHandle.current().pid()))
                .containsKeys("_client_version", "_os", "_platform");
        assertThat(options.secureTransport()).isFalse();
    }

    @Test
    void handsOutCopiesOfThePassword() throws CloneException {
        LoginOptions options = Logins.options(request(SslMode.DISABLED).build());
        options.passwords().get(0).get()[0] = 0;

        assertThat(options.passwords().get(0).get()).isEqualTo("secret".getBytes(StandardCharsets.UTF_8));
        assertThat(options.toString()).doesNotContain("secret");
    }

    @ParameterizedTest
    @CsvSource({"DISABLED, false, false", "PREFERRED, true, false", "REQUIRED, true, true"})
    void goesUnderTlsAsTheModeSays(SslMode mode, boolean tls, boolean required) throws CloneException {
        LoginOptions options = Logins.options(request(mode).build());

        assertThat(options.tls().isPresent()).isEqualTo(tls);
        assertThat(options.tlsRequired()).isEqualTo(required);
        assertThat(options.authPolicy().clearTextAllowed())
                .as("clear text passwords, where TLS is certain")
                .isEqualTo(required);
    }

    @Test
    void asksForTheKeyOnlyWhereAllowed() throws CloneException {
        assertThat(Logins.options(request(SslMode.DISABLED).build())
                        .authPolicy()
                        .getServerPublicKey())
                .isFalse();
        assertThat(Logins.options(request(SslMode.DISABLED)
                                .tls(it -> it.withGetServerPublicKey(true))
                                .build())
                        .authPolicy()
                        .getServerPublicKey())
                .isTrue();
    }

    @Test
    void readsTheDonorsPublicKey() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(1024);
        KeyPair keys = generator.generateKeyPair();
        Path file = temp.resolve("public_key.pem");
        Files.write(file, RsaPassword.publicKeyToPem(keys.getPublic()).toByteArray());

        assertThat(Logins.options(request(SslMode.DISABLED)
                                .tls(it -> it.withServerPublicKey(file))
                                .build())
                        .authPolicy()
                        .serverPublicKey())
                .contains(keys.getPublic());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "no key at all", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"})
    void refusesAKeyThatIsNone(String content) throws Exception {
        Path file = Files.writeString(temp.resolve("public_key.pem"), content);

        assertRefused(
                request(SslMode.DISABLED)
                        .tls(it -> it.withServerPublicKey(file))
                        .build(),
                CloneErrorCode.USAGE,
                "cannot read a public key from " + file);
    }

    @Test
    void refusesAKeyThatIsNotThere() {
        Path file = temp.resolve("missing.pem");

        assertRefused(
                request(SslMode.DISABLED)
                        .tls(it -> it.withServerPublicKey(file))
                        .build(),
                CloneErrorCode.USAGE,
                "cannot read a public key from " + file);
    }

    @ParameterizedTest
    @EnumSource(
            value = SslMode.class,
            names = {"VERIFY_CA", "VERIFY_IDENTITY"})
    void refusesAnAuthorityThatCannotBeRead(SslMode mode) throws Exception {
        Path missing = temp.resolve("missing.pem");
        assertRefused(
                request(mode).tls(it -> it.withSslCa(missing)).build(),
                CloneErrorCode.TLS_FAILED,
                "cannot read " + missing + " of --ssl-ca");

        Path garbage = Files.writeString(temp.resolve("garbage.pem"), "no certificate");
        assertRefused(
                request(mode).tls(it -> it.withSslCa(garbage)).build(),
                CloneErrorCode.TLS_FAILED,
                "no certificate can be read");
    }

    @Test
    void refusesACertificateThatCannotBeRead() throws Exception {
        Path missing = temp.resolve("missing.pem");
        Path garbage = Files.writeString(temp.resolve("garbage.pem"), "no certificate");

        assertRefused(
                request(SslMode.REQUIRED)
                        .tls(it -> it.withSslCert(missing).withSslKey(garbage))
                        .build(),
                CloneErrorCode.TLS_FAILED,
                "cannot read " + missing + " of --ssl-cert");
        assertRefused(
                request(SslMode.REQUIRED)
                        .tls(it -> it.withSslCert(garbage).withSslKey(garbage))
                        .build(),
                CloneErrorCode.TLS_FAILED,
                "no certificate can be read from " + garbage + " of --ssl-cert");
    }
}
