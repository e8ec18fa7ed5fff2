package org.jclone.recipient.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.Optional;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.CloneListener;
import org.jclone.recipient.api.CloneRequest;
import org.jclone.recipient.api.CloneStage;
import org.jclone.recipient.api.LoginSettings;
import org.jclone.recipient.api.Password;
import org.jclone.recipient.api.ResumeMode;
import org.jclone.recipient.api.StageProgress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a session does before it connects. What it leaves when it fails later is in {@link FailedCloneTest}; whole clones
 * are in the tests of {@code CloneRecipient}.
 */
class CloneSessionTest {

    @TempDir
    Path root;

    private final Password password = Password.of("secret".toCharArray());

    private CloneSession session(ResumeMode resume) {
        CloneRequest request = CloneRequest.builder()
                .donor(TestContext.DONOR)
                .login(LoginSettings.of("clone_user", password))
                .target(target -> target.withDirectory(root))
                .interruptions(interruptions -> interruptions.withResume(resume))
                .transfer(transfer -> transfer.withCheckFirst(false))
                .build();
        return new CloneSession(
                request, Optional.empty(), CloneListener.NONE, Clock.fixed(TestContext.BEGIN, ZoneOffset.UTC), () -> 0);
    }

    private static CloneException failure(CloneSession session) {
        CloneException[] failure = new CloneException[1];
        assertThatExceptionOfType(CloneException.class)
                .isThrownBy(session::run)
                .satisfies(thrown -> failure[0] = thrown);
        return failure[0];
    }

    @Test
    void touchesNothingInADirectoryWithForeignFiles() throws Exception {
        Path foreign = Files.createFile(root.resolve("notes.txt"));
        CloneException failure = failure(session(ResumeMode.NEVER));

        assertThat(failure.code()).isEqualTo(CloneErrorCode.TARGET_NOT_USABLE);
        assertThat(root.toFile().listFiles()).containsExactly(foreign.toFile());
        assertThat(password.isUsedUp()).as("wiped").isTrue();
    }

    @Test
    void resumesOnlyWhatIsThere() {
        assertThat(failure(session(ResumeMode.REQUIRED)).code()).isEqualTo(CloneErrorCode.TARGET_NOT_USABLE);
    }

    @Test
    void doesNotConnectIfItWasAbortedBefore() {
        CloneSession session = session(ResumeMode.NEVER);
        session.suspend("SIGHUP");
        session.abort("SIGTERM");
        CloneException failure = failure(session);

        assertThat(failure.code()).isEqualTo(CloneErrorCode.ABORTED);
        assertThat(failure).hasMessage("stopped: SIGTERM");
        assertThat(root).isEmptyDirectory();
        assertThat(session.progress().stages())
                .allSatisfy(stage -> assertThat(stage.state()).isEqualTo(StageProgress.State.NOT_STARTED))
                .hasSize(CloneStage.values().length);
    }
}
