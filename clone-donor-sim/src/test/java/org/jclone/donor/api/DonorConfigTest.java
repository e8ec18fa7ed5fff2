package org.jclone.donor.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jclone.donor.fault.FaultScript;
import org.jclone.donor.fixture.MadeData;
import org.jclone.protocol.auth.AuthPlugin;
import org.junit.jupiter.api.Test;

class DonorConfigTest {

    private static final Account ACCOUNT = Account.of("somebody", "a secret");

    private static DonorConfig.Builder config() {
        return DonorConfig.builder(MadeData.builder(1).table("t/a", 1 << 20).build());
    }

    @Test
    void hasTheDefaultsOfAServer() {
        DonorConfig config = config().account(ACCOUNT).build();

        assertThat(config.listen()).isEqualTo(new ListenAddress("127.0.0.1", 0));
        assertThat(config.tls()).isEqualTo(DonorTls.NONE);
        assertThat(config.limits()).isEqualTo(CloneLimits.MYSQL);
        assertThat(config.profile()).isEqualTo(DonorProfile.mysql97());
        assertThat(config.faults().isEmpty()).isTrue();
    }

    @Test
    void refusesUnusableSettings() {
        assertRefused(config(), "nobody could log in");
        assertRefused(config().account(ACCOUNT).account(ACCOUNT), "two for one user");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ListenAddress("127.0.0.1", 65536))
                .withMessageContaining("port: 65536");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new DonorTls(Optional.empty(), List.of(), true))
                .withMessageContaining("requires TLS, which is not offered");
        assertRefused(config().account(ACCOUNT).defaultPlugin(AuthPlugin.MYSQL_CLEAR_PASSWORD), "default plugin");
    }

    @Test
    void usesTheCertificateOfTheFaultScript() throws Exception {
        TlsIdentity given = TlsIdentity.selfSigned();
        FaultScript expired = FaultScript.parse("certificate expired");
        DonorConfig config =
                config().account(ACCOUNT).tls(given).faults(expired).build();

        X509Certificate shown = config.tls().identity().orElseThrow().certificate();
        assertThat(shown.getNotAfter()).isBefore(Instant.now());
        shown.verify(given.certificate().getPublicKey());
        assertThat(config.tls()).as("generated once").isEqualTo(config.tls());
        assertRefused(config().account(ACCOUNT).faults(expired), "a faulty certificate requires TLS");
        TlsIdentity noAuthority = new TlsAuthority("authority").donor("127.0.0.1", Instant.now());
        assertRefused(config().account(ACCOUNT).tls(noAuthority).faults(expired), "is not an authority");
    }

    @Test
    void refusesClientsWithoutTlsWhereTheyNeedACertificate() throws Exception {
        TlsIdentity identity = TlsIdentity.selfSigned();
        assertThat(new DonorTls(Optional.of(identity), List.of(identity.certificate()), false).requireSecureTransport())
                .isTrue();
    }

    private static void assertRefused(DonorConfig.Builder config, String reason) {
        assertThatIllegalArgumentException().isThrownBy(config::build).withMessageContaining(reason);
    }

    @Test
    void refusesLimitsThatEndNoWait() {
        assertThatIllegalArgumentException().isThrownBy(() -> CloneLimits.MYSQL.withMaxClones(0));
        assertThatIllegalArgumentException().isThrownBy(() -> CloneLimits.MYSQL.withPatience(Duration.ZERO));
        assertThatIllegalArgumentException().isThrownBy(() -> CloneLimits.MYSQL.withKeepAliveInterval(Duration.ZERO));
    }

    @Test
    void hidesSecrets() {
        assertThat(ACCOUNT.toString()).contains("somebody").doesNotContain("a secret");
        assertThat(TlsIdentity.selfSigned().toString()).contains("REDACTED");
    }

    @Test
    void signsACertificateForThisHostWithItself() throws Exception {
        TlsIdentity identity = TlsIdentity.selfSigned();
        X509Certificate read = (X509Certificate) CertificateFactory.getInstance("X.509")
                .generateCertificate(
                        new ByteArrayInputStream(identity.certificatePem().getBytes(StandardCharsets.US_ASCII)));

        assertThat(read).isEqualTo(identity.certificate());
        read.checkValidity();
        read.verify(read.getPublicKey());
        assertThat(read.getSubjectAlternativeNames())
                .contains(List.of(2, "localhost"))
                .contains(List.of(7, "127.0.0.1"));
    }
}
