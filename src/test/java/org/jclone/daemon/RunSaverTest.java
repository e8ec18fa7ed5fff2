package org.jclone.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;
import org.jclone.daemon.api.RunEvent.Kind;
import org.jclone.daemon.api.RunOrder;
import org.jclone.daemon.api.RunStatus.State;
import org.jclone.daemon.history.History;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class RunSaverTest {

    private static final Instant NOW = Instant.parse("2026-11-30T05:53:26Z");
    private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);

    @TempDir
    private Path folder;

    @Test
    void theHistoryHasTheEndOfARunBeforeItsFileIsDeleted() throws Exception {
        RunFiles files = new RunFiles(folder);
        try (History history = new History(folder.resolve(History.NAME), CLOCK, warning -> {});
                EventBus events = new EventBus(CLOCK, history)) {
            history.start(() -> {});
            RunSaver saver = new RunSaver(files, history, new Warnings());
            StoredRun stored = StoredRun.of(
                    "id",
                    new RunOrder("db1", RunOrder.Action.PROVISION, 0, Optional.empty(), "test"),
                    folder,
                    NOW,
                    Optional.empty());
            saver.create(stored);
            LiveRun run = new LiveRun(
                    stored,
                    new RunFacts("1.0", Optional.empty(), Optional.empty()),
                    CLOCK,
                    () -> 0,
                    events,
                    saver::changed);
            for (int i = 0; i < 3000; i++) { // the disk is busy for a moment
                events.publish(Optional.empty(), Optional.empty(), Kind.NOTE, Optional.empty(), "x", Map.of());
            }
            run.end(State.CANCELLED, Optional.empty(), false);
            saver.remove(run);

            assertThat(files.readAll(warning -> {})).isEmpty();
            assertThat(history.reader()
                            .orElseThrow()
                            .run("id")
                            .orElseThrow()
                            .status()
                            .state())
                    .isEqualTo(State.CANCELLED);
        }
    }
}
