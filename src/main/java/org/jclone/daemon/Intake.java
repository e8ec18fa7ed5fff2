package org.jclone.daemon;

import java.security.SecureRandom;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jclone.daemon.api.RunDetail;
import org.jclone.daemon.api.RunEvent;
import org.jclone.daemon.api.RunOrder;
import org.jclone.recipient.api.CloneException;

/**
 * Puts runs into the queue: new ones, whose file is written first, and those of an earlier process.
 *
 * <p>The caller of {@link #add} holds the lock of the daemon, the {@link RunQueue}; that of {@link #write} does not.
 */
final class Intake {

    private static final DateTimeFormatter ID =
            DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss-").withZone(ZoneOffset.UTC);

    private final RunQueue queue;
    private final CurrentConfiguration configuration;
    private final PastRuns past;
    private final RunSaver saver;
    private final EventBus events;
    private final String version;
    private final Clock clock;
    private final LongSupplier nanos;
    private final SecureRandom random = new SecureRandom();

    Intake(
            RunQueue queue,
            CurrentConfiguration configuration,
            PastRuns past,
            RunSaver saver,
            EventBus events,
            String version,
            Clock clock,
            LongSupplier nanos) {
        this.queue = queue;
        this.configuration = configuration;
        this.past = past;
        this.saver = saver;
        this.events = events;
        this.version = version;
        this.clock = clock;
        this.nanos = nanos;
    }

    /** Writes a new run durably, before it is in the queue. No other thread may write one for the same target. */
    StoredRun write(RunOrder order, Target target, Optional<String> retryOf) throws CloneException {
        StoredRun stored = StoredRun.of(newId(), order, target.directory(), clock.instant(), retryOf);
        saver.create(stored);
        return stored;
    }

    /**
     * Puts a new run into the queue; its file must exist.
     *
     * @param text why, for the event
     */
    LiveRun add(StoredRun stored, String text) {
        RunOrder order = stored.order();
        LiveRun run = addStored(stored, Optional.empty());
        Map<String, String> details = new LinkedHashMap<>();
        details.put("action", order.action().name());
        details.put("by", order.by());
        details.put("priority", Integer.toString(order.priority()));
        stored.retryOf().ifPresent(earlier -> details.put("retry_of", earlier));
        run.publish(RunEvent.Kind.QUEUED, text, details);
        saver.changed(run);
        return run;
    }

    private String newId() {
        String id;
        do {
            id = ID.format(clock.instant()) + HexFormat.of().toHexDigits((short) random.nextInt());
        } while (isKnown(id));
        return id;
    }

    private boolean isKnown(String id) {
        synchronized (queue) {
            if (queue.find(id).isPresent()) {
                return true;
            }
        }
        return past.find(id).isPresent();
    }

    /**
     * Puts a run of an earlier process into the queue; its file must exist.
     *
     * @param earlier what the history knows of it
     */
    LiveRun addStored(StoredRun stored, Optional<RunDetail> earlier) {
        Optional<String> from = configuration
                .target(stored.order().target())
                .flatMap(Target::source)
                .map(Object::toString);
        RunFacts facts = new RunFacts(version, from, earlier);
        LiveRun run = new LiveRun(stored, facts, clock, nanos, events, saver::changed);
        queue.add(run);
        return run;
    }
}
