package org.jclone.daemon;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jclone.daemon.api.CancelMode;
import org.jclone.daemon.api.RunEvent;
import org.jclone.daemon.api.RunFailure;
import org.jclone.daemon.api.RunOrder;
import org.jclone.daemon.api.RunStatus.State;
import org.jclone.daemon.api.TargetStatus.DirectoryState;
import org.jclone.daemon.throttle.DonorWatcher;
import org.jclone.provision.Provisioning;
import org.jclone.provision.Provisioning.Mode;
import org.jclone.provision.api.ProvisionException;
import org.jclone.provision.api.ProvisionListener;
import org.jclone.provision.api.ProvisionRequest;
import org.jclone.provision.api.ProvisionResult;
import org.jclone.provision.api.Step;
import org.jclone.provision.record.ProvisionRecord;
import org.jclone.provision.server.Server;
import org.jclone.recipient.ServerConnector;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.CloneRequest;
import org.jclone.recipient.explain.Failure;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Works on one run, on a thread of its own: reads in the record of the data directory how far it is, and does what
 * remains.
 */
final class Worker {

    private static final Logger LOGGER = LoggerFactory.getLogger(Worker.class);

    /** A run is given up if more processes than this die in one of its steps. */
    static final int MAX_PROCESSES_IN_STEP = 10;

    /** For the statements that begin a session with a donor. */
    private static final Duration DONOR_PATIENCE = Duration.ofSeconds(5);

    private final LiveRun run;
    private final Target target;
    private final LongSupplier nanoTime;

    Worker(LiveRun run, Target target, LongSupplier nanoTime) {
        this.run = run;
        this.target = target;
        this.nanoTime = nanoTime;
    }

    /** Runs until the run is over, or the daemon stops. */
    void work() {
        try {
            requirePossible(run.stored());
        } catch (CloneException e) {
            failed(e);
            return;
        }
        try {
            if (attempt()) {
                return;
            }
            run.end(State.SUCCEEDED, Optional.empty(), false);
        } catch (CloneException e) {
            ended(e);
        } catch (RuntimeException | Error e) {
            LOGGER.atError().addKeyValue("run", run.id()).setCause(e).log("a bug in jclone");
            ended(Failure.General.INTERNAL.exception("a bug in jclone: " + e, e));
        }
    }

    /** @return whether the run has ended otherwise than by success */
    private boolean attempt() throws CloneException {
        StoredRun stored = run.stored();
        Optional<ProvisionRecord> record = ProvisionRecord.read(target.directory());
        if (stored.stop().isPresent()) { // an earlier process was asked to stop it
            stopped(stored.stop().get());
            return true;
        }
        if (stored.order().action() == RunOrder.Action.ROLL_BACK) {
            boolean isDone = record.isEmpty() && stored.processes() > 1; // by an earlier process
            if (!isDone) {
                run(Mode.ROLL_BACK);
            }
            return false;
        }
        if (record.map(ProvisionRecord::state)
                .filter(ProvisionRecord.State.ROLLING_BACK::equals)
                .isPresent()) {
            run(Mode.ROLL_BACK);
            record = Optional.empty();
        }
        Mode mode = mode(record, stored);
        if (mode == Mode.NEW && stored.order().by().equals(Keeper.BY)) {
            requireNeeded(record);
        }
        run(mode).ifPresent(run::setResult);
        return false;
    }

    /** Checks an order of the keeper again: it may have waited for hours, and must not replace healthy data. */
    private void requireNeeded(Optional<ProvisionRecord> record) throws CloneException {
        if (TargetDirectory.state(target, record) == DirectoryState.EMPTY) {
            return;
        }
        if (!target.upkeep().replacesBroken() || !isBroken()) {
            throw Failure.Daemon.NOT_NEEDED.exception("what made the daemon order this run no longer holds: "
                    + target.directory() + " is not empty, and its data is not known to be beyond recovery");
        }
    }

    private boolean isBroken() throws CloneException {
        Provisioning engine = new Provisioning(target.requests().request(run), ProvisionListener.NONE);
        run.setEngine(Optional.of(engine), false);
        try {
            return Keeper.isBroken(engine.plan());
        } finally {
            run.setEngine(Optional.empty(), false);
            Thread.interrupted(); // as in run()
        }
    }

    private void requirePossible(StoredRun stored) throws CloneException {
        if (!stored.directory().equals(target.directory())) {
            throw Failure.Daemon.DIRECTORY.exception("the run was ordered for " + stored.directory()
                    + ", and the target " + target.name() + " is now " + target.directory());
        }
        if (stored.processesInStep() > MAX_PROCESSES_IN_STEP) {
            throw Failure.Daemon.LOOP.exception(MAX_PROCESSES_IN_STEP + " processes have ended during "
                    + stored.step().map(Step::displayName).orElse("the start of the run") + ", without an error");
        }
    }

