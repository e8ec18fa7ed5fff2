package org.jclone.recipient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.jclone.donor.DonorServer;
import org.jclone.donor.api.DonorConfig;
import org.jclone.donor.fixture.MadeData;
import org.jclone.recipient.api.CheckReport;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.CloneListener;
import org.jclone.recipient.api.CloneRequest;
import org.jclone.recipient.api.DonorAddress;
import org.jclone.recipient.api.LoginSettings;
import org.jclone.recipient.api.Password;
import org.jclone.recipient.api.SslMode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** No password stays in memory, however a clone or a check ends. */
class PasswordsWipedTest {

    private static final MadeData DATA =
            MadeData.builder(5).systemTablespace(64 << 10).build();

    private final Password password = Password.of(CloneRig.ACCOUNT.password().toCharArray());
    private final Password keyPassword = Password.of("of a key".toCharArray());

    @TempDir
    private Path folder;

    @AfterEach
    void noPasswordIsLeft() {
        assertWiped(password, CloneRig.ACCOUNT.password().length());
        assertWiped(keyPassword, "of a key".length());
    }

    private static void assertWiped(Password wiped, int length) {
        assertThat(wiped)
                .extracting("factors", InstanceOfAssertFactories.list(byte[].class))
                .containsExactly(new byte[length]);
    }

    @Test
    void afterAClone() throws Exception {
        try (DonorServer donor = donor()) {
            assertThat(new CloneRecipient(request(donor.port()), CloneListener.NONE)
                            .run()
                            .files())
                    .isPositive();
        }
    }

    @Test
    void afterACloneThatFailed() throws IOException {
        CloneRequest request = request(closedPort());

        CloneException failure =
                catchThrowableOfType(CloneException.class, () -> new CloneRecipient(request, CloneListener.NONE).run());

        assertThat(failure.code()).isEqualTo(CloneErrorCode.CONNECT_FAILED);
    }

    @Test
    void ofACloneThatIsNeverRunAndNoThreadIsLeft() {
        CloneRecipient recipient = new CloneRecipient(request(1), CloneListener.NONE);
        try (recipient) {
            assertThat(Thread.getAllStackTraces().keySet())
                    .noneMatch(thread -> thread.getName().equals("clone-listener"));
        }
        assertThatIllegalStateException().isThrownBy(recipient::run);
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void ofACloneThatWasInterruptedBeforeItBegan() {
        CloneRecipient recipient = new CloneRecipient(request(1), CloneListener.NONE);
        Thread.currentThread().interrupt();
        CloneException failure = catchThrowableOfType(CloneException.class, recipient::run);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(failure.code()).isEqualTo(CloneErrorCode.ABORTED);
        assertThat(failure).hasMessage("interrupted before the clone began");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void afterACheck() throws IOException {
        try (DonorServer donor = donor()) {
            assertThat(new DonorCheck(request(donor.port())).run().findings()).isNotEmpty();
        }
    }

    @Test
    void afterACheckThatReachedNoDonor() throws IOException {
        assertThat(new DonorCheck(request(closedPort())).run().findings()).isNotEmpty();
    }

    /** Zeros instead of a password would be a wrong password, which can lock an account. */
    @Test
    void aWipedPasswordIsNotSent() throws Exception {
        try (DonorServer donor = donor()) {
            CloneRequest request = request(donor.port());
            new DonorCheck(request).run();

            CheckReport again = new DonorCheck(request).run();
            assertThat(again.exitStatus()).isEqualTo(CloneErrorCode.USAGE.exitStatus());
            assertThat(again.findings().get(0).text()).contains("used up");
            CloneException failure = catchThrowableOfType(
                    CloneException.class, () -> new CloneRecipient(request, CloneListener.NONE).run());
            assertThat(failure.code()).isEqualTo(CloneErrorCode.USAGE);
            assertThat(failure).hasMessageContaining("used up");
            assertThatIllegalStateException().isThrownBy(password::toUtf8);
        }
    }

    @Test
    void aCheckOfACopyLeavesThePasswordForTheClone() throws Exception {
        try (DonorServer donor = donor()) {
            CloneRequest request = request(donor.port());
            assertThat(new DonorCheck(request.withOwnPasswords()).run().account())
                    .isPresent();
            assertThat(new CloneRecipient(request, CloneListener.NONE).run().files())
                    .isPositive();
        }
    }

    private static DonorServer donor() throws IOException {
        return DonorServer.start(
                DonorConfig.builder(DATA).account(CloneRig.ACCOUNT).build());
    }

    private static int closedPort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private CloneRequest request(int port) {
        return CloneRequest.builder()
                .donor(new DonorAddress("127.0.0.1", port))
                .login(LoginSettings.of(CloneRig.ACCOUNT.user(), password))
                .tls(it -> it.withSslMode(SslMode.DISABLED).withSslKeyPassword(keyPassword))
                .target(it -> it.withDirectory(folder.resolve("target")))
                .build();
    }
}
