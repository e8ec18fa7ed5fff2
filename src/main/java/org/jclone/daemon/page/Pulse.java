package org.jclone.daemon.page;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Wakes the feeds of all browsers once a second. */
final class Pulse implements AutoCloseable {

    private static final long PERIOD_MILLIS = 1000;

    private final Set<Runnable> calls = ConcurrentHashMap.newKeySet();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(work -> {
        Thread thread = new Thread(work, "page-pulse");
        thread.setDaemon(true);
        return thread;
    });

    Pulse() {
        timer.scheduleAtFixedRate(
                () -> calls.forEach(Runnable::run), PERIOD_MILLIS, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
    }

    /**
     * Calls {@code wakeUp} at each pulse. It must return at once, and not throw.
     *
     * @return what ends the calls
     */
    Runnable call(Runnable wakeUp) {
        calls.add(wakeUp);
        return () -> calls.remove(wakeUp);
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
