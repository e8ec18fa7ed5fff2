package org.jclone.daemon;

import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jclone.daemon.api.RunEvent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers the watchdog of the service manager as long as every run shows signs of life. If one hangs, the service
 * manager ends the daemon, and the run continues with the next one.
 *
 * <p>Takes the lock of the daemon, the {@link RunQueue}, to find the runs, so it also stops answering if nobody
 * releases that lock.
 */
final class Heartbeat {

    private static final Logger LOGGER = LoggerFactory.getLogger(Heartbeat.class);

    /** The daemon does not wait for a stopping run that shows no sign of life for this time. */
    private static final Duration STOP_PATIENCE = Duration.ofMinutes(5);

    private final RunQueue queue;
    private final CurrentConfiguration configuration;
    private final Runnable answer;

    /** The runs that were reported. Used by one thread at a time: the ticker, then the one that closes the daemon. */
    private final Set<String> reported = new HashSet<>();

    /** @param answer answers the watchdog once */
    Heartbeat(RunQueue queue, CurrentConfiguration configuration, Runnable answer) {
        this.queue = queue;
        this.configuration = configuration;
        this.answer = answer;
    }

    /** Answers, unless a run hangs. */
    void beat() {
        List<LiveRun> hung;
        Duration limit;
        synchronized (queue) {
            limit = configuration.settings().hangLimit();
            hung = limit.isZero() ? List.of() : hung(limit);
        }
        hung.forEach(run -> report(run, limit, "a watchdog of the service manager is not answered any more"));
        if (hung.isEmpty()) {
            reported.clear();
            answer.run();
        }
    }

    /** Whether no run is left that may still stop by itself. The caller holds the lock. */
    boolean isStopInVain() {
        List<LiveRun> hung = hung(STOP_PATIENCE);
        if (hung.size() < queue.places()) {
            return false;
        }
        hung.forEach(run -> report(run, STOP_PATIENCE, "the daemon ends without waiting for it"));
        return true;
    }

    private List<LiveRun> hung(Duration limit) {
        return queue.all().stream()
                .filter(queue::isWorkedOn)
                .filter(run -> run.signs().since().compareTo(limit) > 0)
                .toList();
    }

    private void report(LiveRun run, Duration limit, String consequence) {
        if (reported.add(run.id())) {
            String text = "no sign of life for " + limit.toSeconds() + " s; " + consequence;
            LOGGER.atError()
                    .addKeyValue("run", run.id())
                    .addKeyValue("reason", text)
                    .addKeyValue("stack", stack(run))
                    .log("a run hangs");
            run.publish(
                    RunEvent.Kind.WARNING,
                    text,
                    Map.of(
                            "hint",
                            "Restart the daemon if no service manager does: the run continues then. Report what the log says about it."));
        }
    }

    /** The innermost call first. */
    private static String stack(LiveRun run) {
        return run.signs().thread().stream()
                .flatMap(thread -> Arrays.stream(thread.getStackTrace()))
                .map(StackTraceElement::toString)
                .collect(Collectors.joining(" < "));
    }
}
