package org.jclone.daemon.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.jclone.daemon.api.RunDetail;
import org.jclone.daemon.api.RunEvent;
import org.jclone.daemon.api.RunFailure;
import org.jclone.daemon.api.RunOrder;
import org.jclone.daemon.api.RunQuery;
import org.jclone.daemon.api.RunStatus;
import org.jclone.daemon.api.RunStatus.State;
import org.jclone.daemon.api.StepStatus;
import org.jclone.provision.api.Step;
import org.jclone.recipient.api.CloneErrorCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HistoryTest {

    private static final Instant NOW = Instant.parse("2026-11-30T05:53:26.123Z");
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    @TempDir
    private Path folder;

    private final List<String> warnings = new ArrayList<>();

    private History history() {
        History history = new History(folder.resolve(History.NAME), Clock.fixed(NOW, ZoneOffset.UTC), warnings::add);
        history.start(() -> {});
        return history;
    }

    private static RunDetail run(String id, String target, State state, Optional<String> key) {
        RunStatus status = new RunStatus(
                id,
                new RunOrder(target, RunOrder.Action.PROVISION, 5, key, "uid 0"),
                state,
                NOW,
                Optional.of(NOW.plusSeconds(1)),
                state.isOver() ? Optional.of(NOW.plusSeconds(9)) : Optional.empty(),
                Optional.of("20261129-000000-0000"),
                2,
                OptionalInt.empty(),
                Optional.of(Step.CATCH_UP),
                Optional.of("db1:3306"),
                Optional.of("db0:3306"),
                Optional.empty(),
                state == State.FAILED
                        ? Optional.of(new RunFailure(
                                CloneErrorCode.PROVISIONING, Optional.of(Step.CATCH_UP), "text", "hint", "holds"))
                        : Optional.empty(),
                state == State.FAILED);
        return new RunDetail(
                status,
                List.of(
                        new StepStatus(Step.CLONE, NOW, Optional.empty(), false, false),
                        new StepStatus(Step.CLONE, NOW, Optional.of(NOW.plusSeconds(3)), true, true)),
                Map.of("data_bytes", 1L << 40),
                Map.of("jclone", "0.1", "donor", "9.7.4"),
                List.of("first", "second"),
                Optional.of(Map.of("server_uuid", "u")));
    }

    private static RunEvent event(long id, String run) {
        return new RunEvent(
                id,
                NOW,
                Optional.ofNullable(run),
                Optional.empty(),
                RunEvent.Kind.DECIDED,
                Optional.of(Step.PREPARE),
                "method: GTID",
                Map.of("what", "method", "outcome", "GTID"));
    }

    /** A service manager ends a daemon that shows no sign of life while it starts. */
    @Test
    void showsSignsOfLifeWhileALargeFileIsChecked() throws Exception {
        history().close();
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve(History.NAME));
                Statement statement = connection.createStatement()) {
            // Some 3000 pages.
            statement.execute("WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000)"
                    + " INSERT INTO event (at, kind, text)"
                    + " SELECT '2026-11-30T05:53:26.123Z', 'NOTE', hex(zeroblob(1000)) FROM n");
        }
        AtomicInteger signs = new AtomicInteger();
        try (History history =
                new History(folder.resolve(History.NAME), Clock.fixed(NOW, ZoneOffset.UTC), warnings::add)) {
            history.start(signs::incrementAndGet);
            assertThat(history.problem()).isEmpty();
        }
        assertThat(signs).hasPositiveValue();
    }

    @Test
    void returnsWhatWasSaved() throws Exception {
        RunDetail failed = run("20261130-000001-0000", "db1", State.FAILED, Optional.of("k1"));
        try (History history = history()) {
            history.save(run("20261130-000001-0000", "db1", State.RUNNING, Optional.of("k1")));
            history.save(failed);
            history.flush(PATIENCE);
            HistoryReader reader = history.reader().orElseThrow();

            assertThat(reader.run(failed.status().id())).contains(failed);
            assertThat(reader.byKey("k1")).contains(failed.status());
            assertThat(reader.byKey("k2")).isEmpty();
        }
        try (HistoryReader reader = HistoryReader.open(folder.resolve(History.NAME))) { // without the daemon
            assertThat(reader.runs(RunQuery.ALL)).containsExactly(failed.status());
        }
    }

    @Test
    void pagesThroughRunsFromTheLatest() throws Exception {
        try (History history = history()) {
            for (int i = 0; i < 7; i++) {
                history.save(run(
                        "20261130-00000" + i + "-0000", i % 2 == 0 ? "even" : "odd", State.FAILED, Optional.empty()));
            }
            history.flush(PATIENCE);
            HistoryReader reader = history.reader().orElseThrow();

            List<RunStatus> first = reader.runs(query("even", Optional.empty(), 2));
            List<RunStatus> second =
                    reader.runs(query("even", Optional.of(first.get(1).id()), 2));

            assertThat(Stream.concat(first.stream(), second.stream()).map(RunStatus::id))
                    .containsExactly(
                            "20261130-000006-0000",
                            "20261130-000004-0000",
                            "20261130-000002-0000",
                            "20261130-000000-0000");
        }
    }

    private static RunQuery query(String target, Optional<String> before, int limit) {
        return new RunQuery(
                Optional.of(target),
                Set.of(State.FAILED),
                Optional.empty(),
                Optional.of(NOW.plusSeconds(1)),
                before,
                limit);
    }

    @Test
    void returnsEventsAfterANumber() throws Exception {
        try (History history = history()) {
            history.append(event(5, "a"));
            history.append(event(6, null));
            history.append(event(7, "a"));
            history.flush(PATIENCE);
            HistoryReader reader = history.reader().orElseThrow();

            assertThat(reader.events(Optional.of("a"), 5, 10)).containsExactly(event(7, "a"));
            assertThat(reader.events(Optional.empty(), 0, 2)).containsExactly(event(5, "a"), event(6, null));
        }
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve(History.NAME));
                Statement statement = connection.createStatement();
                var rows = statement.executeQuery("SELECT what, outcome FROM decision WHERE run = 'a'")) {
            assertThat(rows.next()).isTrue();
            assertThat(rows.getString(2)).isEqualTo("GTID");
        }
    }

    @Test
    void forgetsWhatIsOld() throws Exception {
        try (History history = history()) {
            history.save(run("20261130-000001-0000", "db1", State.FAILED, Optional.empty()));
            history.save(run("20261130-000002-0000", "db1", State.RUNNING, Optional.empty()));
            history.append(event(5, "20261130-000001-0000"));
            history.forget(NOW.plusSeconds(100));
            history.flush(PATIENCE);
            HistoryReader reader = history.reader().orElseThrow();

            assertThat(reader.runs(RunQuery.ALL).stream().map(RunStatus::id)).containsExactly("20261130-000002-0000");
            assertThat(reader.events(Optional.empty(), 0, 10)).isEmpty();
        }
    }

    @Test
    void setsAFileAsideThatIsNoDatabase() throws Exception {
        Files.writeString(folder.resolve(History.NAME), "not a database".repeat(1000));
        assertIsSetAside("cannot be used");
    }

    @Test
    void setsADamagedFileAside() throws Exception {
        try (History history = history()) {
            for (int i = 0; i < 2000; i++) {
                history.append(event(i + 1, "run " + i));
            }
            history.flush(PATIENCE);
        }
        Path file = folder.resolve(History.NAME);
        byte[] content = Files.readAllBytes(file);
        java.util.Arrays.fill(content, 8192, content.length - 8192, (byte) 0x55);
        Files.write(file, content);
        assertIsSetAside("cannot be used");
    }

    @Test
    void setsAFileOfANewerJcloneAside() throws Exception {
        history().close();
        change("PRAGMA user_version = 99");
        assertIsSetAside("its schema has version 99");
    }

    @Test
    void setsAFileOfAnotherProgramAside() throws Exception {
        change("CREATE TABLE other (id INTEGER)");
        assertIsSetAside("it is not a history of jclone");
    }

    private void change(String sql) throws Exception {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve(History.NAME));
                Statement statement = connection.createStatement()) {
            statement.executeUpdate(sql);
        }
    }

    private void assertIsSetAside(String warning) throws Exception {
        byte[] before = Files.readAllBytes(folder.resolve(History.NAME));
        try (History history = history()) {
            history.save(run("20261130-000001-0000", "db1", State.FAILED, Optional.empty()));
            history.flush(PATIENCE);

            assertThat(history.problem()).isEmpty();
            assertThat(history.reader().orElseThrow().runs(RunQuery.ALL)).hasSize(1);
        }
        assertThat(warnings).singleElement().asString().contains(warning);
        assertThat(folder.resolve("history.sqlite.unusable-20261130-055326")).hasBinaryContent(before);
    }

    @Test
    void aHistoryThatCannotBeWrittenIsAWarning() throws Exception {
        Files.createDirectories(folder.resolve("history.sqlite/full"));
        Files.createDirectory(folder.resolve("history.sqlite.unusable-20261130-055326"));
        Files.createFile(folder.resolve("history.sqlite.unusable-20261130-055326/file"));
        try (History history = history()) {
            history.append(event(1, "a"));
            history.flush(PATIENCE);

            assertThat(history.reader()).isEmpty();
            assertThat(history.problem()).isPresent();
            assertThat(warnings).hasSize(1);
        }
    }

    @Test
    void isWrittenAgainAfterAFailureThatIsABug() throws Exception {
        AtomicReference<Instant> now = new AtomicReference<>(NOW);
        InstantSource instants = now::get;
        Clock clock = instants.withZone(ZoneOffset.UTC);
        try (History history = new History(folder.resolve(History.NAME), clock, warnings::add)) {
            history.start(() -> {});
            history.append(null);
            history.flush(PATIENCE);
            assertThat(warnings).singleElement().asString().contains("is not written");

            now.set(NOW.plusSeconds(60));
            history.append(event(1, "a"));
            history.flush(PATIENCE);
            assertThat(history.problem()).isEmpty();
            assertThat(history.reader().orElseThrow().events(Optional.empty(), 0, 10))
                    .containsExactly(event(1, "a"));
        }
    }

    @Test
    void aCommitSurvivesALossOfPower() throws Exception {
        Path file = folder.resolve(History.NAME);
        try (Connection connection = HistoryFile.open(file, Clock.fixed(NOW, ZoneOffset.UTC), warnings::add, () -> {});
                Statement statement = connection.createStatement();
                var rows = statement.executeQuery("PRAGMA synchronous")) {
            assertThat(rows.getInt(1)).isEqualTo(2); // FULL
        }
    }

    @Test
    void keepsAFileThatCannotBeOpenedNow() throws Exception {
        history().close();
        Files.createDirectory(folder.resolve("history.sqlite-wal"));
        try (History history = history()) {
            assertThat(history.problem()).isPresent();
        }
        assertThat(warnings).singleElement().asString().contains("is not written");
        assertThat(folder.resolve(History.NAME)).isRegularFile();
    }

    @Test
    void readingDoesNotCreateAFile() {
        assertThatThrownBy(() -> HistoryReader.open(folder.resolve("none.sqlite")))
                .isInstanceOf(HistoryException.class)
                .hasMessageContaining("there is no such file");
        assertThat(folder.resolve("none.sqlite")).doesNotExist();
    }
}
