package org.jclone.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import org.jclone.daemon.api.CancelMode;
import org.jclone.daemon.api.RunOrder;
import org.jclone.daemon.api.RunStatus.State;
import org.jclone.daemon.history.History;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LiveRunTest {

    private static final Instant NOW = Instant.parse("2026-11-30T05:53:26Z");
    private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);

    @TempDir
    private Path folder;

    @Test
    void aRunThatHasEndedIsNotStopped() {
        RunOrder order = new RunOrder("db1", RunOrder.Action.PROVISION, 0, Optional.empty(), "test");
        try (History history = new History(folder.resolve(History.NAME), CLOCK, warning -> {})) {
            history.start(() -> {});
            try (EventBus events = new EventBus(CLOCK, history)) {
                LiveRun run = new LiveRun(
                        StoredRun.of("id", order, folder, NOW, Optional.empty()),
                        Optional.empty(),
                        Optional.empty(),
                        CLOCK,
                        () -> 0,
                        events,
                        changed -> {});
                run.begin();
                run.end(State.FAILED, Optional.empty(), false);

                run.stop(CancelMode.RESUMABLE, "too late");

                assertThat(run.state()).isEqualTo(State.FAILED);
            }
        }
    }
}
