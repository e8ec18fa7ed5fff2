package org.jclone.daemon;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * When a run was last seen alive: a byte, an event, or CPU time of its thread, which also a run uses that polls a server,
 * and which has a limit of its own. A thread that hangs uses none.
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

    /** Returns how long ago the last sign was, as far as was noticed. */
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
