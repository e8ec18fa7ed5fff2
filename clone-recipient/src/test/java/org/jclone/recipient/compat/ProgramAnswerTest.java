package org.jclone.recipient.compat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProgramAnswerTest {

    @TempDir
    private Path folder;

    @AfterEach
    void clearInterrupt() {
        Thread.interrupted();
    }

    private static ProgramAnswer shell(String script) throws CloneException {
        return ProgramAnswer.of(List.of("/bin/sh", "-c", script));
    }

    @Test
    void hasBothOutputsAndTheStatus() throws Exception {
        ProgramAnswer answer = shell("echo out; echo first >&2; echo ' last' >&2; exit 3");
        assertThat(answer).isEqualTo(new ProgramAnswer("out\n", "first\n last\n", 3));
        assertThat(answer.ending()).isEqualTo("it ended with status 3: last");
        assertThat(shell("true").ending()).isEqualTo("it ended with status 0, and wrote nothing to standard error");
    }

    @Test
    void givesTheProgramNoInput() throws Exception {
        assertThat(shell("cat").output()).isEmpty();
    }

    @Test
    void limitsTheOutput() throws Exception {
        assertThat(shell("exec yes").output()).startsWith("y\ny\n").hasSize(4 << 20);
    }

    @Test
    void readsErrorsThatDoNotFitIntoThePipe() throws Exception {
        assertThat(shell("head -c 200000 /dev/zero | tr '\\0' e >&2; echo out")).satisfies(answer -> {
            assertThat(answer.output()).isEqualTo("out\n");
            assertThat(answer.errors()).hasSize(200_000);
        });
    }

    @Test
    void refusesWhatIsNoProgram() throws Exception {
        Path text = Files.writeString(folder.resolve("text"), "no program");
        for (Path wrong : List.of(text, folder, folder.resolve("missing"))) {
            assertThatThrownBy(() -> ProgramAnswer.of(List.of(wrong.toString())))
                    .isInstanceOf(CloneException.class)
                    .hasMessage("--mysqld: " + wrong + " is not a program that jclone may run")
                    .hasFieldOrPropertyWithValue("code", CloneErrorCode.USAGE);
        }
    }

    @Test
    void stopsAtAnInterrupt() {
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> shell("sleep 60"))
                .hasMessage("interrupted while asking /bin/sh")
                .hasFieldOrPropertyWithValue("code", CloneErrorCode.ABORTED);
        assertThat(Thread.currentThread().isInterrupted()).isTrue();
    }
}
