package org.jclone.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jclone.recipient.api.CloneControl;

/**
 * What signals do to a clone while armed. The first SIGINT or SIGTERM stops it so that {@code --resume} can resume
 * it. The second aborts it, which frees the donor's snapshot. An ignored signal stays ignored, as in a background
 * program of a shell. Anything else that ends the process (SIGHUP) acts like the first signal.
 */
final class StopSignals {

    /** Reporting to the donor takes a round trip or two, and the sender of the signal does not wait forever. */
    private static final long PATIENCE_SECONDS = 10;

    private static final List<String> NAMES = List.of("INT", "TERM");

    /** A process that a signal ended exits with this plus the number of the signal. */
    private static final int SIGNAL_STATUS = 128;

    private final Consumer<String> suspend;
    private final Consumer<String> abort;
    private final CountDownLatch over = new CountDownLatch(1);
    private final AtomicInteger firstSignal = new AtomicInteger();
    private final List<OsSignal> handled = new ArrayList<>();
    private final Thread hook;

    private StopSignals(Consumer<String> suspend, Consumer<String> abort) {
        this.suspend = suspend;
        this.abort = abort;
        hook = new Thread(this::stopAtEnd, "clone-stop");
    }

    static StopSignals arm(CloneControl clone) {
        return arm(clone::suspend, clone::abort);
    }

    /**
     * @param suspend stops what runs, so that it can be resumed
     * @param abort ends it for good
     */
    static StopSignals arm(Consumer<String> suspend, Consumer<String> abort) {
        StopSignals armed = new StopSignals(suspend, abort);
        Runtime.getRuntime().addShutdownHook(armed.hook);
        NAMES.forEach(name -> armed.handled.add(OsSignal.handle(name, number -> armed.onSignal(name, number))));
        return armed;
    }

    private void onSignal(String name, int number) {
        if (firstSignal.compareAndSet(0, number)) {
            suspend.accept("SIG" + name);
        } else {
            abort.accept("SIG" + name + " again");
        }
    }

    private void stopAtEnd() {
        suspend.accept("the program received a signal");
        try {
            boolean ended = over.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
            if (!ended) {
                System.err.println("jclone: the clone did not end within " + PATIENCE_SECONDS
                        + " s; the donor may keep its snapshot for some minutes");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The exit status if a signal stopped the clone. */
    OptionalInt exitStatus() {
        int number = firstSignal.get();
        return number == 0 ? OptionalInt.empty() : OptionalInt.of(SIGNAL_STATUS + number);
    }

    /** Tells the shutdown hook that the clone is over and all output is printed. */
    void disarm() {
        over.countDown();
        handled.forEach(OsSignal::close);
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The process is already ending, which is the case that the hook handles.
            return;
        }
    }
}
