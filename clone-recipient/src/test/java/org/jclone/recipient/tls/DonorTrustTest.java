package org.jclone.recipient.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import org.jclone.donor.api.TlsAuthority;
import org.jclone.donor.api.TlsIdentity;
import org.jclone.donor.fixture.MadeData;
import org.jclone.recipient.CloneRig;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.CloneRequest;
import org.jclone.recipient.api.SslMode;
import org.jclone.recipient.api.TlsPolicy;
import org.jclone.recipient.api.TlsPolicy.Provider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Certificates of a donor simulator on 127.0.0.1, tested with both providers. */
class DonorTrustTest {

    private static final MadeData DATA =
            MadeData.builder(3).systemTablespace(64 << 10).build();
    private static final Instant NOW = Instant.now();
    private static final Instant YESTERDAY = NOW.minus(Duration.ofHours(12));
    private static final Instant TOMORROW = NOW.plus(Duration.ofHours(24));
    private static final Duration LONG = Duration.ofDays(300);

    @TempDir
    Path parent;

    @TempDir
    Path files;

    private final TlsAuthority authority = new TlsAuthority("an authority");

    private Path write(String name, String content) {
        try {
            return Files.writeString(files.resolve(name), content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path folder() {
        try {
            return Files.createTempDirectory(parent, "clone");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private CloneRig rig(TlsIdentity donor, UnaryOperator<CloneRequest.Builder> settings) {
        return CloneRig.of(folder(), DATA, config -> config.tls(donor))
                .with(request -> settings.apply(request.tls(it -> it.withSslMode(SslMode.VERIFY_IDENTITY)
                        .withSslCa(write("ca.pem", authority.certificatePem())))));
    }

    private void assertAccepted(Provider provider, TlsIdentity donor, UnaryOperator<CloneRequest.Builder> settings) {
        try (CloneRig rig = rig(donor, request -> settings.apply(request.tls(it -> it.withPolicy(with(provider)))))) {
            rig.run();
        }
    }

    private void assertRefused(
            Provider provider, TlsIdentity donor, UnaryOperator<CloneRequest.Builder> settings, String words) {
        try (CloneRig rig = rig(donor, request -> settings.apply(request.tls(it -> it.withPolicy(with(provider)))))) {
            CloneException failure = rig.refused();
            assertThat(failure.code()).as("%s", failure).isEqualTo(CloneErrorCode.TLS_FAILED);
            assertThat(failure.getMessage() + '\n' + failure.hint()).contains(words);
        }
    }

    /** The donor sends these certificates after its own. */
    private static TlsIdentity with(TlsIdentity donor, List<X509Certificate> sent) {
        List<X509Certificate> chain = new ArrayList<>(sent);
        chain.add(0, donor.certificate());
        return new TlsIdentity(donor.key(), chain);
    }

    private static TlsPolicy with(Provider provider) {
        return TlsPolicy.DEFAULT.withProvider(provider);
    }

    @ParameterizedTest
    @EnumSource(
            value = Provider.class,
            names = {"OPENSSL", "JDK"})
    void trustsACertificateThatTheAuthoritySigned(Provider provider) {
        assertAccepted(provider, authority.donor("127.0.0.1", YESTERDAY), request -> request);
        assertAccepted(
                provider,
                authority.donor("10.0.0.7", YESTERDAY),
                request -> request.tls(it -> it.withSslMode(SslMode.VERIFY_CA)));
    }

    @ParameterizedTest
    @EnumSource(
            value = Provider.class,
            names = {"OPENSSL", "JDK"})
    void trustsTheDonorsOwnCertificateAsAuthority(Provider provider) throws Exception {
        TlsIdentity donor = TlsIdentity.selfSigned();
        Path own = write("own.pem", donor.certificatePem());
        assertAccepted(provider, donor, request -> request.tls(it -> it.withSslCa(own)));
    }

    @ParameterizedTest
    @EnumSource(
            value = Provider.class,
            names = {"OPENSSL", "JDK"})
    void namesEachFault(Provider provider) {
        assertRefused(
                provider,
                authority.donor("10.0.0.7", YESTERDAY),
                request -> request,
                "is not for 127.0.0.1: No subject alternative names matching IP address 127.0.0.1 found");
        assertRefused(
                provider,
                authority.donor("127.0.0.1", NOW.minus(Duration.ofDays(9))),
                request -> request,
                "expired on");
        assertRefused(provider, authority.donor("127.0.0.1", TOMORROW), request -> request, "is valid only from");
        assertRefused(
                provider,
                new TlsAuthority("another").donor("127.0.0.1", YESTERDAY),
                request -> request.tls(it -> it.withSslMode(SslMode.VERIFY_CA)),
                "signed by an authority that --ssl-ca does not hold: CN=another");
        assertRefused(
                provider,
                new TlsAuthority("an authority").donor("127.0.0.1", YESTERDAY),
                request -> request,
                "namesake of one in --ssl-ca");
    }

    @ParameterizedTest
    @EnumSource(
            value = Provider.class,
            names = {"OPENSSL", "JDK"})
    void refusesAClientCertificate(Provider provider) {
        assertRefused(
                provider,
                authority.clientOnly("127.0.0.1", YESTERDAY),
                request -> request.tls(it -> it.withSslMode(SslMode.VERIFY_CA)),
                "Extended key usage does not permit use for TLS server authentication");
    }

    @ParameterizedTest
    @EnumSource(
            value = Provider.class,
            names = {"OPENSSL", "JDK"})
    void followsThePathThroughTheCertificatesSent(Provider provider) {
        TlsAuthority between = authority.intermediate("between");
        TlsIdentity donor = between.donor("127.0.0.1", YESTERDAY);
        assertAccepted(provider, with(donor, List.of(between.certificate())), request -> request);
        assertAccepted(
                provider, with(donor, List.of(between.certificate(), authority.certificate())), request -> request);
    }

    /** A MySQL server sends its file of certificates unchanged. */
    @Test
    void ignoresCertificatesThatAreNotOnThePath() throws Exception {
        TlsAuthority between = authority.intermediate("between");
        TlsIdentity donor = between.donor("127.0.0.1", YESTERDAY);
        X509Certificate foreign = new TlsAuthority("gone").authority(between, NOW.minus(LONG), Duration.ofDays(1));
        X509Certificate replaced = authority.authority(between, NOW.minus(LONG), Duration.ofDays(1));
        X509Certificate unrelated =
                new TlsAuthority("x").authority(new TlsAuthority("y"), NOW.minus(LONG), Duration.ofDays(1));
        for (List<X509Certificate> sent : List.of(
                List.of(authority.certificate(), between.certificate()),
                List.of(between.certificate(), unrelated),
                List.of(unrelated, between.certificate()),
                List.of(replaced, between.certificate()),
                List.of(foreign, between.certificate()),
                List.of(between.certificate(), foreign))) {
            check(with(donor, sent));
        }
        assertThatThrownBy(() -> check(with(donor, List.of(foreign, unrelated))))
                .isInstanceOf(DonorCertificateException.class)
                .hasMessageContaining("expired on");
    }

    private void check(TlsIdentity donor) throws Exception {
        SSLEngine engine = SSLContext.getDefault().createSSLEngine("127.0.0.1", 3306);
        new DonorTrust(List.of(authority.certificate()), List.of(), false)
                .checkServerTrusted(donor.chain().toArray(X509Certificate[]::new), "UNKNOWN", engine);
    }

    @ParameterizedTest
    @EnumSource(
            value = Provider.class,
            names = {"OPENSSL", "JDK"})
    void acceptsACrossSignedRoot(Provider provider) {
        TlsAuthority older = new TlsAuthority("an older authority");
        TlsAuthority between = authority.intermediate("between");
        X509Certificate crossSigned = older.authority(authority, NOW.minus(LONG), Duration.ofDays(10));
        TlsIdentity donor = with(
                between.donor("127.0.0.1", YESTERDAY),
                List.of(between.certificate(), crossSigned, older.certificate()));

        assertAccepted(provider, donor, request -> request);
        Path olderOnly = write("older.pem", older.certificatePem());
        assertRefused(provider, donor, request -> request.tls(it -> it.withSslCa(olderOnly)), "expired on");
    }

    @ParameterizedTest
    @EnumSource(
            value = Provider.class,
            names = {"OPENSSL", "JDK"})
    void refusesAnExpiredCertificateOnTheOnlyPath(Provider provider) {
        TlsAuthority between = authority.intermediate("between");
        X509Certificate expired = authority.authority(between, NOW.minus(LONG), Duration.ofDays(1));
        assertRefused(
                provider,
                with(between.donor("127.0.0.1", YESTERDAY), List.of(expired)),
                request -> request,
                "the certificate of \"CN=between\" expired on");
    }

    @ParameterizedTest
    @EnumSource(
            value = Provider.class,
            names = {"OPENSSL", "JDK"})
    void checksTheListsOfEachAuthorityOnThePath(Provider provider) {
        TlsAuthority between = authority.intermediate("between");
        TlsIdentity donor = with(between.donor("127.0.0.1", YESTERDAY), List.of(between.certificate()));
        TlsIdentity asRevocable = new TlsIdentity(donor.key(), List.of(between.certificate()));
        Path lists = files.resolve("list.pem");
        UnaryOperator<CloneRequest.Builder> withLists =
                request -> request.tls(it -> it.withPolicy(with(provider).withCrl(lists)));
        String own = between.revocationListPem(TOMORROW, List.of());

        write("list.pem", own + authority.revocationListPem(TOMORROW, List.of()));
        assertAccepted(provider, donor, withLists);
        write("list.pem", own);
        assertRefused(provider, donor, withLists, "no valid revocation list tells");
        write("list.pem", own + authority.revocationListPem(TOMORROW, List.of(asRevocable)));
        assertRefused(provider, donor, withLists, "\"CN=between\" is revoked");
        write(
                "list.pem",
                between.revocationListPem(TOMORROW, List.of(donor)) + authority.revocationListPem(TOMORROW, List.of()));
        assertRefused(provider, donor, withLists, "\"CN=donor\" is revoked");
    }

    @ParameterizedTest
    @EnumSource(
            value = Provider.class,
            names = {"OPENSSL", "JDK"})
    void checksRevocationLists(Provider provider) {
        TlsIdentity donor = authority.donor("127.0.0.1", YESTERDAY);
        TlsIdentity other = authority.donor("127.0.0.1", YESTERDAY);
        Path lists = files.resolve("list.pem");
        UnaryOperator<CloneRequest.Builder> withList =
                request -> request.tls(it -> it.withPolicy(with(provider).withCrl(lists)));

        write("list.pem", authority.revocationListPem(TOMORROW, List.of(other)));
        assertAccepted(provider, donor, withList);
        write("list.pem", authority.revocationListPem(TOMORROW, List.of(other, donor)));
        assertRefused(provider, donor, withList, "is revoked");
        write("list.pem", authority.revocationListPem(YESTERDAY, List.of()));
        assertRefused(provider, donor, withList, "no valid revocation list tells");
        write("list.pem", new TlsAuthority("another").revocationListPem(TOMORROW, List.of()));
        assertRefused(provider, donor, withList, "no valid revocation list tells");
    }

    @ParameterizedTest
    @EnumSource(
            value = Provider.class,
            names = {"OPENSSL", "JDK"})
    void checksADirectoryOfRevocationLists(Provider provider) throws Exception {
        TlsIdentity donor = authority.donor("127.0.0.1", YESTERDAY);
        Path directory = Files.createDirectory(files.resolve("lists"));
        Files.writeString(directory.resolve("8d33f237.r0"), authority.revocationListPem(TOMORROW, List.of(donor)));
        Files.writeString(
                directory.resolve("0123abcd.r0"), new TlsAuthority("another").revocationListPem(TOMORROW, List.of()));

        assertRefused(
                provider,
                donor,
                request -> request.tls(it -> it.withPolicy(with(provider).withCrlPath(directory))),
                "is revoked");
    }
}
