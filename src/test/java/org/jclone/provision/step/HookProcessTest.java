package org.jclone.provision.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(300)
class HookProcessTest {

    private static final Duration LIMIT = Duration.ofSeconds(50);

    @TempDir
    Path folder;

    private final List<String> output = new ArrayList<>();

    private Optional<String> run(String command, String input, Duration limit) throws Exception {
        return HookProcess.run(command, input, limit, output::add, System::nanoTime);
    }

    @Test
    void givesTheInputAndPassesOnBothOutputs() throws Exception {
        assertThat(run("cat; echo wrong >&2", "{\"a\": 1}\n", LIMIT)).isEmpty();
        assertThat(output).containsExactly("{\"a\": 1}", "wrong");
    }

    @Test
    void reportsTheStatus() throws Exception {
        assertThat(run("echo no space; exit 7", "", LIMIT)).contains("ended with status 7");
        assertThat(output).containsExactly("no space");
    }

    /** A pipe would be full. */
    @Test
    void needsNoReaderForALongInput() throws Exception {
        assertThat(run("sleep 0.2", "x".repeat(1 << 20), LIMIT)).isEmpty();
    }

    @Test
    void killsWhatDoesNotEnd() throws Exception {
        Path alive = folder.resolve("alive");
        assertThat(run("sleep 1000 & echo $! > " + alive + "; echo begun; wait", "", Duration.ofSeconds(2)))
                .contains("did not end within 2 s");
        assertThat(output).containsExactly("begun");
        Optional<ProcessHandle> child =
                ProcessHandle.of(Long.parseLong(Files.readString(alive).strip()));
        child.ifPresent(process -> process.onExit().join());
    }

    @Test
    void doesNotWaitForAChildThatTheHookLeavesBehind() throws Exception {
        Path pid = folder.resolve("pid");
        assertThat(run("sleep 1000 & echo $! > " + pid + "; echo done", "", LIMIT))
                .isEmpty();
        assertThat(output).containsExactly("done");
        ProcessHandle.of(Long.parseLong(Files.readString(pid).strip())).ifPresent(ProcessHandle::destroyForcibly);
    }

    @Test
    void cutsLongLines() throws Exception {
        assertThat(run("head -c 5000 /dev/zero | tr '\\0' x", "", LIMIT)).isEmpty();
        assertThat(output.get(0)).hasSize(1003).endsWith("x...");
    }

    @Test
    void leavesNoFileBehind() throws Exception {
        String before = temporary();
        assertThat(run("cat >/dev/null", "secret", LIMIT)).isEmpty();
        assertThat(temporary()).isEqualTo(before);
    }

    private static String temporary() throws Exception {
        try (var files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            return files.map(path -> path.getFileName().toString())
                    .filter(name -> name.startsWith("jclone-hook"))
                    .sorted()
                    .toList()
                    .toString();
        }
    }

    @Test
    void endsWithTheRun() throws Exception {
        Path pid = folder.resolve("pid");
        Thread.currentThread().interrupt();
        CloneException failure = catchThrowableOfType(
                CloneException.class, () -> run("echo $$ > " + pid + "; exec sleep 1000", "", LIMIT));
        assertThat(failure.code()).isEqualTo(CloneErrorCode.ABORTED);
        assertThat(Thread.interrupted()).isTrue();
    }
}
