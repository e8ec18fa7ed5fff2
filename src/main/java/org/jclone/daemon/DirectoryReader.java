package org.jclone.daemon;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jclone.daemon.api.TargetStatus.DirectoryState;
import org.jclone.provision.record.ProvisionRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads what the directories of targets hold, for callers who must not wait for a file system that hangs. Each directory
 * is read by one thread at a time. A caller waits for it for a moment, and gets the last answer if that is not enough.
 */
final class DirectoryReader implements AutoCloseable {

    private static final Logger LOGGER = LoggerFactory.getLogger(DirectoryReader.class);

    /** How long one caller waits for all directories together. */
    static final Duration PATIENCE = Duration.ofSeconds(1);

    /** How long it waits for a directory even if others have taken all its patience. */
    private static final Duration LEAST_PATIENCE = Duration.ofMillis(100);

    private static final Facts UNKNOWN = new Facts(DirectoryState.UNREADABLE, Optional.empty(), OptionalLong.empty());

    /**
     * What a directory holds.
     *
     * @param record of a run
     * @param freeBytes of its file system; empty if that is not known
     */
    record Facts(DirectoryState state, Optional<ProvisionRecord> record, OptionalLong freeBytes) {}

    /**
     * What is known of a directory.
     *
     * @param unansweredSince since when it has not answered; then the facts are of before
     */
    record Answer(Facts facts, Optional<Instant> unansweredSince) {}

    /** One reading of a directory. */
    private record Reading(long begunNanos, Instant begunAt, CompletableFuture<Facts> facts) {}

    /** A directory. Guarded by itself. */
    private static final class Place {
        private Facts last = UNKNOWN;
        private Reading reading;
    }

    private final Function<Target, Facts> look;
    private final Clock clock;
    private final LongSupplier nanos;
    private final Map<Path, Place> places = new ConcurrentHashMap<>();
    private final ExecutorService threads;

    /** @param look reads a directory; may take any time */
    DirectoryReader(Function<Target, Facts> look, Clock clock, LongSupplier nanos) {
        this(look, clock, nanos, Executors.newCachedThreadPool(work -> {
            Thread thread = new Thread(work, "daemon-directory");
            thread.setDaemon(true);
            return thread;
        }));
    }

    /** @param threads are shut down with the reader */
    DirectoryReader(Function<Target, Facts> look, Clock clock, LongSupplier nanos, ExecutorService threads) {
        this.look = look;
        this.clock = clock;
        this.nanos = nanos;
        this.threads = threads;
    }

    /** Returns until when a caller waits who asks now. */
    long deadline() {
        return nanos.getAsLong() + PATIENCE.toNanos();
    }

    /** Forgets all directories but these. */
    void retain(Collection<Path> directories) {
        places.keySet().retainAll(directories);
    }

    /** @param deadline of the caller, for all that it reads */
    Answer read(Target target, long deadline) {
        long asked = nanos.getAsLong();
        Place place = places.computeIfAbsent(target.directory(), path -> new Place());
        Reading reading = begin(target, place);
        boolean hangs = asked - reading.begunNanos > PATIENCE.toNanos();
        if (!hangs) {
            await(reading, deadline);
        }
        if (reading.facts.isDone() && reading.begunNanos < asked) { // what happened since it began may be missing
            reading = begin(target, place);
            await(reading, deadline);
        }
        boolean isKnown = reading.facts.isDone();
        synchronized (place) {
            return new Answer(place.last, isKnown ? Optional.empty() : Optional.of(reading.begunAt));
        }
    }

    /** Begins a reading, unless one is under way. Without a thread for it, it never ends, and the next call tries again. */
    private Reading begin(Target target, Place place) {
        synchronized (place) {
            if (place.reading == null || place.reading.facts.isDone()) {
                CompletableFuture<Facts> facts = new CompletableFuture<>();
                place.reading = new Reading(nanos.getAsLong(), clock.instant(), facts);
                try {
                    threads.execute(() -> look(target, place, facts));
                } catch (RejectedExecutionException e) {
                    facts.complete(place.last); // the daemon stops
                } catch (Error e) { // there is no thread
                    LOGGER.atError()
                            .setCause(e)
                            .addKeyValue("directory", target.directory())
                            .log("cannot read what a directory holds");
                    Reading failed = place.reading;
                    place.reading = null;
                    return failed;
                }
            }
            return place.reading;
        }
    }

    private void look(Target target, Place place, CompletableFuture<Facts> facts) {
        Facts found = UNKNOWN;
        try {
            found = look.apply(target);
        } finally {
            synchronized (place) {
                place.last = found;
            }
            facts.complete(found); // calls what waits for it, so without the lock
        }
    }

    /**
     * Calls {@code answered} once, when the reading that is under way is over, on the thread that reads. If none is, one
     * begins.
     */
    void whenAnswered(Target target, Consumer<Facts> answered) {
        Place place = places.computeIfAbsent(target.directory(), path -> new Place());
        begin(target, place).facts.thenAcceptAsync(answered, threads);
    }

    private void await(Reading reading, long deadline) {
        long patience = Math.max(LEAST_PATIENCE.toNanos(), deadline - nanos.getAsLong());
        try {
            reading.facts.get(patience, TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            return; // the caller sees that it is not done
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e); // nothing completes it with an exception
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
