package org.jclone.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jclone.daemon.api.RunEvent;
import org.jclone.daemon.api.RunOrder;
import org.jclone.daemon.history.History;
import org.jclone.daemon.throttle.ThrottleSchedule;
import org.jclone.recipient.api.CloneEvent;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** One run, whose thread waits for a latch. */
@Timeout(60)
class HeartbeatTest {

    private static final Instant NOW = Instant.parse("2026-11-30T05:53:26Z");
    private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);
    private static final Duration LIMIT = Duration.ofSeconds(100);

    @TempDir
    private Path folder;

    private final AtomicLong nanos = new AtomicLong();
    private final RunQueue queue = new RunQueue(nanos::get);
    private final AtomicInteger beats = new AtomicInteger();
    private final CountDownLatch end = new CountDownLatch(1);
    private final Thread thread = new Thread(this::hang, "run-id");
    private History history;
    private EventBus events;
    private LiveRun run;

    private void hang() {
        try {
            end.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @BeforeEach
    void setUp() throws Exception {
        history = new History(folder.resolve(History.NAME), CLOCK, warning -> {});
        history.start(() -> {});
        events = new EventBus(CLOCK, history);
        run = new LiveRun(
                StoredRun.of(
                        "id",
                        new RunOrder("db1", RunOrder.Action.PROVISION, 0, Optional.empty(), "test"),
                        folder,
                        NOW,
                        Optional.empty()),
                new RunFacts("1.0", Optional.empty(), Optional.empty()),
                CLOCK,
                nanos::get,
                events,
                changed -> {});
        run.signs().setThread(thread);
        run.begin();
        queue.add(run);
        queue.enter(run);
        thread.start();
        while (thread.getState() != Thread.State.WAITING) {
            Thread.sleep(1);
        }
        run.signs().since(); // what the start of the thread used is noticed
    }

    @AfterEach
    void tearDown() throws Exception {
        end.countDown();
        thread.join();
        events.close();
        history.close();
    }

    private Heartbeat heartbeat(Duration limit) {
        DaemonSettings settings = new DaemonSettings(folder, 1, Duration.ofDays(1), limit, new TreeMap<>());
        return new Heartbeat(
                queue,
                new CurrentConfiguration(
                        new DaemonConfiguration(folder, settings, List.of(), ThrottleSchedule.NONE), NOW),
                beats::incrementAndGet);
    }

    private void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    private List<RunEvent.Kind> published() {
        return events.events(Optional.of("id"), 0, 100).stream()
                .map(RunEvent::kind)
                .toList();
    }

    @Test
    void aRunThatHangsSilencesIt() {
        Heartbeat heartbeat = heartbeat(LIMIT);
        pass(LIMIT);
        heartbeat.beat();
        assertThat(beats).hasValue(1);

        pass(Duration.ofSeconds(1));
        heartbeat.beat();
        heartbeat.beat();

        assertThat(beats).hasValue(1);
        assertThat(published()).containsExactly(RunEvent.Kind.WARNING);
    }

    @Test
    void anEventIsASignOfLife() {
        Heartbeat heartbeat = heartbeat(LIMIT);
        pass(LIMIT);
        run.onEvent(new CloneEvent.Reconnected(1, Duration.ofSeconds(1)));
        pass(LIMIT);

        heartbeat.beat();

        assertThat(beats).hasValue(1);
    }

    @Test
    void aThreadThatWorksIsASignOfLife() throws Exception {
        Thread worker = new Thread(() -> {
            for (long i = 0; end.getCount() > 0; i++) {
                Math.sqrt(i);
            }
        });
        worker.start();
        try {
            run.signs().setThread(worker);
            Heartbeat heartbeat = heartbeat(LIMIT);
            long before = beats.get();
            while (beats.get() < before + 2) { // it gets a processor at some time
                pass(LIMIT.plusSeconds(1));
                heartbeat.beat();
                Thread.sleep(1);
            }
        } finally {
            end.countDown();
            worker.join();
        }
    }

    @Test
    void withoutALimitItAlwaysAnswers() {
        pass(Duration.ofDays(365));

        heartbeat(Duration.ZERO).beat();

        assertThat(beats).hasValue(1);
    }

    @Test
    void aRunThatDoesNotStopIsWaitedForAsLongAsItLives() {
        Heartbeat heartbeat = heartbeat(Duration.ZERO);
        synchronized (queue) {
            assertThat(heartbeat.isStopInVain()).isFalse();
            pass(Duration.ofMinutes(6));
            assertThat(heartbeat.isStopInVain()).isTrue();
        }
    }
}
