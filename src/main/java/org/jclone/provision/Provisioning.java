package org.jclone.provision;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jclone.provision.api.ProvisionEvent;
import org.jclone.provision.api.ProvisionException;
import org.jclone.provision.api.ProvisionListener;
import org.jclone.provision.api.ProvisionPlan;
import org.jclone.provision.api.ProvisionRequest;
import org.jclone.provision.api.ProvisionResult;
import org.jclone.provision.api.Step;
import org.jclone.provision.record.CloneHistory;
import org.jclone.provision.record.ProvisionRecord;
import org.jclone.provision.record.ProvisionRecord.Fact;
import org.jclone.provision.record.ProvisionRecord.State;
import org.jclone.provision.step.CatchUp;
import org.jclone.provision.step.ConfigFile;
import org.jclone.provision.step.Configure;
import org.jclone.provision.step.Copy;
import org.jclone.provision.step.Exchange;
import org.jclone.provision.step.FirstStart;
import org.jclone.provision.step.HandOver;
import org.jclone.provision.step.Hooks;
import org.jclone.provision.step.Prepare;
import org.jclone.provision.step.Run;
import org.jclone.provision.step.Stop;
import org.jclone.provision.step.Verify;
import org.jclone.recipient.api.BandwidthLimits;
import org.jclone.recipient.api.CloneControl;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.StorageException;
import org.jclone.recipient.explain.Failure;
import org.jclone.recipient.replace.DirectorySwap;

/**
 * One run: executes the steps in order, records each before and after, and continues where an earlier process died.
 * Each object runs once.
 */
public final class Provisioning {

    /** What to do about an earlier run. */
    public enum Mode {
        /** Begin; refuse a directory in which a run has not ended. */
        NEW,
        /** Continue the run that the directory's record describes. */
        RESUME,
        /** Continue the run if there is one, and begin otherwise. A complete run stays as it is. */
        RESUME_OR_BEGIN,
        /** Put the old data back. */
        ROLL_BACK
    }

    /** Steps whose effect ends with the private server, so a later process repeats them together. */
    private static final Set<Step> PRIVATE = EnumSet.of(Step.FIRST_START, Step.CONFIGURE, Step.CATCH_UP);

    private final ProvisionRequest request;
    private final ProvisionListener listener;
    private final AtomicReference<CloneControl> copying = new AtomicReference<>();
    private final Map<Step, Duration> elapsed = new EnumMap<>(Step.class);
    private Optional<BandwidthLimits> limits = Optional.empty();
    private final Object stopping = new Object();
    private Thread thread;
    private Optional<Consumer<CloneControl>> stopped = Optional.empty();

    /**
     * Prepares a run; nothing is read or changed before {@link #run} or {@link #plan}.
     *
     * @param request what to provision, and how
     * @param listener receives the events
     */
    public Provisioning(ProvisionRequest request, ProvisionListener listener) {
        this.request = request;
        this.listener = listener;
    }

    /**
     * Runs to the end.
     *
     * @param mode what to do about an earlier run
     * @return the result; empty for {@link Mode#ROLL_BACK}
     * @throws CloneException if a step failed, usually a {@link ProvisionException}; the directory's record says where
     */
    public Optional<ProvisionResult> run(Mode mode) throws CloneException {
        runsOn(Thread.currentThread());
        HeldDirectory held = new HeldDirectory(request.directory());
        try {
            held.lock();
            Optional<ProvisionRecord> found = ProvisionRecord.read(request.directory());
            if (mode == Mode.ROLL_BACK) {
                rollBack(found.orElseThrow(this::nothing)).run();
                return Optional.empty();
            }
            boolean begins = mode == Mode.NEW || mode == Mode.RESUME_OR_BEGIN && found.isEmpty();
            return Optional.of(begins ? begin(found, false) : resume(found));
        } finally {
            held.release();
            runsOn(null);
            Thread.interrupted(); // an interrupt of stop() ends with the run
            request.wipe();
        }
    }

    /** Returns a run that uses the clocks of the machine. */
    static Run newRun(ProvisionRequest request, ProvisionRecord record, ProvisionListener listener) {
        return new Run(request, record, listener, Clock.systemUTC(), System::nanoTime);
    }

