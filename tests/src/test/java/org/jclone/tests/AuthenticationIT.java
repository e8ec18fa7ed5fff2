package org.jclone.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import org.bouncycastle.openssl.MiscPEMGenerator;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.util.io.pem.PemWriter;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.CloneRequest;
import org.jclone.recipient.api.DonorAddress;
import org.jclone.recipient.api.Password;
import org.jclone.recipient.api.SslMode;
import org.jclone.tests.server.MySqlServer;
import org.jclone.tests.server.RealServer;
import org.jclone.tests.server.Servers;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Logins with each plugin. Most of these clones are stopped after the first login. */
@RealServer
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AuthenticationIT {

    private static final String SECRET = "pässwörd €";

    private static final String ACCOUNTS = """
            CREATE USER sha2 IDENTIFIED WITH caching_sha2_password BY 'pässwörd €';
            CREATE USER sha256 IDENTIFIED WITH sha256_password BY 'pässwörd €';
            CREATE USER blank IDENTIFIED WITH caching_sha2_password BY '';
            CREATE USER blank256 IDENTIFIED WITH sha256_password BY '';
            CREATE USER needs_tls IDENTIFIED BY 'pässwörd €' REQUIRE SSL;
            CREATE USER needs_certificate IDENTIFIED BY 'pässwörd €' REQUIRE X509;
            GRANT BACKUP_ADMIN ON *.* TO sha2, sha256, blank, blank256, needs_tls, needs_certificate;
            """;

    private final Servers servers;
    private MySqlServer donor;

    AuthenticationIT(Servers servers) {
        this.servers = servers;
    }

    @BeforeAll
    void startDonor() {
        donor = servers.create("--set", "bind_address=127.0.0.1,::1");
        donor.sql(ACCOUNTS);
    }

    @AfterAll
    void stopDonor() {
        donor.close();
    }

    @Test
    void authenticatesFullyOverTlsAndThenFastWithoutIt() throws Exception {
        forgetPasswords();
        assertThat(Clones.logIn(as("sha2").tls(it -> it.withSslMode(SslMode.REQUIRED)))
                        .transport())
                .startsWith("TLSv1.");
        // The donor now has a digest of the password in its cache, so the password is not sent again.
        assertThat(Clones.logIn(as("sha2").tls(it -> it.withSslMode(SslMode.DISABLED)))
                        .transport())
                .isEqualTo("clear text");
    }

    @Test
    void authenticatesFullyWithTheKeyOfTheDonor() throws Exception {
        forgetPasswords();
        assertRefused(as("sha2").tls(it -> it.withSslMode(SslMode.DISABLED)), CloneErrorCode.ACCESS_DENIED, "key");
        Clones.logIn(as("sha2").tls(it -> it.withSslMode(SslMode.DISABLED).withGetServerPublicKey(true)));
        forgetPasswords();
        Clones.logIn(as("sha2")
                .tls(it -> it.withSslMode(SslMode.DISABLED)
                        .withServerPublicKey(donor.dataDirectory().resolve("public_key.pem"))));
    }

    @Test
    void acceptsSha256OverTlsAndWithTheKeyOfTheDonor() throws Exception {
        Clones.logIn(as("sha256").tls(it -> it.withSslMode(SslMode.REQUIRED)));
        assertRefused(as("sha256").tls(it -> it.withSslMode(SslMode.DISABLED)), CloneErrorCode.ACCESS_DENIED, "key");
        Clones.logIn(as("sha256").tls(it -> it.withSslMode(SslMode.DISABLED).withGetServerPublicKey(true)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"blank", "blank256"})
    void acceptsAnEmptyPassword(String user) throws Exception {
        Clones.logIn(
                as(user).login(it -> it.withPassword(Password.empty())).tls(it -> it.withSslMode(SslMode.REQUIRED)));
        Clones.logIn(
                as(user).login(it -> it.withPassword(Password.empty())).tls(it -> it.withSslMode(SslMode.DISABLED)));
        assertRefused(as(user).tls(it -> it.withSslMode(SslMode.REQUIRED)), CloneErrorCode.ACCESS_DENIED, user);
    }

    @Test
    void reportsAnAccountThatRequiresTls() throws Exception {
        Clones.logIn(as("needs_tls").tls(it -> it.withSslMode(SslMode.PREFERRED)));
        assertRefused(
                as("needs_tls").tls(it -> it.withSslMode(SslMode.DISABLED).withGetServerPublicKey(true)),
                CloneErrorCode.ACCESS_DENIED,
                "needs_tls");
    }

    @Test
    void reportsAnAccountThatRequiresACertificate() throws Exception {
        assertRefused(as("needs_certificate"), CloneErrorCode.ACCESS_DENIED, "needs_certificate");
        Clones.logIn(as("needs_certificate")
                .tls(it -> it.withSslCert(donor.dataDirectory().resolve("client-cert.pem"))
                        .withSslKey(donor.dataDirectory().resolve("client-key.pem"))));
        Path pkcs1 = servers.newPath("key");
        try (Reader pkcs8 = Files.newBufferedReader(donor.dataDirectory().resolve("client-key.pem"));
                PEMParser parser = new PEMParser(pkcs8);
                PemWriter writer = new PemWriter(Files.newBufferedWriter(pkcs1))) {
            writer.writeObject(new MiscPEMGenerator(parser.readObject()));
        }
        assertThat(pkcs1).content().startsWith("-----BEGIN RSA PRIVATE KEY-----");
        Clones.logIn(as("needs_certificate")
                .tls(it -> it.withSslCert(donor.dataDirectory().resolve("client-cert.pem"))
                        .withSslKey(pkcs1)));
    }

    @Test
    void verifiesTheCertificateOfTheDonor() throws Exception {
        Clones.logIn(as("sha2")
                .tls(it -> it.withSslMode(SslMode.VERIFY_CA)
                        .withSslCa(donor.dataDirectory().resolve("ca.pem"))));
        assertRefused(
                as("sha2")
                        .tls(it -> it.withSslMode(SslMode.VERIFY_IDENTITY)
                                .withSslCa(donor.dataDirectory().resolve("ca.pem"))),
                CloneErrorCode.TLS_FAILED,
                "127.0.0.1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "127.0.0.1", "::1"})
    void connectsToNamesAndAddresses(String host) throws Exception {
        assertThat(Clones.logIn(as("sha2").donor(new DonorAddress(host, donor.port())))
                        .donor()
                        .host())
                .isEqualTo(host);
    }

    @Test
    void clonesOverIpV6() throws Exception {
        assertThat(Clones.run(as("sha2").donor(new DonorAddress("::1", donor.port())))
                        .files())
                .isPositive();
    }

    private CloneRequest.Builder as(String user) {
        return Clones.request(donor, servers.newPath("c"))
                .login(it -> it.withUser(user).withPassword(Password.of(SECRET.toCharArray())));
    }

    /** Afterwards the donor requires full authentication again. */
    private void forgetPasswords() {
        donor.sql("FLUSH PRIVILEGES");
    }

    private static void assertRefused(CloneRequest.Builder request, CloneErrorCode code, String word) {
        assertThatExceptionOfType(CloneException.class)
                .isThrownBy(() -> Clones.run(request))
                .satisfies(e -> assertThat(e.code()).isEqualTo(code))
                .satisfies(e -> assertThat(e.getMessage() + e.hint()).contains(word))
                .satisfies(e -> assertThat(e.getMessage() + e.hint()).doesNotContain(SECRET));
    }
}
