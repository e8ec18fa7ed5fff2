package org.jclone.recipient.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.jclone.recipient.api.CloneEvent;
import org.jclone.recipient.api.CloneListener;
import org.jclone.recipient.api.CloneProgress;
import org.junit.jupiter.api.Test;

class EventPublisherTest {

    private static final CloneProgress PROGRESS =
            new CloneProgress(List.of(), Optional.empty(), 7, 0, 0, Optional.empty());

    private final List<CloneEvent> events = new CopyOnWriteArrayList<>();
    private final List<CloneProgress> progress = new CopyOnWriteArrayList<>();
    private final List<String> threads = new CopyOnWriteArrayList<>();
    private boolean failing;
    private boolean failingBadly;

    private final CloneListener listener = new CloneListener() {
        @Override
        public void onEvent(CloneEvent event) {
            events.add(event);
            threads.add(Thread.currentThread().getName());
            if (failing) {
                throw failure();
            }
            if (failingBadly) {
                throw new NoClassDefFoundError("the listener's own affair");
            }
        }

        @Override
        public void onProgress(CloneProgress value) {
            progress.add(value);
            if (failing) {
                throw failure();
            }
            if (failingBadly) {
                throw new NoClassDefFoundError("the listener's own affair");
            }
        }
    };

    /** Without a stack trace, which would fill the log of the tests. */
    private static RuntimeException failure() {
        RuntimeException failure = new IllegalStateException("the listener's own affair");
        failure.setStackTrace(new StackTraceElement[0]);
        return failure;
    }

    private static CloneEvent event(int number) {
        return new CloneEvent.ConnectionsChanged(number, "test");
    }

    private void publish(int count) {
        try (EventPublisher publisher = new EventPublisher(listener, () -> PROGRESS)) {
            publisher.start();
            IntStream.range(0, count).forEach(number -> publisher.event(event(number)));
        }
    }

    @Test
    void callsOneThreadInOrderAndEndsWithTheLastProgress() {
        publish(100);

        assertThat(events)
                .containsExactlyElementsOf(IntStream.range(0, 100)
                        .mapToObj(EventPublisherTest::event)
                        .toList());
        assertThat(threads).containsOnly("clone-listener");
        assertThat(progress).isNotEmpty().last().isEqualTo(PROGRESS);
    }

    @Test
    void survivesExceptionsOfTheListener() {
        failing = true;
        publish(3);

        assertThat(events).containsExactly(event(0), event(1), event(2));
        assertThat(progress).isNotEmpty();
    }

    @Test
    void survivesErrorsOfTheListener() throws InterruptedException {
        failingBadly = true;
        try (EventPublisher publisher = new EventPublisher(listener, () -> PROGRESS)) {
            publisher.start();
            publisher.event(event(0));
            publisher.event(event(1));
            for (int i = 0; i < 6000 && progress.size() < 2; i++) {
                Thread.sleep(10);
            }
        }
        assertThat(events).containsExactly(event(0), event(1));
        assertThat(progress).hasSizeGreaterThan(2);
    }

    @Test
    void hasNoThreadBeforeItIsStarted() {
        EventPublisher publisher = new EventPublisher(listener, () -> PROGRESS);
        publisher.close();
        assertThat(threads).isEmpty();
        assertThat(progress).isEmpty();
    }

    @Test
    void dropsEventsAfterTheEnd() {
        EventPublisher publisher = new EventPublisher(listener, () -> PROGRESS);
        publisher.close();
        publisher.event(event(1));

        assertThat(events).isEmpty();
    }
}