    /** {@return what {@link #run} would do, and changes nothing} */
    public ProvisionPlan plan() {
        runsOn(Thread.currentThread());
        try (Run run = newRun(request, ProvisionRecord.inMemory(request.directory()), listener)) {
            return new Prepare(run).plan();
        } finally {
            runsOn(null);
            request.wipe();
        }
    }

    /**
     * Stops the run, so that it can be resumed; {@link #run} then throws. From any thread.
     *
     * @param reason for messages
     */
    public void stop(String reason) {
        stop(copy -> copy.suspend(reason));
    }

    /**
     * Stops the run like {@link #stop}, and releases the donor's snapshot if the copy runs. From any thread.
     *
     * @param reason for messages
     */
    public void abort(String reason) {
        stop(copy -> copy.abort(reason));
    }

    private void stop(Consumer<CloneControl> how) {
        synchronized (stopping) {
            stopped = Optional.of(how);
            CloneControl copy = copying.get();
            if (copy != null) {
                how.accept(copy);
            } else if (thread != null) {
                thread.interrupt();
            }
        }
    }

    private void runsOn(Thread running) {
        synchronized (stopping) {
            thread = running;
        }
    }

    /**
     * Changes the limits of the copy, even before it begins. From any thread.
     *
     * @param changed the new limits
     */
    public void setBandwidthLimits(BandwidthLimits changed) {
        synchronized (stopping) {
            limits = Optional.of(changed);
            Optional.ofNullable(copying.get()).ifPresent(copy -> copy.setBandwidthLimits(changed));
        }
    }

    void copies(Optional<CloneControl> control) {
        synchronized (stopping) {
            copying.set(control.orElse(null));
            if (control.isPresent() && stopped.isPresent()) {
                Thread.interrupted(); // the stop came before, and its interrupt would close the copy's files
                stopped.get().accept(control.get());
            }
            control.ifPresent(copy -> limits.ifPresent(copy::setBandwidthLimits));
        }
    }

    private CloneException nothing() {
        return Failure.Provisioning.RECORD.exception(request.directory() + " holds no run of jclone provision");
    }

    private RollBack rollBack(ProvisionRecord record) {
        return new RollBack(request, listener, record);
    }

    /** @param serverStopped whether the run has stopped a server before it begins again */
    private ProvisionResult begin(Optional<ProvisionRecord> found, boolean serverStopped) throws CloneException {
        if (found.isPresent() && found.get().state() != State.COMPLETE) {
            throw Failure.Provisioning.UNFINISHED.exception("a run in " + request.directory() + " has not ended: "
                    + found.get().describe());
        }
        ProvisionRecord record = ProvisionRecord.create(request.directory());
        record.to(State.BEGUN, Step.PREPARE);
        record.set(Fact.RUN, UUID.randomUUID().toString());
        record.set(Fact.CONFIG_FILE, request.configFile().toString());
        record.set(Fact.CHANNELS, request.replication().channels().name());
        if (serverStopped) {
            record.set(Fact.SERVER_STOPPED, "yes");
        }
        boolean prepared = false;
        try {
            ProvisionResult result = steps(record, Step.PREPARE);
            prepared = true;
            return result;
        } finally {
            if (!prepared && record.step() == Step.PREPARE) {
                rollBack(record).undoPrepare(found);
            }
        }
    }

    private ProvisionResult resume(Optional<ProvisionRecord> found) throws CloneException {
        ProvisionRecord record = found.orElseThrow(this::nothing);
        if (record.state() == State.ROLLING_BACK) {
            throw Failure.Provisioning.UNFINISHED.exception(
                    "an earlier run was putting the old data back: continue with --rollback");
        }
        if (record.state() == State.COMPLETE) {
            return RunResult.of(newRun(request, record, listener), elapsed);
        }
        new SameSettings(request, listener, record).require();
        if (SameSettings.repeatsPrepare(record)) {
            record.set(Fact.CHANNELS, request.replication().channels().name());
            record.forget(Fact.GROUP);
            record.forget(Fact.GROUP_MEMBERS);
        }
        if (record.has(Fact.CLONE_USELESS)) {
            return cloneAgain(record);
        }
        return steps(record, next(record));
    }

