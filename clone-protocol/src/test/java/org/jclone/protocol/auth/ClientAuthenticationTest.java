package org.jclone.protocol.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.Optional;
import org.jclone.protocol.Hex;
import org.jclone.protocol.auth.AuthenticationException.Reason;
import org.jclone.protocol.wire.Bytes;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClientAuthenticationTest {

    private static final boolean SECURE = true;
    private static final boolean PLAIN = false;

    private static final AuthPolicy STRICT = new AuthPolicy(false, false, Optional.empty());
    private static final AuthPolicy FETCH_KEY = new AuthPolicy(false, true, Optional.empty());
    private static final AuthPolicy KNOWN_KEY = new AuthPolicy(false, false, Optional.of(Vectors.publicKey()));
    private static final AuthPolicy CLEAR_TEXT = new AuthPolicy(true, false, Optional.empty());

    private static final Bytes FAST_AUTH_SUCCESS = Bytes.of((byte) 3);
    private static final Bytes PERFORM_FULL_AUTHENTICATION = Bytes.of((byte) 4);
    private static final Bytes ZERO_BYTE = Bytes.of((byte) 0);

    private static ClientAuthentication client(boolean secureTransport, AuthPolicy policy) {
        return new ClientAuthentication(Vectors.password(), secureTransport, policy);
    }

    private static ClientAuthentication clientWithoutPassword(boolean secureTransport) {
        return new ClientAuthentication(new byte[0], secureTransport, CLEAR_TEXT);
    }

    private static void assertEncryptedPassword(Bytes message) {
        assertThat(RsaPassword.decrypt(message, Vectors.NONCE, Vectors.privateKey()))
                .isEqualTo(Vectors.password());
    }

    @Nested
    class CachingSha2 {

        private static final String PLUGIN = "caching_sha2_password";

        @Test
        void completesAfterACacheHit() {
            ClientAuthentication client = client(PLAIN, STRICT);

            assertThat(client.begin(PLUGIN, Vectors.NONCE)).isEqualTo(Vectors.CACHING_SHA2_SCRAMBLE);
            assertThat(client.onMoreData(FAST_AUTH_SUCCESS)).isEmpty();
        }

        @Test
        void sendsThePasswordOnASecureTransport() {
            ClientAuthentication client = client(SECURE, FETCH_KEY);
            client.begin(PLUGIN, Vectors.NONCE);

            assertThat(client.onMoreData(PERFORM_FULL_AUTHENTICATION)).contains(Vectors.TERMINATED);
        }

        @Test
        void requestsTheKeyThenEncrypts() {
            ClientAuthentication client = client(PLAIN, FETCH_KEY);
            client.begin(PLUGIN, Vectors.NONCE);

            assertThat(client.onMoreData(PERFORM_FULL_AUTHENTICATION)).contains(Bytes.of((byte) 2));
            assertEncryptedPassword(client.onMoreData(Vectors.publicKeyPem()).orElseThrow());
        }

        @Test
        void encryptsWithAKnownKeyWithoutARequest() {
            ClientAuthentication client = client(PLAIN, KNOWN_KEY);
            client.begin(PLUGIN, Vectors.NONCE);

            assertEncryptedPassword(
                    client.onMoreData(PERFORM_FULL_AUTHENTICATION).orElseThrow());
        }

        @Test
        void needsAKeyOrPermissionToRequestIt() {
            ClientAuthentication client = client(PLAIN, STRICT);
            client.begin(PLUGIN, Vectors.NONCE);

            assertThatExceptionOfType(AuthenticationException.class)
                    .isThrownBy(() -> client.onMoreData(PERFORM_FULL_AUTHENTICATION))
                    .withMessage("caching_sha2_password needs the password, and the connection is not encrypted")
                    .satisfies(failure -> assertThat(failure.reason()).isEqualTo(Reason.NOT_ENCRYPTED));
        }

        @Test
        void rejectsAnInvalidKey() {
            ClientAuthentication client = client(PLAIN, FETCH_KEY);
            client.begin(PLUGIN, Vectors.NONCE);
            client.onMoreData(PERFORM_FULL_AUTHENTICATION);

            assertThatExceptionOfType(AuthenticationException.class)
                    .isThrownBy(() -> client.onMoreData(PERFORM_FULL_AUTHENTICATION))
                    .withMessageContaining("PUBLIC KEY");
        }

        @Test
        void neverRequestsAKeyTwice() {
            ClientAuthentication client = client(PLAIN, FETCH_KEY);
            client.begin(PLUGIN, Vectors.NONCE);
            client.onMoreData(PERFORM_FULL_AUTHENTICATION);
            client.onMoreData(Vectors.publicKeyPem());

            assertThatExceptionOfType(AuthenticationException.class)
                    .isThrownBy(() -> client.onMoreData(Vectors.publicKeyPem()))
                    .withMessageContaining("unexpected message of");
        }

        @ParameterizedTest
        @ValueSource(strings = {"", "05", "0303"})
        void rejectsOtherResults(String data) {
            ClientAuthentication client = client(SECURE, FETCH_KEY);
            client.begin(PLUGIN, Vectors.NONCE);

            assertThatExceptionOfType(AuthenticationException.class)
                    .isThrownBy(() -> client.onMoreData(Bytes.of(Hex.bytes(data))));
        }

        @Test
        void completesAtOnceWithoutPassword() {
            ClientAuthentication client = clientWithoutPassword(SECURE);

            assertThat(client.begin(PLUGIN, Vectors.NONCE)).isEqualTo(ZERO_BYTE);
            assertThatExceptionOfType(AuthenticationException.class)
                    .isThrownBy(() -> client.onMoreData(PERFORM_FULL_AUTHENTICATION));
        }
    }

    @Nested
    class Sha256 {

        private static final String PLUGIN = "sha256_password";

        @Test
        void sendsThePasswordAtOnceOnASecureTransport() {
            assertThat(client(SECURE, STRICT).begin(PLUGIN, Vectors.NONCE)).isEqualTo(Vectors.TERMINATED);
        }

        @Test
        void requestsTheKeyWithItsOwnCodeThenEncrypts() {
            ClientAuthentication client = client(PLAIN, FETCH_KEY);

            assertThat(client.begin(PLUGIN, Vectors.NONCE)).isEqualTo(Bytes.of((byte) 1));
            assertEncryptedPassword(client.onMoreData(Vectors.publicKeyPem()).orElseThrow());
        }

        @Test
        void encryptsWithAKnownKeyAtOnce() {
            assertEncryptedPassword(client(PLAIN, KNOWN_KEY).begin(PLUGIN, Vectors.NONCE));
        }

        @Test
        void needsAKeyOrPermissionToRequestIt() {
            assertThatExceptionOfType(AuthenticationException.class)
                    .isThrownBy(() -> client(PLAIN, STRICT).begin(PLUGIN, Vectors.NONCE))
                    .withMessageContaining("sha256_password needs the password");
        }

        @Test
        void sendsAZeroByteWithoutPassword() {
            assertThat(clientWithoutPassword(PLAIN).begin(PLUGIN, Vectors.NONCE))
                    .isEqualTo(ZERO_BYTE);
        }
    }

    @Nested
    class Native {

        private static final String PLUGIN = "mysql_native_password";

        @Test
        void sendsItsScrambleAndCompletes() {
            ClientAuthentication client = client(PLAIN, STRICT);

            assertThat(client.begin(PLUGIN, Vectors.NONCE)).isEqualTo(Vectors.NATIVE_SCRAMBLE);
            assertThatExceptionOfType(AuthenticationException.class)
                    .isThrownBy(() -> client.onMoreData(FAST_AUTH_SUCCESS))
                    .withMessageContaining(PLUGIN);
        }

        @Test
        void sendsNothingWithoutPassword() {
            assertThat(clientWithoutPassword(PLAIN).begin(PLUGIN, Vectors.NONCE))
                    .isEqualTo(Bytes.EMPTY);
        }
    }

    @Nested
    class ClearText {

        private static final String PLUGIN = "mysql_clear_password";

        @Test
        void sendsThePasswordIfAllowedAndSecure() {
            assertThat(client(SECURE, CLEAR_TEXT).begin(PLUGIN, Bytes.EMPTY)).isEqualTo(Vectors.TERMINATED);
            assertThat(clientWithoutPassword(SECURE).begin(PLUGIN, Bytes.EMPTY)).isEqualTo(ZERO_BYTE);
        }

        @Test
        void isRefusedUnlessAllowed() {
            assertThatExceptionOfType(AuthenticationException.class)
                    .isThrownBy(() -> client(SECURE, FETCH_KEY).begin(PLUGIN, Bytes.EMPTY))
                    .withMessageContaining("clear text")
                    .satisfies(failure -> assertThat(failure.reason()).isEqualTo(Reason.CLEAR_TEXT));
        }

        @Test
        void isRefusedWithoutASecureTransport() {
            assertThatExceptionOfType(AuthenticationException.class)
                    .isThrownBy(() -> client(PLAIN, CLEAR_TEXT).begin(PLUGIN, Bytes.EMPTY))
                    .withMessageContaining("not encrypted")
                    .satisfies(failure -> assertThat(failure.reason()).isEqualTo(Reason.CLEAR_TEXT));
        }
    }

    @Test
    void restartsWhenTheServerSwitchesPlugins() {
        ClientAuthentication client = client(PLAIN, STRICT);
        client.begin("caching_sha2_password", Bytes.of(new byte[20]));

        assertThat(client.begin("mysql_native_password", Vectors.NONCE.concat(ZERO_BYTE)))
                .isEqualTo(Vectors.NATIVE_SCRAMBLE);
        assertThat(client.begin("caching_sha2_password", Vectors.NONCE)).isEqualTo(Vectors.CACHING_SHA2_SCRAMBLE);
        assertThat(client.onMoreData(FAST_AUTH_SUCCESS)).isEmpty();
    }

    @Test
    void reportsTheNameOfAnUnknownPlugin() {
        assertThatExceptionOfType(AuthenticationException.class)
                .isThrownBy(() -> client(SECURE, STRICT).begin("authentication_ldap_sasl_client", Vectors.NONCE))
                .withMessage("authentication plugin 'authentication_ldap_sasl_client' is not supported")
                .satisfies(failure -> assertThat(failure.reason()).isEqualTo(Reason.UNKNOWN_PLUGIN));
    }

    @Test
    void reportsTheFactorThatItDoesNotSupport() {
        AuthenticationException failure = AuthenticationException.furtherFactor(2, "authentication_webauthn");

        assertThat(failure)
                .hasMessage("the account requires authentication factor 2, plugin 'authentication_webauthn'");
        assertThat(failure.reason()).isEqualTo(Reason.FURTHER_FACTOR);
    }

    @Test
    void rejectsAShortNonce() {
        assertThatExceptionOfType(AuthenticationException.class)
                .isThrownBy(() -> client(PLAIN, STRICT).begin("mysql_native_password", Bytes.EMPTY))
                .withMessage("nonce of 0 bytes (expected: 20)");
    }

    @Test
    void rejectsMoreDataBeforeBegin() {
        assertThatIllegalStateException()
                .isThrownBy(() -> client(SECURE, STRICT).onMoreData(PERFORM_FULL_AUTHENTICATION));
    }

    @Test
    void doesNotChangeThePassword() {
        byte[] password = Vectors.password();
        ClientAuthentication client = new ClientAuthentication(password, PLAIN, FETCH_KEY);
        client.begin("sha256_password", Vectors.NONCE);
        client.onMoreData(Vectors.publicKeyPem());

        assertThat(password).isEqualTo(Vectors.password());
    }
}
