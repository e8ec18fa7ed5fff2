package org.jclone.recipient.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class CloneRequestTest {

    private static final DonorAddress DONOR = new DonorAddress("db1", 3306);

    private static CloneRequest.Builder complete() {
        return CloneRequest.builder()
                .donor(DONOR)
                .login(LoginSettings.of("clone_user", Password.empty()))
                .target(TargetSettings.of(Path.of("/data/clone")));
    }

    private static void assertRefused(UnaryOperator<CloneRequest.Builder> change, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> change.apply(complete()).build())
                .withMessage(message);
    }

    @Test
    void hasMysqlsDefaults() {
        CloneRequest request = complete().build();

        assertThat(request.donor()).isEqualTo(DONOR);
        assertThat(request.login().user()).isEqualTo("clone_user");
        assertThat(request.login().password().toUtf8()).isEmpty();
        assertThat(request.tls().sslMode()).isEqualTo(SslMode.REQUIRED);
        assertThat(request.tls().policy()).isEqualTo(TlsPolicy.DEFAULT);
        assertThat(request.transfer().compression()).isEqualTo(Compression.OFF);
        assertThat(request.tls().sslCa()).isEmpty();
        assertThat(request.tls().sslCert()).isEmpty();
        assertThat(request.tls().sslKey()).isEmpty();
        assertThat(request.tls().getServerPublicKey()).isFalse();
        assertThat(request.tls().serverPublicKey()).isEmpty();
        assertThat(request.transfer().maxConcurrency()).isEqualTo(16);
        assertThat(request.transfer().autotuneConcurrency()).isTrue();
        assertThat(request.transfer().bandwidthLimits()).isEqualTo(BandwidthLimits.NONE);
        assertThat(request.transfer().blockDdl()).isFalse();
        assertThat(request.transfer().ddlTimeout()).isEqualTo(Duration.ofMinutes(5));
        assertThat(request.target().pathMappings()).isEmpty();
        assertThat(request.target().directIo()).isTrue();
    }

    @Test
    void normalisesTheDirectory() {
        Path relative = Path.of("some", "..", "clone");

        assertThat(complete().target(it -> it.withDirectory(relative)).build().directory())
                .isEqualTo(Path.of("clone").toAbsolutePath());
    }

    @Test
    void doesNotChangeWithItsBuilder() {
        CloneRequest.Builder builder = complete().target(it -> it.withPathMapping("/a", Path.of("/b")));
        CloneRequest request = builder.build();
        builder.login(it -> it.withUser("other"))
                .transfer(it -> it.withMaxConcurrency(1))
                .target(it -> it.withPathMapping("/c", Path.of("/d")));

        assertThat(request.login().user()).isEqualTo("clone_user");
        assertThat(request.transfer().maxConcurrency()).isEqualTo(16);
        assertThat(request.target().pathMappings()).isEqualTo(Map.of("/a", Path.of("/b")));
    }

    @Test
    void namesWhatIsMissing() {
        assertRefused(builder -> builder.donor(null), "donor is missing");
        assertRefused(builder -> builder.login(it -> it.withUser(null)), "user is missing");
        assertRefused(builder -> builder.login(it -> it.withUser("")), "user is missing");
        assertRefused(builder -> builder.login((LoginSettings) null), "login is missing");
        assertRefused(builder -> builder.target(TargetSettings.DEFAULT), "directory is missing");
    }

    @Test
    void refusesNamesThatCannotBeEncoded() {
        assertRefused(builder -> builder.login(it -> it.withUser("clone\u0000user")), "user contains NUL");
        assertRefused(
                builder -> builder.target(it -> it.withDirectory(Path.of("/"))),
                "directory is the root of the file system");
        assertRefused(
                builder -> builder.target(it -> it.withDirectory(Path.of("/a/.."))),
                "directory is the root of the file system");
    }

    @ParameterizedTest
    @CsvSource({
        "localhost, , PREFERRED",
        "127.0.0.2, , PREFERRED",
        "::1, , PREFERRED",
        "127.example.com, , REQUIRED",
        "10.0.0.7, , REQUIRED",
        "10.0.0.7, ca.pem, VERIFY_IDENTITY",
        "localhost, ca.pem, VERIFY_IDENTITY"
    })
    void neverUsesClearTextOverANetworkByDefault(String host, Path authority, SslMode mode) {
        CloneRequest.Builder request = complete().donor(new DonorAddress(host, 3306));
        if (authority != null) {
            request.tls(it -> it.withSslCa(authority));
        }
        assertThat(request.build().tls().sslMode()).isEqualTo(mode);
        assertThat(request.tls(it -> it.withSslMode(SslMode.DISABLED))
                        .build()
                        .tls()
                        .sslMode())
                .isEqualTo(SslMode.DISABLED);
    }

    @Test
    void requiresAnAuthorityForARevocationList() {
        assertRefused(
                builder -> builder.tls(it -> it.withPolicy(TlsPolicy.DEFAULT.withCrl(Path.of("crl.pem")))),
                "--ssl-crl and --ssl-crlpath need --ssl-ca and a mode that verifies: VERIFY_CA or VERIFY_IDENTITY");
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 129})
    void refusesConcurrencyOutOfRange(int connections) {
        assertRefused(
                builder -> builder.transfer(it -> it.withMaxConcurrency(connections)),
                "max concurrency: " + connections + " (expected: 1 to 128)");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 128})
    void acceptsConcurrencyAtTheLimitsOfItsRange(int connections) {
        assertThat(complete()
                        .transfer(it -> it.withMaxConcurrency(connections))
                        .build()
                        .transfer()
                        .maxConcurrency())
                .isEqualTo(connections);
    }

    @Test
    void refusesTimesOutOfRange() {
        assertRefused(
                builder -> builder.transfer(it -> it.withDdlTimeout(Duration.ofSeconds(-1))),
                "ddl timeout: -1 s (expected: 0 to 2592000)");
        assertRefused(
                builder -> builder.transfer(it -> it.withDdlTimeout(Duration.ofSeconds(2_592_001))),
                "ddl timeout: 2592001 s (expected: 0 to 2592000)");
        assertRefused(
                builder -> builder.login(it -> it.withConnectTimeout(Duration.ZERO)),
                "connect timeout: PT0S (expected: more than 0)");
        assertRefused(
                builder -> builder.interruptions(it -> it.withReadTimeout(Duration.ofSeconds(-1))),
                "read timeout: PT-1S (expected: more than 0)");
        assertThat(complete()
                        .transfer(it -> it.withDdlTimeout(Duration.ZERO))
                        .build()
                        .transfer()
                        .ddlTimeout())
                .isZero();
        assertThat(complete()
                        .transfer(it -> it.withDdlTimeout(Duration.ofDays(30)))
                        .build()
                        .transfer()
                        .ddlTimeout())
                .isEqualTo(Duration.ofDays(30));
    }

    @ParameterizedTest
    @EnumSource(
            value = SslMode.class,
            names = {"VERIFY_CA", "VERIFY_IDENTITY"})
    void requiresAnAuthorityToVerifyWith(SslMode mode) {
        assertRefused(
                builder -> builder.tls(it -> it.withSslMode(mode)),
                "--ssl-mode=" + mode + " needs --ssl-ca, to verify the donor's certificate with");
        assertThat(complete()
                        .tls(it -> it.withSslMode(mode).withSslCa(Path.of("ca.pem")))
                        .build()
                        .tls()
                        .sslMode())
                .isEqualTo(mode);
    }

    @Test
    void requiresCertificateAndKeyTogether() {
        String message = "--ssl-cert and --ssl-key go together, one is missing";
        assertRefused(builder -> builder.tls(it -> it.withSslCert(Path.of("cert.pem"))), message);
        assertRefused(builder -> builder.tls(it -> it.withSslKey(Path.of("key.pem"))), message);

        CloneRequest request = complete()
                .tls(it -> it.withSslCert(Path.of("cert.pem")).withSslKey(Path.of("key.pem")))
                .build();
        assertThat(request.tls().sslCert()).contains(Path.of("cert.pem"));
        assertThat(request.tls().sslKey()).contains(Path.of("key.pem"));
    }

    @Test
    void refusesOverlappingDirectories() {
        assertRefused(
                builder -> builder.target(it -> it.withDirectory(Path.of("/data/mysql"))
                        .withInnodb(it.innodb().withUndo(Path.of("/data")))),
                "undo-dir: /data holds the data directory /data/mysql");
        assertRefused(
                builder -> builder.target(it ->
                        it.withInnodb(it.innodb().withUndo(Path.of("/ssd")).withRedo(Path.of("/ssd/redo")))),
                "undo-dir: /ssd holds /ssd/redo");
        assertRefused(
                builder -> builder.target(it -> it.withDirectory(Path.of("/data"))
                        .withInnodb(it.innodb().withSystem(Path.of("/data/#clone/x")))),
                "system-dir: /data/#clone/x lies in a folder of the data directory that is the server's, or that a"
                        + " server passes over");
        InnodbDirectories same = complete()
                .target(it -> it.withDirectory(Path.of("/data"))
                        .withInnodb(it.innodb()
                                .withUndo(Path.of("/data/../ssd"))
                                .withRedo(Path.of("/ssd"))
                                .withSystem(Path.of("/data/."))))
                .build()
                .target()
                .innodb();
        assertThat(same)
                .isEqualTo(new InnodbDirectories(
                        Optional.of(Path.of("/ssd")), Optional.of(Path.of("/ssd")), Optional.empty()));
        assertThat(same.outside(Path.of("/data"))).containsExactly(Path.of("/ssd"));
    }

    @Test
    void requiresAbsolutePathsInMappings() {
        assertRefused(
                builder -> builder.target(it -> it.withPathMapping("ext", Path.of("/data/ext"))),
                "path mapping: ext (expected: an absolute path of the donor, or one that begins with ../)");
        assertRefused(
                builder -> builder.target(it -> it.withPathMapping("/ext", Path.of("data/ext"))),
                "path mapping: data/ext (expected: an absolute local path)");
    }

    @Test
    void refusesAMissingPassword() {
        assertThatNullPointerException()
                .isThrownBy(() -> complete().login(it -> it.withPassword(null)))
                .withMessage("password");
    }
}
