package org.jclone.daemon;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
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
import org.jclone.recipient.api.StageProgress;

/**
 * A run that has not ended: what is known of it, and the events that it makes. Its fields are guarded by this. It calls
 * its {@link CopyLimits} under this lock; they never take it under theirs.
 */
final class LiveRun implements ProvisionListener, DonorListener {

    private final Clock clock;
    private final LongSupplier nanos;
    private final EventBus events;
    private final Consumer<LiveRun> changed;

    private StoredRun stored;
    private State state = State.QUEUED;
    private Optional<Step> step;
    private Optional<String> donor = Optional.empty();
    private Optional<String> source;
    private Optional<Instant> endedAt = Optional.empty();
    private Optional<RunFailure> failure = Optional.empty();
    private Optional<Map<String, String>> result = Optional.empty();
    private Optional<CloneProgress> copy = Optional.empty();
    private OptionalLong missing = OptionalLong.empty();
    private Optional<Duration> lag = Optional.empty();
    private Optional<Provisioning> engine = Optional.empty();
    private boolean isRollback;
    private Optional<DamagedException> toldDamage = Optional.empty();
    private boolean resumable;
    private boolean interrupted;
    private boolean unsaved;
    private long progressAt;
    private long copiedBytes;
    private final SignsOfLife signs;
    private final CopyLimits limits = new CopyLimits(this::publish);
    private final RunSteps steps = new RunSteps();
    private final Map<String, Long> figures = new LinkedHashMap<>();
    private final Map<String, String> versions = new LinkedHashMap<>();
    private final List<String> remarks = new ArrayList<>();

    /**
     * @param earlier what the history knows of it, from earlier processes
     * @param changed called after each change that the history must have, on any thread
     */
    LiveRun(
            StoredRun stored,
            Optional<RunDetail> earlier,
            Optional<String> source,
            Clock clock,
            LongSupplier nanos,
            EventBus events,
            Consumer<LiveRun> changed) {
        this.stored = stored;
        this.step = stored.step();
        this.source = source;
        this.clock = clock;
        this.nanos = nanos;
        this.events = events;
        this.changed = changed;
        this.progressAt = nanos.getAsLong();
        this.signs = new SignsOfLife(nanos);
        earlier.ifPresent(known -> {
            donor = known.status().donor();
            steps.addEarlier(known.steps());
            figures.putAll(known.figures());
            versions.putAll(known.versions());
            remarks.addAll(known.remarks());
        });
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

    synchronized void setVersion(String name, String version) {
        versions.put(name, version);
    }

    /** Begins or continues the run. */
    synchronized void begin() {
        state = State.RUNNING;
        progressAt = nanos.getAsLong();
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
            steps.over(now);
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
        donor = Optional.of(complete.donor().toString());
        source = complete.source().map(Object::toString);
        Map<String, String> named = new LinkedHashMap<>();
        named.put("directory", complete.directory().toString());
        named.put("donor", complete.donor().toString());
        source.ifPresent(server -> named.put("source", server));
        named.put("server_uuid", complete.serverUuid());
        named.put("server_id", Long.toString(complete.serverId()));
        named.put("replicates_by", complete.byGtid() ? "GTID" : "position");
        named.put("config_file", complete.configFile().toString());
        named.put("started", Boolean.toString(complete.started()));
        named.put("start_command", complete.startCommand());
        complete.oldData().ifPresent(old -> named.put("old_data", old.toString()));
        result = Optional.of(named);
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
        } else {
            changed.accept(this);
        }
    }

    private synchronized void note(ProvisionEvent event) {
        signs.seen();
        if (event instanceof ProvisionEvent.StepBegan began) {
            step = Optional.of(began.step());
            StoredRun next = stored.in(began.step());
            unsaved |= !next.equals(stored);
            stored = next;
            progressAt = nanos.getAsLong();
            steps.began(began.step(), clock.instant(), began.repeated());
        } else if (event instanceof ProvisionEvent.StepDone) {
            steps.done(clock.instant());
        } else if (event instanceof ProvisionEvent.CatchingUp behind) {
            missing = behind.missing() < 0 ? OptionalLong.empty() : OptionalLong.of(behind.missing());
            lag = behind.lag();
            progressAt = nanos.getAsLong() - behind.sinceProgress().toNanos();
        } else if (event instanceof ProvisionEvent.Note remark) {
            remarks.add(remark.text());
        } else if (event instanceof ProvisionEvent.Warning warning) {
            remarks.add(warning.text());
        }
    }

    @Override
    public void onEvent(CloneEvent event) {
        synchronized (this) {
            signs.seen();
            if (event instanceof CloneEvent.Connected connected) {
                donor = Optional.of(connected.donor().toString());
                versions.put("donor", connected.serverVersion());
            } else if (event instanceof CloneEvent.SnapshotOpened snapshot) {
                figures.put("files", snapshot.files());
                figures.put("estimated_bytes", snapshot.estimatedBytes());
            } else if (event instanceof CloneEvent.Reconnected) {
                figures.merge("reconnects", 1L, Long::sum);
            }
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
            if (event instanceof DonorEvent.Chosen chosen) {
                donor = Optional.of(chosen.donor().address().toString());
                figures.merge("donor_attempts", 1L, Long::sum);
            }
        }
        publish(EventText.of(event));
        if (event instanceof DonorEvent.Failed failed) {
            limits.watch(Optional.empty());
            failed(failed.failure());
        }
        changed.accept(this);
    }

    @Override
    public void onProgress(CloneProgress progress) {
        synchronized (this) {
            copy = Optional.of(progress);
            limits.progressed(progress);
            long data = 0;
            long network = 0;
            for (StageProgress stage : progress.stages()) {
                data += stage.dataBytes();
                network += stage.networkBytes();
            }
            figures.put("data_bytes", data);
            figures.put("network_bytes", network);
            figures.merge("max_connections", (long) progress.connections(), Math::max);
            if (data + network != copiedBytes) {
                copiedBytes = data + network;
                progressAt = nanos.getAsLong();
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
        return Optional.of(new RunProgress(
                id(),
                now,
                step.get(),
                copy,
                figures.containsKey("estimated_bytes")
                        ? OptionalLong.of(figures.get("estimated_bytes"))
                        : OptionalLong.empty(),
                missing,
                lag,
                sinceProgress(),
                limits.inEffect().dataMiBPerSecond()));
    }

    synchronized Duration sinceProgress() {
        return Duration.ofNanos(Math.max(0, nanos.getAsLong() - progressAt));
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
                donor,
                source,
                progress(clock.instant()),
                failure,
                resumable);
    }

    synchronized RunDetail detail(OptionalInt place) {
        return new RunDetail(status(place), steps.all(), figures, versions, remarks, result);
    }
}
