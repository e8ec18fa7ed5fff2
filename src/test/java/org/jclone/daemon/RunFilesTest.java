package org.jclone.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jclone.daemon.api.CancelMode;
import org.jclone.daemon.api.RunOrder;
import org.jclone.provision.api.Step;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunFilesTest {

    private static final Instant NOW = Instant.parse("2026-11-30T05:53:26.123456Z");

    @TempDir
    private Path folder;

    private static StoredRun run(String id) {
        return StoredRun.of(
                id,
                new RunOrder("db1", RunOrder.Action.PROVISION, -3, Optional.of("k=1"), "token a=b"),
                Path.of("/var/lib/mysql=x"),
                NOW,
                Optional.of("earlier"));
    }

    @Test
    void readsWhatItWrote() throws Exception {
        RunFiles files = new RunFiles(folder);
        StoredRun begun = run("b").begunBy(NOW).in(Step.CLONE).stopping(CancelMode.FOR_GOOD);
        files.write(begun);
        files.write(run("a"));

        assertThat(files.readAll(warning -> {})).containsExactly(run("a"), begun);

        files.remove("a");
        assertThat(files.readAll(warning -> {})).containsExactly(begun);
    }

    @Test
    void aDamagedFileConcernsOneRun() throws Exception {
        RunFiles files = new RunFiles(folder);
        files.write(run("a"));
        files.write(run("b"));
        Files.writeString(folder.resolve("a.run"), "jclone run 1\nTARGET=db1\n");
        List<String> warnings = new ArrayList<>();

        assertThat(files.readAll(warnings::add)).containsExactly(run("b"));

        assertThat(warnings).singleElement().asString().contains("a.run", "ACTION is missing");
        assertThat(folder.resolve("a.run.unusable")).exists();
    }

    @Test
    void countsProcessesThatEndWithinTheFurthestStep() {
        StoredRun run = run("a").begunBy(NOW).in(Step.CATCH_UP);
        assertThat(run.processesInStep()).isEqualTo(1);

        run = run.begunBy(NOW).in(Step.FIRST_START).in(Step.CATCH_UP);
        assertThat(run.processesInStep()).isEqualTo(2);

        assertThat(run.interrupted().processesInStep()).isEqualTo(1);
        assertThat(run.in(Step.HAND_OVER).processesInStep()).isEqualTo(1);
        assertThat(run.startedAt()).contains(NOW);
    }
}
