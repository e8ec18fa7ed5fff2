package org.jclone.daemon;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import org.jclone.daemon.api.CancelMode;
import org.jclone.daemon.api.RunDetail;
import org.jclone.daemon.api.RunEvent;
import org.jclone.daemon.api.RunFailure;
import org.jclone.daemon.api.RunProgress;
import org.jclone.daemon.api.RunStatus;
import org.jclone.daemon.api.RunStatus.State;
import org.jclone.provision.Provisioning;
import org.jclone.provision.api.ProvisionEvent;
import org.jclone.provision.api.ProvisionException;
import org.jclone.provision.api.ProvisionListener;
import org.jclone.provision.api.ProvisionResult;
import org.jclone.provision.api.Step;
import org.jclone.provision.donor.DonorEvent;
import org.jclone.provision.donor.DonorListener;
import org.jclone.recipient.api.CloneEvent;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.CloneProgress;
import org.jclone.recipient.api.DamagedException;

/**
 * A run that has not ended: its state, what stops it, and who learns of its events. Its fields are guarded by this. It
 * calls its {@link CopyLimits} under this lock; they never take it under theirs.
 */
final class LiveRun implements ProvisionListener, DonorListener {

    private final Clock clock;
    private final EventBus events;
    private final Consumer<LiveRun> changed;
    private final RunFacts facts;
    private final RunAdvance advance;
    private final SignsOfLife signs;
    private final CopyLimits limits = new CopyLimits(this::publish);

    private StoredRun stored;
    private State state = State.QUEUED;
    private Optional<Step> step;
    private Optional<Instant> endedAt = Optional.empty();
    private Optional<RunFailure> failure = Optional.empty();
    private Optional<Provisioning> engine = Optional.empty();
    private boolean isRollback;
    private Optional<DamagedException> toldDamage = Optional.empty();
    private boolean resumable;
    private boolean interrupted;
    private boolean unsaved;

    /**
     * @param facts what is known of it before it begins; used by this run alone from now on
     * @param changed called after each change that the history must have, on any thread
     */
    LiveRun(
            StoredRun stored,
            RunFacts facts,
            Clock clock,
            LongSupplier nanos,
            EventBus events,
            Consumer<LiveRun> changed) {
        this.stored = stored;
        this.step = stored.step();
        this.facts = facts;
        this.clock = clock;
        this.events = events;
        this.changed = changed;
        this.advance = new RunAdvance(nanos);
        this.signs = new SignsOfLife(nanos);
    }

    String id() {
        return stored.id();
    }

    String target() {
        return stored.order().target();
    }

    synchronized StoredRun stored() {
        return stored;
    }

    synchronized void store(StoredRun next) {
        stored = next;
        unsaved = true;
    }

    synchronized void update(UnaryOperator<StoredRun> change) {
        store(change.apply(stored));
    }

    /** Whether there is something to write of a run that has not ended. */
    synchronized boolean isUnsaved() {
        return unsaved && !state.isOver();
    }

    /** Returns what must be written of a run that has not ended; empty if it is written. */
    synchronized Optional<StoredRun> unsaved() {
        return isUnsaved() ? Optional.of(stored) : Optional.empty();
    }

    /** Records that the file has this now. */
    synchronized void saved(StoredRun written) {
        unsaved &= !written.equals(stored);
    }

    synchronized State state() {
        return state;
    }

    /** Begins or continues the run. */
    synchronized void begin() {
        state = State.RUNNING;
        advance.began();
        signs.seen();
    }

    /** Asks the engine to stop; what happens next depends on the mode that is stored. */
    synchronized void stop(CancelMode mode, String reason) {
        if (state.isOver() || state == State.QUEUED) { // its thread may have left it
            return;
        }
        state = State.STOPPING;
        if (isRollback && stored.stop().filter(CancelMode.FOR_GOOD::equals).isPresent()) {
            return; // the run is being undone already
        }
        if (mode == CancelMode.FOR_GOOD) {
            engine.ifPresent(running -> running.abort(reason));
        } else {
            engine.ifPresent(running -> running.stop(reason));
        }
    }

    /** Stops the engine because the daemon ends; the run continues with the next one. */
    synchronized void interrupt() {
        interrupted = true;
        engine.ifPresent(running -> running.stop("the daemon stops"));
    }

    synchronized boolean isInterrupted() {
        return interrupted;
    }

    /** Sets the engine that works on the run now. */
    synchronized void setEngine(Optional<Provisioning> running, boolean rollsBack) {
        engine = running;
        isRollback = rollsBack;
        limits.setEngine(running.map(each -> each::setBandwidthLimits));
        running.ifPresent(each -> {
            boolean late = interrupted || stored.stop().isPresent() && !rollsBack;
            if (late) {
                each.stop("stopped before it began");
            }
        });
    }

