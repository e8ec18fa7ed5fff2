package org.jclone.recipient.tls;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.UnaryOperator;
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
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Certificates of a donor of our own, before both providers; 127.0.0.1 is where it listens. */
class DonorTrustTest {

    private static final MadeData DATA =
            MadeData.builder(3).systemTablespace(64 << 10).build();
    private static final Instant NOW = Instant.now();
    private static final Instant YESTERDAY = NOW.minus(Duration.ofHours(12));
    private static final Instant TOMORROW = NOW.plus(Duration.ofHours(24));

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
                .with(request -> settings.apply(
                        request.sslMode(SslMode.VERIFY_IDENTITY).sslCa(write("ca.pem", authority.certificatePem()))));
    }

    private void assertAccepted(Provider provider, TlsIdentity donor, UnaryOperator<CloneRequest.Builder> settings) {
        try (CloneRig rig = rig(donor, request -> settings.apply(request.tlsPolicy(with(provider))))) {
            rig.run();
        }
    }

    private void assertRefused(
            Provider provider, TlsIdentity donor, UnaryOperator<CloneRequest.Builder> settings, String words) {
        try (CloneRig rig = rig(donor, request -> settings.apply(request.tlsPolicy(with(provider))))) {
            CloneException failure = rig.refused();
            assertThat(failure.code()).as("%s", failure).isEqualTo(CloneErrorCode.TLS_FAILED);
            assertThat(failure.getMessage() + '\n' + failure.hint()).contains(words);
        }
    }

    private static TlsPolicy with(Provider provider) {
        return TlsPolicy.DEFAULT.withProvider(provider);
    }

    @ParameterizedTest
    @EnumSource(
            value = Provider.class,
            names = {"OPENSSL", "JDK"})
    void trustsWhatTheAuthoritySigned(Provider provider) {
        assertAccepted(provider, authority.donor("127.0.0.1", YESTERDAY), request -> request);
        assertAccepted(provider, authority.donor("10.0.0.7", YESTERDAY), request -> request.sslMode(SslMode.VERIFY_CA));
    }

    @ParameterizedTest
    @EnumSource(
            value = Provider.class,
            names = {"OPENSSL", "JDK"})
    void trustsTheVeryCertificateThatWasGiven(Provider provider) throws Exception {
        TlsIdentity donor = TlsIdentity.selfSigned();
        Path own = write("own.pem", donor.certificatePem());
        assertAccepted(provider, donor, request -> request.sslCa(own));
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
                request -> request.sslMode(SslMode.VERIFY_CA),
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
    void looksIntoRevocationLists(Provider provider) {
        TlsIdentity donor = authority.donor("127.0.0.1", YESTERDAY);
        TlsIdentity other = authority.donor("127.0.0.1", YESTERDAY);
        Path lists = files.resolve("list.pem");
        UnaryOperator<CloneRequest.Builder> withList =
                request -> request.tlsPolicy(with(provider).withCrl(lists));

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
    void looksIntoADirectoryOfRevocationLists(Provider provider) throws Exception {
        TlsIdentity donor = authority.donor("127.0.0.1", YESTERDAY);
        Path directory = Files.createDirectory(files.resolve("lists"));
        Files.writeString(directory.resolve("8d33f237.r0"), authority.revocationListPem(TOMORROW, List.of(donor)));
        Files.writeString(
                directory.resolve("0123abcd.r0"), new TlsAuthority("another").revocationListPem(TOMORROW, List.of()));

        assertRefused(
                provider, donor, request -> request.tlsPolicy(with(provider).withCrlPath(directory)), "is revoked");
    }
}