    /** Begins again with a new clone, because no source has, or ever will have, what this one lacks. */
    private ProvisionResult cloneAgain(ProvisionRecord record) throws CloneException {
        listener.onProvision(new ProvisionEvent.Note(
                record.step(),
                "a new clone is made, because "
                        + record.fact(Fact.CLONE_USELESS).orElse("")));
        boolean serverStopped = record.has(Fact.SERVER_STOPPED);
        rollBack(record).makeRoom();
        return begin(Optional.empty(), serverStopped);
    }

    /** Returns the step to continue with. */
    static Step next(ProvisionRecord record) {
        Step step = record.step();
        Step next = record.state() == State.DONE && step != Step.VERIFY ? Step.values()[step.ordinal() + 1] : step;
        return again(next, record);
    }

    /** Returns the step that a later process begins with, if this one is not done on disk. */
    static Step again(Step step, ProvisionRecord record) {
        boolean accountMayBeLeft = step == Step.HAND_OVER && !record.has(Fact.ACCOUNT_REMOVED);
        return PRIVATE.contains(step) || accountMayBeLeft ? Step.FIRST_START : step;
    }

    private ProvisionResult steps(ProvisionRecord record, Step first) throws CloneException {
        record.setProcess();
        try (Run run = newRun(request, record, listener)) {
            boolean repeated = first != Step.PREPARE;
            for (Step step : EnumSet.range(first, Step.VERIFY)) {
                step(run, step, repeated);
                repeated = false;
            }
            finish(run);
            return RunResult.of(run, elapsed);
        }
    }

    private void step(Run run, Step step, boolean repeated) throws CloneException {
        ProvisionRecord record = run.record();
        long begin = run.nanoTime().getAsLong();
        run.report().enter(step);
        try {
            requireNotStopped();
            record.to(State.BEGUN, step);
            listener.onProvision(new ProvisionEvent.StepBegan(step, repeated));
            take(run, step, repeated);
            record.to(State.DONE, step);
        } catch (CloneException e) {
            ProvisionException failure = new ProvisionException(step, WhatHolds.after(step, record), e);
            run.close();
            boolean interrupted = Thread.interrupted(); // which would close the record's file
            recordFailure(record, failure);
            new Hooks(run).failed(failure);
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
            throw failure;
        }
        Duration took = Duration.ofNanos(run.nanoTime().getAsLong() - begin);
        elapsed.merge(step, took, Duration::plus);
        if (step == Step.FIRST_START && !repeated && !Run.isIncremental(record)) {
            new CloneHistory(request.directory()).started(took);
        }
        listener.onProvision(new ProvisionEvent.StepDone(step, took));
    }

    /**
     * Records a failure. If the disk is full, the record still says that the step began, and a later process continues.
     */
    private static void recordFailure(ProvisionRecord record, ProvisionException failure) {
        try {
            record.failed(failure);
        } catch (StorageException e) {
            failure.addSuppressed(e);
        }
    }

    private void requireNotStopped() throws CloneException {
        boolean asked;
        synchronized (stopping) {
            asked = stopped.isPresent();
        }
        if (asked) {
            throw Failure.Aborted.INTERRUPTED.exception("stopped");
        }
    }

    private void take(Run run, Step step, boolean repeated) throws CloneException {
        switch (step) {
            case PREPARE -> new Prepare(run).run();
            case CHOOSE_DONOR -> {}
            case CLONE -> new Copy(run, this::copies).run(repeated);
            case STOP -> new Stop(run).run();
            case EXCHANGE -> {
                if (repeated) {
                    new Stop(run).again();
                }
                new Exchange(run).run();
            }
            case FIRST_START -> new FirstStart(run).run(repeated);
            case CONFIGURE -> new Configure(run).run();
            case CATCH_UP -> new CatchUp(run).run();
            case HAND_OVER -> new HandOver(run).run();
            case VERIFY -> new Verify(run).run();
        }
    }

    /** Removes what only an unfinished run needs. */
    void finish(Run run) throws CloneException {
        if (!request.keepOld()
                || run.record().fact(Fact.OLD_DATA).filter("yes"::equals).isEmpty()) {
            if (run.record().has(Fact.OLD_DATA)) { // otherwise an earlier run kept what is there
                Path directory = request.directory();
                Set<Path> others = request.copy().target().innodb().outside(directory);
                new DirectorySwap(directory, others, true).removeOldData();
            }
            new ConfigFile(request.configFile(), run.record()).forget();
        }
        run.record().to(State.COMPLETE, Step.VERIFY);
    }
}
