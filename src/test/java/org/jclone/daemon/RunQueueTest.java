package org.jclone.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.jclone.daemon.api.RunOrder;
import org.jclone.daemon.api.RunStatus.State;
import org.jclone.daemon.history.History;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** One run that is over, and leaves late. */
@Timeout(60)
class RunQueueTest {

    private static final Instant NOW = Instant.parse("2026-11-30T05:53:26Z");
    private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);

    @TempDir
    private Path folder;

    private final AtomicLong nanos = new AtomicLong();
    private final RunQueue queue = new RunQueue(nanos::get);
    private History history;
    private EventBus events;
    private LiveRun run;

    @BeforeEach
    void setUp() throws Exception {
        history = new History(folder.resolve(History.NAME), CLOCK, warning -> {});
        history.start(() -> {});
        events = new EventBus(CLOCK, history);
        RunOrder order = new RunOrder("db1", RunOrder.Action.PROVISION, 0, Optional.empty(), "test");
        run = new LiveRun(
                StoredRun.of("id", order, folder, NOW, Optional.empty()),
                new RunFacts("1.2", Optional.empty(), Optional.empty()),
                CLOCK,
                nanos::get,
                events,
                changed -> {});
        queue.add(run);
        run.end(State.SUCCEEDED, Optional.empty(), false);
    }

    @AfterEach
    void tearDown() {
        events.close();
        history.close();
    }

    /** The threads of other runs notify, too. */
    @Test
    void waitsForARunThatLeavesHoweverOftenItIsNotified() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        Thread others = new Thread(() -> {
            begun.countDown();
            for (int i = 0; i < 200; i++) {
                synchronized (queue) {
                    queue.notifyAll();
                }
                LockSupport.parkNanos(1_000_000);
            }
            synchronized (queue) {
                queue.remove(run);
            }
        });
        synchronized (queue) {
            others.start();
            begun.await();
            queue.awaitLeaving("db1");
            assertThat(queue.ofTarget("db1")).isEmpty();
        }
        others.join();
    }

    @Test
    void givesUpARunThatDoesNotLeaveForFiveSeconds() throws Exception {
        LongSupplier hasty = () -> nanos.addAndGet(1_000_000_000);
        RunQueue other = new RunQueue(hasty);
        synchronized (other) {
            other.add(run);
            other.awaitLeaving("db1");
            assertThat(other.ofTarget("db1")).isPresent();
        }
        assertThat(nanos.get()).isEqualTo(6_000_000_000L);
    }

    @Test
    void waitsForNoRunOfAnotherTarget() throws Exception {
        synchronized (queue) {
            queue.awaitLeaving("db2"); // otherwise for ever: the clock stands still
        }
        assertThat(queue.hasRun("db1")).isTrue();
    }
}
