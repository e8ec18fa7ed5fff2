package org.jclone.daemon;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * When a run last showed a sign of life: a byte, an event, or CPU time of its thread. A thread that hangs uses no CPU
 * time. One that polls a server does, and has a time limit of its own.
 */
final class SignsOfLife {

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final LongSupplier nanos;
    private Optional<Thread> thread = Optional.empty();
    private long signAt;
    private long cpuNanos;

    SignsOfLife(LongSupplier nanos) {
        this.nanos = nanos;
        this.signAt = nanos.getAsLong();
    }

    /** Notes a byte or an event. */
    synchronized void seen() {
        signAt = nanos.getAsLong();
    }

    /** @param working the thread that works on the run */
    synchronized void setThread(Thread working) {
        thread = Optional.of(working);
    }

    synchronized Optional<Thread> thread() {
        return thread;
    }

    /** Returns the time since the last sign. CPU time counts from the call that notices it. */
    synchronized Duration since() {
        long now = nanos.getAsLong();
        long used =
                thread.map(working -> THREADS.getThreadCpuTime(working.getId())).orElse(0L);
        if (used != cpuNanos) {
            cpuNanos = used;
            signAt = now;
        }
        return Duration.ofNanos(Math.max(0, now - signAt));
    }
}
