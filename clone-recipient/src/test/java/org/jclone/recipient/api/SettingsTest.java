package org.jclone.recipient.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jclone.recipient.api.TlsPolicy.Provider;
import org.junit.jupiter.api.Test;

/** Each {@code with} method changes the component of its name. */
class SettingsTest {

    private static final Path FILE = Path.of("/a");
    private static final Path OTHER = Path.of("/b");

    @Test
    void changeTheLogin() {
        Password password = Password.of('x');
        assertThat(LoginSettings.of("a", Password.empty())
                        .withUser("b")
                        .withPassword(password)
                        .withConnectTimeout(Duration.ofSeconds(3)))
                .isEqualTo(new LoginSettings("b", password, Duration.ofSeconds(3)));
    }

    @Test
    void changeTls() {
        Password password = Password.of('x');
        TlsPolicy policy = TlsPolicy.DEFAULT.withProvider(Provider.JDK);
        assertThat(TlsSettings.DEFAULT
                        .withSslMode(SslMode.VERIFY_CA)
                        .withPolicy(policy)
                        .withSslCa(FILE)
                        .withSslCert(OTHER)
                        .withSslKey(Path.of("/c"))
                        .withSslKeyPassword(password)
                        .withGetServerPublicKey(true)
                        .withServerPublicKey(Path.of("/d")))
                .isEqualTo(new TlsSettings(
                        Optional.of(SslMode.VERIFY_CA),
                        policy,
                        Optional.of(FILE),
                        Optional.of(OTHER),
                        Optional.of(Path.of("/c")),
                        password,
                        true,
                        Optional.of(Path.of("/d"))));
    }

    @Test
    void changeTheTlsPolicy() {
        assertThat(TlsPolicy.DEFAULT
                        .withVersions(List.of("TLSv1.3"))
                        .withCipherSuites(List.of("a"))
                        .withCiphers(List.of("b"))
                        .withCrl(FILE)
                        .withCrlPath(OTHER)
                        .withProvider(Provider.OPENSSL))
                .isEqualTo(new TlsPolicy(
                        List.of("TLSv1.3"),
                        List.of("a"),
                        List.of("b"),
                        Optional.of(FILE),
                        Optional.of(OTHER),
                        Provider.OPENSSL));
    }

    @Test
    void changeTheTransfer() {
        BandwidthLimits limits = new BandwidthLimits(1, 2);
        assertThat(TransferSettings.DEFAULT
                        .withMaxConcurrency(3)
                        .withAutotuneConcurrency(false)
                        .withBandwidthLimits(limits)
                        .withCompression(Compression.ON)
                        .withBlockDdl(true)
                        .withDdlTimeout(Duration.ofSeconds(4))
                        .withDelayAfterDataDrop(Duration.ofSeconds(5))
                        .withCheckFirst(true))
                .isEqualTo(new TransferSettings(
                        3, false, limits, Compression.ON, true, Duration.ofSeconds(4), Duration.ofSeconds(5), true));
    }

    @Test
    void changeTheInterruptions() {
        RetryPolicy retry = new RetryPolicy(2, List.of(Duration.ZERO));
        assertThat(InterruptionSettings.DEFAULT
                        .withReadTimeout(Duration.ofSeconds(1))
                        .withTransitionTimeout(Duration.ofSeconds(2))
                        .withReconnectTimeout(Duration.ofSeconds(3))
                        .withResume(ResumeMode.AUTO)
                        .withReplacesOther(true)
                        .withJournal(false)
                        .withRetry(retry))
                .isEqualTo(new InterruptionSettings(
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(2),
                        Optional.of(Duration.ofSeconds(3)),
                        ResumeMode.AUTO,
                        true,
                        false,
                        retry));
    }

    @Test
    void changeTheTarget() {
        InnodbDirectories innodb =
                InnodbDirectories.NONE.withUndo(FILE).withRedo(OTHER).withSystem(Path.of("/c"));
        assertThat(innodb)
                .isEqualTo(new InnodbDirectories(Optional.of(FILE), Optional.of(OTHER), Optional.of(Path.of("/c"))));
        TargetServer server = TargetServer.known(Optional.of("9.7.1"), Optional.empty(), Optional.empty());
        assertThat(TargetSettings.DEFAULT
                        .withDirectory(Path.of("/data"))
                        .withInnodb(innodb)
                        .withReplacement(Replacement.SWAP)
                        .withPathMapping("/x", FILE)
                        .withPathMapping("/y", OTHER)
                        .withDirectIo(false)
                        .withVerify(VerifyMode.WARN)
                        .withEncryption(EncryptionSettings.keyringFile(FILE))
                        .withServer(server))
                .isEqualTo(new TargetSettings(
                        Optional.of(Path.of("/data")),
                        innodb,
                        Replacement.SWAP,
                        Map.of("/x", FILE, "/y", OTHER),
                        false,
                        VerifyMode.WARN,
                        EncryptionSettings.keyringFile(FILE),
                        server,
                        Optional.empty()));
    }

    @Test
    void refuseWhatTheRecordRefuses() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TransferSettings.DEFAULT.withMaxConcurrency(0))
                .withMessage("max concurrency: 0 (expected: 1 to 128)");
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> RecordCopy.with(TransferSettings.DEFAULT, "concurrency", 1));
    }
}
