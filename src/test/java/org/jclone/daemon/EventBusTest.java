package org.jclone.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jclone.daemon.api.RunEvent;
import org.jclone.daemon.api.RunEvent.Kind;
import org.jclone.daemon.api.RunSubscriber;
import org.jclone.daemon.history.History;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class EventBusTest {

    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-30T05:53:26Z"), ZoneOffset.UTC);

    @TempDir
    private Path folder;

    /** Collects what it gets. */
    private static final class Collector implements RunSubscriber {
        private final List<String> texts = new CopyOnWriteArrayList<>();
        private final CompletableFuture<Reason> closed = new CompletableFuture<>();
        private final CountDownLatch gate;

        Collector(CountDownLatch gate) {
            this.gate = gate;
        }

        @Override
        public void onEvent(RunEvent event) {
            try {
                gate.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            texts.add(event.text());
        }

        @Override
        public void onClosed(Reason reason) {
            closed.complete(reason);
        }
    }

    private History history() {
        History history = new History(folder.resolve(History.NAME), CLOCK, warning -> {});
        history.start(() -> {});
        return history;
    }

    private static RunEvent publish(EventBus bus, String run, Kind kind, String text) {
        return bus.publish(Optional.of(run), Optional.of("db1"), kind, Optional.empty(), text, Map.of());
    }

    @Test
    void passesOldEventsThenNewOnesAndEndsWithTheRun() throws Exception {
        try (History history = history();
                EventBus bus = new EventBus(CLOCK, history)) {
            RunEvent first = publish(bus, "a", Kind.NOTE, "1");
            publish(bus, "a", Kind.NOTE, "2");
            publish(bus, "b", Kind.NOTE, "other");
            Collector collector = new Collector(new CountDownLatch(0));
            bus.subscribe(Optional.of("a"), Optional.of(first.id()), false, collector);
            publish(bus, "a", Kind.NOTE, "3");
            publish(bus, "a", Kind.ENDED, "4");
            publish(bus, "a", Kind.NOTE, "too late");

            assertThat(collector.closed.get(10, TimeUnit.SECONDS)).isEqualTo(RunSubscriber.Reason.RUN_OVER);
            assertThat(collector.texts).containsExactly("2", "3", "4");
        }
    }

    @Test
    void eventsOfAnEarlierProcessComeFromTheHistory() throws Exception {
        RunEvent early;
        try (History history = history();
                EventBus bus = new EventBus(CLOCK, history)) {
            early = publish(bus, "a", Kind.NOTE, "early");
        }
        Clock later = Clock.offset(CLOCK, java.time.Duration.ofSeconds(1));
        try (History history = history();
                EventBus bus = new EventBus(later, history)) {
            RunEvent late = publish(bus, "a", Kind.NOTE, "late");

            assertThat(bus.events(Optional.of("a"), 0, 10)).containsExactly(early, late);
            assertThat(bus.events(Optional.of("a"), 0, 1)).containsExactly(early);
            assertThat(bus.events(Optional.of("a"), early.id(), 10)).containsExactly(late);
        }
    }

    @Test
    void numbersGrowAlthoughTheClockWasSetBackBetweenTwoProcesses() throws Exception {
        RunEvent early;
        try (History history = history();
                EventBus bus = new EventBus(CLOCK, history)) {
            early = publish(bus, "a", Kind.NOTE, "early");
        }
        Clock earlier = Clock.offset(CLOCK, java.time.Duration.ofHours(-1));
        try (History history = history();
                EventBus bus = new EventBus(earlier, history)) {
            bus.continueNumbers();
            RunEvent late = publish(bus, "a", Kind.NOTE, "late");

            assertThat(late.id()).isGreaterThan(early.id());
            assertThat(bus.events(Optional.of("a"), early.id(), 10)).containsExactly(late);
        }
    }

    @Test
    void aHistoryThatIsReadForLongDelaysNoEvent() throws Exception {
        try (History history = history();
                EventBus bus = new EventBus(CLOCK, history)) {
            publish(bus, "r1", Kind.QUEUED, "one");
            history.flush(java.time.Duration.ofSeconds(10));
            Collector collector = new Collector(new CountDownLatch(0));
            Thread subscriber;
            Clock later = Clock.offset(CLOCK, java.time.Duration.ofSeconds(1));
            try (EventBus next = new EventBus(later, history)) { // its memory is empty
                synchronized (history.reader().orElseThrow()) {
                    subscriber = new Thread(() -> next.subscribe(Optional.of("r1"), Optional.of(0L), false, collector));
                    subscriber.start();
                    while (subscriber.getState() != Thread.State.BLOCKED) {
                        Thread.onSpinWait();
                    }
                    publish(next, "r1", Kind.NOTE, "two");
                    publish(next, "r1", Kind.ENDED, "three");
                }
                subscriber.join();
                assertThat(collector.closed.get(10, TimeUnit.SECONDS)).isEqualTo(RunSubscriber.Reason.RUN_OVER);
            }
            assertThat(collector.texts).containsExactly("one", "two", "three");
        }
    }

    @Test
    void numbersGrowThoughTheClockStandsStill() {
        try (History history = history();
                EventBus bus = new EventBus(CLOCK, history)) {
            long first = publish(bus, "a", Kind.NOTE, "1").id();

            assertThat(publish(bus, "a", Kind.NOTE, "2").id()).isEqualTo(first + 1);
            assertThat(first).isEqualTo(CLOCK.instant().getEpochSecond() * 1_000_000);
        }
    }

    @Test
    void dropsASubscriberThatIsTooSlowAndServesTheOthers() throws Exception {
        CountDownLatch gate = new CountDownLatch(1);
        try (History history = history();
                EventBus bus = new EventBus(CLOCK, history)) {
            Collector slow = new Collector(gate);
            Collector quick = new Collector(new CountDownLatch(0));
            bus.subscribe(Optional.empty(), Optional.empty(), false, slow);
            bus.subscribe(Optional.of("a"), Optional.empty(), false, quick);
            for (int i = 0; i < 20_100; i++) {
                publish(bus, "b", Kind.NOTE, "x");
            }
            publish(bus, "a", Kind.ENDED, "end");

            assertThat(quick.closed.get(10, TimeUnit.SECONDS)).isEqualTo(RunSubscriber.Reason.RUN_OVER);
            gate.countDown();
            assertThat(slow.closed.get(10, TimeUnit.SECONDS)).isEqualTo(RunSubscriber.Reason.TOO_SLOW);
        }
    }

    @Test
    void aSubscriberWithoutAThreadGetsItsEventsWithTheNextOne() throws Exception {
        AtomicInteger failures = new AtomicInteger(1);
        Executor threads = work -> {
            if (failures.getAndDecrement() > 0) {
                throw new InternalError("no thread");
            }
            work.run();
        };
        try (History history = history();
                EventBus bus = new EventBus(CLOCK, history, threads)) {
            Collector collector = new Collector(new CountDownLatch(0));
            bus.subscribe(Optional.of("a"), Optional.of(0L), false, collector);
            failures.set(1);
            publish(bus, "a", Kind.NOTE, "1");
            assertThat(collector.texts).isEmpty();

            publish(bus, "a", Kind.NOTE, "2");
            assertThat(collector.texts).containsExactly("1", "2");
        }
    }

    @Test
    void theEndOfTheDaemonEndsSubscriptions() throws Exception {
        Collector collector = new Collector(new CountDownLatch(0));
        try (History history = history();
                EventBus bus = new EventBus(CLOCK, history)) {
            bus.subscribe(Optional.empty(), Optional.empty(), false, collector);
        }
        assertThat(collector.closed.get(10, TimeUnit.SECONDS)).isEqualTo(RunSubscriber.Reason.DAEMON_STOPS);
    }
}
