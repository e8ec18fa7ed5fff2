package org.jclone.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jclone.donor.api.TlsAuthority;
import org.jclone.donor.api.TlsIdentity;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.CloneRequest;
import org.jclone.recipient.api.Password;
import org.jclone.recipient.api.SslMode;
import org.jclone.recipient.api.TlsPolicy;
import org.jclone.recipient.api.TlsPolicy.Provider;
import org.jclone.tests.server.MySqlServer;
import org.jclone.tests.server.RealServer;
import org.jclone.tests.server.Servers;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** TLS with a real donor, by OpenSSL and by the JDK: valid setups work, and each fault is named. */
@RealServer
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TlsIT {

    private static final int SHORT_LIFE_SECONDS = 3;
    private static final String KEY_PASSWORD = "sesame";
    private static final Instant AN_HOUR_AGO = Instant.now().minus(Duration.ofHours(1));
    private static final Instant TOMORROW = Instant.now().plus(Duration.ofDays(1));

    private final Servers servers;
    private final TlsAuthority authority = new TlsAuthority("jclone test authority");
    private final TlsIdentity good = authority.donor("127.0.0.1", AN_HOUR_AGO);
    private MySqlServer donor;
    private Path folder;

    TlsIT(Servers servers) {
        this.servers = servers;
    }

    @BeforeAll
    void startDonor() throws IOException {
        donor = servers.create("--no-binlog");
        folder = Files.createDirectory(donor.folder().resolve("tls"));
        write("ca.pem", authority.certificatePem());
        donor.sql("""
                CREATE USER x509 IDENTIFIED BY 'secret' REQUIRE X509;
                GRANT BACKUP_ADMIN ON *.* TO x509;
                """);
    }

    @AfterAll
    void stopDonor() {
        donor.close();
    }

    @BeforeEach
    void startWithValidCertificates() throws IOException {
        write("donor-ca.pem", authority.certificatePem());
        serve(good, "TLSv1.2,TLSv1.3", "");
    }

    private Path write(String name, String content) throws IOException {
        return Files.writeString(folder.resolve(name), content);
    }

    private static String pem(X509Certificate certificate) {
        try {
            return "-----BEGIN CERTIFICATE-----\n"
                    + Base64.getMimeEncoder().encodeToString(certificate.getEncoded())
                    + "\n-----END CERTIFICATE-----\n";
        } catch (CertificateEncodingException e) {
            throw new AssertionError(e);
        }
    }

    /** From now on the donor uses this certificate, and these TLS versions and TLS 1.3 cipher suites. */
    private void serve(TlsIdentity identity, String versions, String suites) throws IOException {
        StringBuilder chain = new StringBuilder();
        for (X509Certificate certificate : identity.chain()) {
            chain.append(pem(certificate));
        }
        Path cert = write("donor-cert.pem", chain.toString());
        Path key = write("donor-key.pem", identity.keyPem());
        donor.sql("""
                SET GLOBAL ssl_ca = '%s', ssl_cert = '%s', ssl_key = '%s', tls_version = '%s', tls_ciphersuites = %s;
                ALTER INSTANCE RELOAD TLS;
                """.formatted(
                folder.resolve("donor-ca.pem"), cert, key, versions, suites.isEmpty() ? "NULL" : "'" + suites + "'"));
    }

    private CloneRequest.Builder request(Provider provider) {
        return request(TlsPolicy.DEFAULT.withProvider(provider));
    }

    /** With an authority, so that the donor's identity is verified. */
    private CloneRequest.Builder request(TlsPolicy policy) {
        return Clones.request(donor, servers.newPath("c"))
                .tls(it -> it.withSslCa(folder.resolve("ca.pem")).withPolicy(policy));
    }

    private static void assertRefused(CloneRequest.Builder request, String words, String hint) {
        assertThatExceptionOfType(CloneException.class)
                .isThrownBy(() -> Clones.run(request))
                .withMessageContaining(words)
                .satisfies(e -> assertThat(e.code()).isEqualTo(CloneErrorCode.TLS_FAILED))
                .satisfies(e -> assertThat(e.hint()).contains(hint));
    }

    @ParameterizedTest
    @EnumSource(
            value = Provider.class,
            names = {"OPENSSL", "JDK"})
    void clonesFromAVerifiedDonor(Provider provider) throws Exception {
        assertThat(Clones.run(request(provider)
                                .transfer(it -> it.withMaxConcurrency(4).withAutotuneConcurrency(false)))
                        .files())
                .isPositive();
    }

    @ParameterizedTest
    @EnumSource(
            value = Provider.class,
            names = {"OPENSSL", "JDK"})
    void namesTheFaultOfTheDonorsCertificate(Provider provider) throws Exception {
        serve(authority.donor("10.0.0.7", AN_HOUR_AGO), "TLSv1.3", "");
        assertRefused(request(provider), "is not for 127.0.0.1", "--ssl-mode=VERIFY_CA");
        assertThat(Clones.logIn(request(provider).tls(it -> it.withSslMode(SslMode.VERIFY_CA)))
                        .transport())
                .startsWith("TLSv1.3");

        // A server does not load an expired certificate, but keeps using a valid one.
        TlsIdentity shortLived = authority.donor(
                "127.0.0.1", Instant.now().minus(Duration.ofDays(1)).plusSeconds(SHORT_LIFE_SECONDS));
        serve(shortLived, "TLSv1.3", "");
        TimeUnit.SECONDS.sleep(SHORT_LIFE_SECONDS);
        assertRefused(request(provider), "expired on", "ALTER INSTANCE RELOAD TLS");

        serve(authority.clientOnly("127.0.0.1", AN_HOUR_AGO), "TLSv1.3", "");
        assertRefused(request(provider), "does not permit use for TLS server authentication", "openssl x509");

        TlsAuthority another = new TlsAuthority("another");
        write("donor-ca.pem", another.certificatePem());
        serve(another.donor("127.0.0.1", AN_HOUR_AGO), "TLSv1.3", "");
        assertRefused(request(provider), "an authority that --ssl-ca does not hold: CN=another", "openssl x509");
        assertThat(Clones.logIn(request(provider).tls(it -> it.withSslMode(SslMode.REQUIRED)))
                        .transport())
                .startsWith("TLSv1.3");
    }

    /** The donor's file also has an expired certificate, which no path needs. */
    @ParameterizedTest
    @EnumSource(
            value = Provider.class,
            names = {"OPENSSL", "JDK"})
    void buildsAPathFromTheCertificatesThatTheDonorSends(Provider provider) throws Exception {
        TlsAuthority between = authority.intermediate("between");
        TlsIdentity leaf = between.donor("127.0.0.1", AN_HOUR_AGO);
        X509Certificate replaced =
                authority.authority(between, Instant.now().minus(Duration.ofDays(9)), Duration.ofDays(1));
        write(
                "donor-ca.pem",
                authority.certificatePem()
                        + between.certificatePem()); // otherwise the server refuses its own certificate
        serve(
                new TlsIdentity(leaf.key(), List.of(leaf.certificate(), replaced, between.certificate())),
                "TLSv1.2,TLSv1.3",
                "");
        assertThat(Clones.logIn(request(provider)).transport()).startsWith("TLSv1.3");
    }

    @ParameterizedTest
    @EnumSource(
            value = Provider.class,
            names = {"OPENSSL", "JDK"})
    void refusesARevokedCertificate(Provider provider) throws Exception {
        Path lists = write("crl.pem", authority.revocationListPem(TOMORROW, List.of()));
        TlsPolicy policy = TlsPolicy.DEFAULT.withProvider(provider).withCrl(lists);
        Clones.logIn(request(policy));

        write("crl.pem", authority.revocationListPem(TOMORROW, List.of(good)));
        assertRefused(request(policy), "is revoked", "has revoked");
    }

    @ParameterizedTest
    @EnumSource(
            value = Provider.class,
            names = {"OPENSSL", "JDK"})
    void usesPermittedVersionsAndCiphers(Provider provider) throws Exception {
        TlsPolicy policy = TlsPolicy.DEFAULT.withProvider(provider);
        assertThat(Clones.logIn(request(policy.withVersions(List.of("TLSv1.3"))))
                        .transport())
                .startsWith("TLSv1.3");
        assertThat(Clones.logIn(request(policy.withVersions(List.of("TLSv1.2"))
                                .withCiphers(List.of("ECDHE-ECDSA-AES256-GCM-SHA384"))))
                        .transport())
                .isEqualTo("TLSv1.2 TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384");

        serve(good, "TLSv1.3", "");
        assertRefused(
                request(policy.withVersions(List.of("TLSv1.2"))),
                "no TLS version is accepted by both sides",
                "@@tls_version");
        serve(good, "TLSv1.2", "");
        assertRefused(
                request(policy.withVersions(List.of("TLSv1.3"))),
                "no TLS version is accepted by both sides",
                "@@tls_version");
    }

    @ParameterizedTest
    @EnumSource(
            value = Provider.class,
            names = {"AUTO", "JDK"})
    void usesPermittedCipherSuites(Provider provider) throws Exception {
        TlsPolicy policy = TlsPolicy.DEFAULT.withProvider(provider);
        assertThat(Clones.logIn(request(policy.withCipherSuites(List.of("TLS_AES_256_GCM_SHA384"))))
                        .transport())
                .isEqualTo("TLSv1.3 TLS_AES_256_GCM_SHA384");

        serve(good, "TLSv1.3", "TLS_AES_128_GCM_SHA256");
        assertRefused(
                request(policy.withCipherSuites(List.of("TLS_AES_256_GCM_SHA384"))),
                "no cipher suite is accepted by both sides",
                "@@tls_ciphersuites");
    }

    @ParameterizedTest
    @EnumSource(
            value = Provider.class,
            names = {"OPENSSL", "JDK"})
    void sendsACertificateToAnAccountThatRequiresOne(Provider provider) throws Exception {
        TlsIdentity client = authority.client("a client");
        Path cert = write("client-cert.pem", client.certificatePem());
        Path key = write("client-key.pem", client.keyPem());
        Path encrypted = write("client-encrypted.pem", client.encryptedKeyPem(KEY_PASSWORD));

        Clones.logIn(asX509(provider).tls(it -> it.withSslCert(cert).withSslKey(key)));
        Clones.logIn(asX509(provider)
                .tls(it -> it.withSslCert(cert)
                        .withSslKey(encrypted)
                        .withSslKeyPassword(Password.of(KEY_PASSWORD.toCharArray()))));
        assertThatExceptionOfType(CloneException.class)
                .isThrownBy(() -> Clones.run(asX509(provider)))
                .withMessageContaining("1045")
                .satisfies(e -> assertThat(e.hint()).contains("--ssl-cert"));
    }

    @ParameterizedTest
    @EnumSource(
            value = Provider.class,
            names = {"OPENSSL", "JDK"})
    void reportsThatTheDonorRefusesOurCertificate(Provider provider) throws Exception {
        TlsIdentity stranger = new TlsAuthority("another").client("a stranger");
        Path cert = write("stranger-cert.pem", stranger.certificatePem());
        Path key = write("stranger-key.pem", stranger.keyPem());

        assertRefused(
                asX509(provider).tls(it -> it.withSslCert(cert).withSslKey(key)),
                "the donor does not know the authority that signed our certificate",
                "ssl_ca");
        Path other = write("other-key.pem", authority.client("other").keyPem());
        assertRefused(
                asX509(provider).tls(it -> it.withSslCert(cert).withSslKey(other)),
                "does not match the certificate in",
                "of one pair");
    }

    private CloneRequest.Builder asX509(Provider provider) {
        return request(provider).login(it -> it.withUser("x509").withPassword(Password.of("secret".toCharArray())));
    }
}