    /** Publishes how many pages are damaged if a failure is about that, once for each failure. */
    void failed(CloneException failure) {
        Throwable origin = failure instanceof ProvisionException ? failure.getCause() : failure;
        if (!(origin instanceof DamagedException damage)) {
            return;
        }
        synchronized (this) {
            if (toldDamage.filter(told -> told == damage).isPresent()) {
                return;
            }
            toldDamage = Optional.of(damage);
        }
        publish(EventText.damaged(damage));
    }

    /** Ends the run. */
    void end(State last, Optional<RunFailure> why, boolean isResumable) {
        synchronized (this) {
            state = last;
            failure = why;
            resumable = isResumable;
            Instant now = clock.instant();
            endedAt = Optional.of(now);
            engine = Optional.empty();
            facts.over(now);
        }
        changed.accept(this);
        publish(EventText.ended(last, why));
    }

    /** Returns the run to the queue, because the process ends before it. */
    void backToQueue() {
        synchronized (this) {
            state = State.QUEUED;
            engine = Optional.empty();
            store(stored.interrupted());
        }
        changed.accept(this);
    }

    synchronized void setResult(ProvisionResult complete) {
        facts.setResult(complete);
    }

    void publish(EventText event) {
        Optional<Step> place;
        synchronized (this) {
            place = event.step().or(() -> step);
        }
        events.publish(Optional.of(id()), Optional.of(target()), event.kind(), place, event.text(), event.details());
    }

    void publish(RunEvent.Kind kind, String text, Map<String, String> details) {
        publish(new EventText(kind, Optional.empty(), text, details));
    }

    @Override
    public void onProvision(ProvisionEvent event) {
        note(event);
        if (event instanceof ProvisionEvent.StepDone done && done.step() == Step.CLONE) {
            limits.watch(Optional.empty());
        }
        event.accept(EventText.PROVISION).ifPresent(this::publish);
        if (event instanceof ProvisionEvent.Findings findings) {
            findings.problems().forEach(problem -> publish(EventText.finding(problem)));
        }
        if (event instanceof ProvisionEvent.CatchingUp) {
            progress(clock.instant()).ifPresent(events::progress);
        } else if (!(event instanceof ProvisionEvent.Note)) { // a hook may print many; they are saved with what follows
            changed.accept(this);
        }
    }

    private synchronized void note(ProvisionEvent event) {
        signs.seen();
        facts.note(event, clock.instant());
        if (event instanceof ProvisionEvent.StepBegan began) {
            step = Optional.of(began.step());
            StoredRun next = stored.in(began.step());
            unsaved |= !next.equals(stored);
            stored = next;
            advance.began();
        } else if (event instanceof ProvisionEvent.CatchingUp behind) {
            advance.behind(behind);
        }
    }

    @Override
    public void onEvent(CloneEvent event) {
        synchronized (this) {
            signs.seen();
            facts.note(event);
        }
        publish(event.accept(EventText.COPY));
        if (event instanceof CloneEvent.Connected connected) {
            limits.watch(Optional.of(connected.donor()));
        }
        if (event instanceof CloneEvent.StageCompleted || event instanceof CloneEvent.SnapshotOpened) {
            changed.accept(this);
        }
    }

    @Override
    public void onEvent(DonorEvent event) {
        synchronized (this) {
            signs.seen();
            facts.note(event);
        }
        publish(event.accept(EventText.DONORS));
        if (event instanceof DonorEvent.Failed failed) {
            limits.watch(Optional.empty());
            failed(failed.failure());
        }
        changed.accept(this);
    }

    @Override
    public void onProgress(CloneProgress progress) {
        synchronized (this) {
            limits.progressed(progress);
            facts.note(progress);
            if (advance.copied(progress, facts.copiedBytes())) {
                signs.seen();
            }
        }
        progress(clock.instant()).ifPresent(events::progress);
    }

    /** Returns the progress; empty unless the run has begun and has not ended. */
    synchronized Optional<RunProgress> progress(Instant now) {
        if (state != State.RUNNING && state != State.STOPPING || step.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(advance.progress(
                id(), now, step.get(), facts.estimatedBytes(), limits.inEffect().dataMiBPerSecond()));
    }

    synchronized Duration sinceProgress() {
        return advance.since();
    }

    SignsOfLife signs() {
        return signs;
    }

    CopyLimits limits() {
        return limits;
    }

    /** @param place in the queue */
    synchronized RunStatus status(OptionalInt place) {
        return new RunStatus(
                id(),
                stored.order(),
                state,
                stored.orderedAt(),
                stored.startedAt(),
                endedAt,
                stored.retryOf(),
                stored.processes(),
                place,
                step,
                facts.donor(),
                facts.source(),
                progress(clock.instant()),
                failure,
                resumable);
    }

    synchronized RunDetail detail(OptionalInt place) {
        return facts.detail(status(place));
    }
}
