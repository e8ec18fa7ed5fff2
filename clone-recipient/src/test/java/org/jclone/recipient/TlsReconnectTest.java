package org.jclone.recipient;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jclone.donor.DonorServer;
import org.jclone.donor.api.DonorConfig;
import org.jclone.donor.api.TlsAuthority;
import org.jclone.donor.api.TlsIdentity;
import org.jclone.donor.fixture.MadeData;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.CloneListener;
import org.jclone.recipient.api.CloneRequest;
import org.jclone.recipient.api.DonorAddress;
import org.jclone.recipient.api.LoginSettings;
import org.jclone.recipient.api.Password;
import org.jclone.recipient.api.SslMode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A connection breaks during a clone, and another server answers. It must pass the same checks as the first. */
@Timeout(300)
class TlsReconnectTest {

    private static final String HOST = "127.0.0.1";
    private static final int CUT_AFTER_BYTES = 600 << 10;

    private static final MadeData DATA =
            MadeData.builder(3).systemTablespace(64 << 10).table("t/a", 1 << 20).build();

    @TempDir
    Path folder;

    private final TlsAuthority authority = new TlsAuthority("an authority");

    private static TlsIdentity valid(TlsAuthority signer, String host) {
        return signer.donor(host, Instant.now().minus(Duration.ofHours(12)));
    }

    private static DonorServer donor(UnaryOperator<DonorConfig.Builder> settings) throws IOException {
        return DonorServer.start(settings.apply(DonorConfig.builder(DATA).account(CloneRig.ACCOUNT))
                .build());
    }

    /** The first donor breaks the connection, and from then on {@code second} answers at its address. */
    private Optional<CloneException> cloneAcross(DonorServer second, SslMode mode) throws IOException {
        TlsIdentity identity = valid(authority, HOST);
        try (DonorServer first = donor(config -> config.tls(identity));
                Switchboard switchboard = new Switchboard(first.port(), CUT_AFTER_BYTES, second.port())) {
            CloneRequest.Builder request = CloneRequest.builder()
                    .donor(new DonorAddress(HOST, switchboard.port()))
                    .login(LoginSettings.of(
                            CloneRig.ACCOUNT.user(),
                            Password.of(CloneRig.ACCOUNT.password().toCharArray())))
                    .target(it -> it.withDirectory(folder.resolve("target")))
                    .tls(it -> it.withSslMode(mode))
                    .transfer(it -> it.withMaxConcurrency(1))
                    .interruptions(it -> it.withReadTimeout(Duration.ofSeconds(10)));
            if (mode.verifiesCertificate()) {
                Path ca = Files.writeString(folder.resolve("ca.pem"), authority.certificatePem());
                request.tls(it -> it.withSslCa(ca));
            }
            try {
                new CloneRecipient(request.build(), CloneListener.NONE).run();
                return Optional.empty();
            } catch (CloneException e) {
                assertThat(switchboard.changedConnections()).as("no second try").isBetween(1, 3);
                return Optional.of(e);
            }
        }
    }

    private static void assertRefused(Optional<CloneException> failure, String words, DonorServer second) {
        assertThat(failure).hasValueSatisfying(refused -> {
            assertThat(refused.code()).isEqualTo(CloneErrorCode.TLS_FAILED);
            assertThat(refused).hasMessageContaining(words);
        });
        assertThat(second.clones()).isZero();
    }

    @Test
    void anotherCertificateOfTheAuthorityForThisNameIsAccepted() throws IOException {
        TlsIdentity renewed = valid(authority, HOST);
        try (DonorServer second = donor(config -> config.tls(renewed))) {
            Optional<CloneException> failure = cloneAcross(second, SslMode.VERIFY_IDENTITY);
            // The certificate is trusted, but this is another server without the snapshot.
            assertThat(failure)
                    .hasValueSatisfying(
                            other -> assertThat(other.code()).as("%s", other).isEqualTo(CloneErrorCode.CONNECT_FAILED));
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = SslMode.class,
            names = {"VERIFY_CA", "VERIFY_IDENTITY"})
    void aForeignCertificateIsRefused(SslMode mode) throws IOException {
        TlsIdentity foreign = valid(new TlsAuthority("another"), HOST);
        try (DonorServer second = donor(config -> config.tls(foreign))) {
            assertRefused(cloneAcross(second, mode), "CN=another", second);
        }
    }

    @Test
    void anotherNameIsRefused() throws IOException {
        TlsIdentity other = valid(authority, "10.0.0.7");
        try (DonorServer second = donor(config -> config.tls(other))) {
            assertRefused(cloneAcross(second, SslMode.VERIFY_IDENTITY), "is not for 127.0.0.1", second);
        }
    }

    @Test
    void anExpiredCertificateIsRefused() throws IOException {
        TlsIdentity expired = authority.donor(HOST, Instant.now().minus(Duration.ofDays(9)));
        try (DonorServer second = donor(config -> config.tls(expired))) {
            assertRefused(cloneAcross(second, SslMode.VERIFY_CA), "expired on", second);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = SslMode.class,
            names = {"PREFERRED", "REQUIRED", "VERIFY_CA", "VERIFY_IDENTITY"})
    void noTlsIsRefusedInEachModeThatHadIt(SslMode mode) throws IOException {
        try (DonorServer second = donor(config -> config)) {
            assertRefused(cloneAcross(second, mode), "does not offer TLS", second);
        }
    }
}
