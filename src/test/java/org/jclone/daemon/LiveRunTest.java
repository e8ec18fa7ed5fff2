package org.jclone.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.jclone.daemon.api.CancelMode;
import org.jclone.daemon.api.RunOrder;
import org.jclone.daemon.api.RunStatus.State;
import org.jclone.daemon.history.History;
import org.jclone.provision.api.PersistedReport;
import org.jclone.provision.api.ProvisionResult;
import org.jclone.recipient.api.DonorAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LiveRunTest {

    private static final Instant NOW = Instant.parse("2026-11-30T05:53:26Z");
    private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);

    @TempDir
    private Path folder;

    @Test
    void theResultNamesTheSourceIfThereIsOne() {
        assertThat(named(Optional.of(DonorAddress.parse("db0:3306")))).containsEntry("source", "db0:3306");
        assertThat(named(Optional.empty())).doesNotContainKey("source").containsEntry("donor", "db1:3306");
    }

    private Map<String, String> named(Optional<DonorAddress> source) {
        RunOrder order = new RunOrder("db1", RunOrder.Action.PROVISION, 0, Optional.empty(), "test");
        Path file = folder.resolve(source.isPresent() ? "with" : "without");
        try (History history = new History(file, CLOCK, warning -> {})) {
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
                run.setResult(new ProvisionResult(
                        folder,
                        DonorAddress.parse("db1:3306"),
                        source,
                        List.of(),
                        "uuid",
                        7,
                        true,
                        Optional.empty(),
                        folder.resolve("my.cnf"),
                        true,
                        List.of(),
                        "mysqld",
                        Optional.empty(),
                        new PersistedReport(Set.of(), Set.of(), true),
                        List.of(),
                        Map.of()));
                assertThat(run.status(OptionalInt.empty()).source()).isEqualTo(source.map(Object::toString));
                return run.detail(OptionalInt.empty()).result().orElseThrow();
            }
        }
    }

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