    private static Mode mode(Optional<ProvisionRecord> record, StoredRun stored) {
        if (record.isEmpty()) {
            return Mode.NEW;
        }
        if (record.get().state() != ProvisionRecord.State.COMPLETE) {
            return Mode.RESUME;
        }
        return stored.processes() > 1 && stored.wrote(record.get()) ? Mode.RESUME : Mode.NEW;
    }

    private Optional<ProvisionResult> run(Mode mode) throws CloneException {
        run.publish(
                RunEvent.Kind.STARTED,
                switch (mode) {
                    case NEW, RESUME_OR_BEGIN -> "the run begins";
                    case RESUME -> "the run continues with what the directory records";
                    case ROLL_BACK -> "the old data is put back";
                },
                Map.of(
                        "mode",
                        mode.name(),
                        "process",
                        Integer.toString(run.stored().processes())));
        ProvisionRequest request = target.requests().request(run);
        Provisioning engine = new Provisioning(request, run);
        try (DonorWatcher watcher = watcher(request)) {
            run.limits().setWatcher(Optional.of(watcher));
            run.setEngine(Optional.of(engine), mode == Mode.ROLL_BACK);
            return engine.run(mode);
        } finally {
            run.limits().setWatcher(Optional.empty());
            run.setEngine(Optional.empty(), false);
            Thread.interrupted(); // a late interrupt would close the files of what follows
        }
    }

    /** The watcher has passwords of its own, because the run wipes those of its request. */
    private DonorWatcher watcher(ProvisionRequest request) {
        CloneRequest access = request.copy().withOwnPasswords();
        DonorWatcher watcher = new DonorWatcher(
                target.care(),
                donor -> Server.of(new ServerConnector(donor, access.login(), access.tls(), DONOR_PATIENCE)),
                nanoTime,
                run.limits(),
                () -> {
                    access.login().password().close();
                    access.tls().sslKeyPassword().close();
                });
        watcher.start();
        return watcher;
    }

    /**
     * Takes a failure after a request to stop for its effect. Any other failure occurs again when the run continues.
     */
    private void ended(CloneException e) {
        Optional<CancelMode> stop = run.stored().stop();
        if (stop.isEmpty() && !run.isInterrupted()) {
            failed(e);
            return;
        }
        if (e.code() != CloneErrorCode.ABORTED) {
            run.publish(RunEvent.Kind.NOTE, "ended while it was being stopped: " + e.getMessage(), Map.of());
        }
        if (stop.isEmpty()) {
            interrupted();
            return;
        }
        try {
            stopped(stop.get());
        } catch (CloneException failure) {
            if (run.isInterrupted()) {
                interrupted();
            } else {
                failed(failure);
            }
        } catch (RuntimeException failure) {
            LOGGER.atError().addKeyValue("run", run.id()).setCause(failure).log("a bug in jclone");
            failed(Failure.General.INTERNAL.exception("a bug in jclone: " + failure, failure));
        }
    }

    private void interrupted() {
        run.publish(RunEvent.Kind.INTERRUPTED, "the daemon stops; the run continues when it starts again", Map.of());
        run.backToQueue();
    }

    private void stopped(CancelMode mode) throws CloneException {
        StoredRun stored = run.stored();
        boolean isComplete = ProvisionRecord.read(target.directory())
                .filter(record -> record.state() == ProvisionRecord.State.COMPLETE && stored.wrote(record))
                .isPresent();
        if (isComplete) { // the request came too late, or the process died after the last step
            run.end(State.SUCCEEDED, Optional.empty(), false);
            return;
        }
        if (mode == CancelMode.FOR_GOOD && hasRecord()) {
            run(Mode.ROLL_BACK);
        }
        boolean forGood = mode == CancelMode.FOR_GOOD;
        run.end(forGood ? State.CANCELLED : State.SUSPENDED, Optional.empty(), !forGood);
    }

    private void failed(CloneException e) {
        run.failed(e);
        Optional<Step> step = e instanceof ProvisionException failure ? Optional.of(failure.step()) : Optional.empty();
        String holds = e instanceof ProvisionException failure ? failure.state() : "";
        run.end(
                State.FAILED,
                Optional.of(new RunFailure(e.code(), step, String.valueOf(e.getMessage()), e.hint(), holds)),
                isResumable());
    }

    private boolean isResumable() {
        try {
            return hasRecord();
        } catch (CloneException e) {
            return true; // there is a record, which cannot be read
        }
    }

    /** Whether there is a run to continue or to undo. */
    private boolean hasRecord() throws CloneException {
        return ProvisionRecord.read(target.directory())
                .filter(record -> record.state() != ProvisionRecord.State.COMPLETE)
                .isPresent();
    }
}
