package org.jclone.provision;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
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
import org.jclone.provision.mysqld.EffectiveOptions;
import org.jclone.provision.mysqld.LeftOverServer;
import org.jclone.provision.mysqld.PrivateFolder;
import org.jclone.provision.plan.Decision;
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
import org.jclone.provision.step.IncrementalRollback;
import org.jclone.provision.step.Prepare;
import org.jclone.provision.step.Run;
import org.jclone.provision.step.Stop;
import org.jclone.provision.step.Verify;
import org.jclone.recipient.api.BandwidthLimits;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.DonorAddress;
import org.jclone.recipient.explain.Failure;
import org.jclone.recipient.replace.DirectorySwap;
import org.jclone.recipient.replace.OwnNames;
import org.jclone.recipient.storage.CloneFolder;
import org.jclone.recipient.storage.Durable;
import org.jclone.recipient.storage.LockFile;
import org.jclone.recipient.storage.StorageErrors;

/**
 * One run: takes the steps in their order, records each before and after, and continues where an earlier process died.
 * Each object runs once.
 */
public final class Provisioning {

    /** What to do about an earlier run. */
    public enum Mode {
        /** Begin; refuse a directory in which a run has not ended. */
        NEW,
        /** Continue the run that the directory's record describes. */
        RESUME,
        /** Put the old data back. */
        ROLL_BACK
    }

    /** Steps whose effect ends with the private server, so a later process repeats them together. */
    private static final Set<Step> PRIVATE = EnumSet.of(Step.FIRST_START, Step.CONFIGURE, Step.CATCH_UP);

    private final ProvisionRequest request;
    private final ProvisionListener listener;
    private final AtomicReference<Copy.Control> copying = new AtomicReference<>();
    private final Map<Step, Duration> elapsed = new EnumMap<>(Step.class);
    private volatile Optional<BandwidthLimits> limits = Optional.empty();
    private volatile Thread thread;
    private volatile boolean stopped;

    public Provisioning(ProvisionRequest request, ProvisionListener listener) {
        this.request = request;
        this.listener = listener;
    }

    /**
     * Runs to the end.
     *
     * @return the result; empty for {@link Mode#ROLL_BACK}
     */
    public Optional<ProvisionResult> run(Mode mode) throws CloneException {
        thread = Thread.currentThread();
        Path directory = request.directory();
        boolean made = makeDirectory(directory);
        Optional<LockFile> held = Optional.empty();
        try {
            held = Optional.of(lock(directory));
            Optional<ProvisionRecord> found = ProvisionRecord.read(directory);
            if (mode == Mode.ROLL_BACK) {
                rollBack(found.orElseThrow(() -> nothing(directory)));
                return Optional.empty();
            }
            return Optional.of(mode == Mode.NEW ? begin(found) : resume(found));
        } finally {
            held.ifPresent(LockFile::close);
            thread = null;
            Thread.interrupted(); // an interrupt of stop() ends with the run
            request.wipe();
            if (made) {
                removeIfEmpty(directory);
            }
        }
    }

    /** Returns what {@link #run} would do, and changes nothing. */
    public ProvisionPlan plan() {
        thread = Thread.currentThread();
        try (Run run = new Run(request, ProvisionRecord.inMemory(request.directory()), listener)) {
            return new Prepare(run).plan();
        } finally {
            thread = null;
            request.wipe();
        }
    }

    /** Stops the run, so that it can be resumed; {@link #run} then throws. From any thread. */
    public void stop(String reason) {
        stop(copy -> copy.suspend(reason));
    }

    /** Stops the run like {@link #stop}, and releases the donor's snapshot if the copy runs. From any thread. */
    public void abort(String reason) {
        stop(copy -> copy.abort(reason));
    }

    private void stop(Consumer<Copy.Control> how) {
        stopped = true;
        Copy.Control copy = copying.get();
        Thread running = thread;
        if (copy != null) {
            how.accept(copy);
        } else if (running != null) {
            running.interrupt();
        }
    }

    /** Changes the limits of the copy, even before it begins. From any thread. */
    public void setBandwidthLimits(BandwidthLimits changed) {
        limits = Optional.of(changed);
        Optional.ofNullable(copying.get()).ifPresent(copy -> copy.setBandwidthLimits(changed));
    }

    private void copies(Optional<Copy.Control> control) {
        copying.set(control.orElse(null));
        control.ifPresent(copy -> limits.ifPresent(copy::setBandwidthLimits));
    }

    private static boolean makeDirectory(Path directory) throws CloneException {
        if (Files.isDirectory(directory)) {
            return false;
        }
        Durable.createDirectory(directory);
        Durable.flushDirectory(directory.getParent());
        return true;
    }

    private static void removeIfEmpty(Path directory) {
        try {
            Files.delete(directory);
        } catch (IOException e) {
            return; // it holds the run's data
        }
    }

    private static LockFile lock(Path directory) throws CloneException {
        Path file = directory.resolve(ProvisionRecord.NAME + ".lock");
        try {
            return LockFile.tryTake(file)
                    .orElseThrow(() -> Failure.TargetNotUsable.OTHER_CLONE.exception(
                            directory + " is being provisioned by another jclone"));
        } catch (IOException e) {
            throw StorageErrors.of("lock", file, -1, e);
        }
    }

    private static CloneException nothing(Path directory) {
        return Failure.Provisioning.RECORD.exception(directory + " holds no run of jclone provision");
    }

    private ProvisionResult begin(Optional<ProvisionRecord> found) throws CloneException {
        if (found.isPresent() && found.get().state() != State.COMPLETE) {
            throw Failure.Provisioning.UNFINISHED.exception("a run in " + request.directory() + " has not ended: "
                    + found.get().describe());
        }
        ProvisionRecord record = ProvisionRecord.create(request.directory());
        record.to(State.BEGUN, Step.PREPARE);
        record.set(Fact.RUN, UUID.randomUUID().toString());
        record.set(Fact.CONFIG_FILE, request.configFile().toString());
        boolean prepared = false;
        try {
            ProvisionResult result = steps(record, Step.PREPARE);
            prepared = true;
            return result;
        } finally {
            if (!prepared && record.step() == Step.PREPARE) {
                undoPrepare(record);
            }
        }
    }

    /** Leaves everything as it was, so that there is nothing to resume. */
    private void undoPrepare(ProvisionRecord record) throws CloneException {
        boolean interrupted = Thread.interrupted(); // which would close the files
        configFile(record).restore();
        record.remove();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private ConfigFile configFile(ProvisionRecord record) {
        return new ConfigFile(request.configFile(), record);
    }

    private Set<Path> others() {
        return request.copy().target().innodb().outside(request.directory());
    }

    private ProvisionResult resume(Optional<ProvisionRecord> found) throws CloneException {
        ProvisionRecord record = found.orElseThrow(() -> nothing(request.directory()));
        if (record.state() == State.ROLLING_BACK) {
            throw Failure.Provisioning.UNFINISHED.exception(
                    "an earlier run was putting the old data back: continue with --rollback");
        }
        requireSameSource(record);
        requireSameConfigFile(record);
        requireSameChannels(record);
        if (record.has(Fact.CLONE_USELESS)) {
            return cloneAgain(record);
        }
        if (record.state() == State.COMPLETE) {
            return result(new Run(request, record, listener));
        }
        return steps(record, next(record));
    }

    /** A run has one source; another one may be given until the channel is set up, if a position has no meaning. */
    private void requireSameSource(ProvisionRecord record) throws CloneException {
        List<String> given = request.replication().source().given().stream()
                .map(DonorAddress::toString)
                .toList();
        Optional<String> before = record.fact(Fact.SOURCE);
        String all = String.join(" ", given);
        boolean same = record.fact(Fact.SOURCE_CANDIDATES).map(all::equals).orElse(before.equals(Optional.of(all)));
        if (request.join().isPresent() || given.isEmpty() || before.isEmpty() || same) {
            return;
        }
        boolean byGtid = record.fact(Fact.METHOD).filter("GTID"::equals).isPresent();
        if (!byGtid || record.has(Fact.CHANNEL)) {
            if (given.contains(before.get())) {
                return;
            }
            throw Failure.Provisioning.UNFINISHED.exception(
                    "the run began with the source " + before.get() + ", now it is " + given.get(0));
        }
        record.set(Fact.SOURCE, given.get(0));
        record.set(Fact.SOURCE_CANDIDATES, all);
        record.forget(Fact.CLONE_USELESS);
        listener.onProvision(new ProvisionEvent.Note(
                record.step(), "the source is one of " + all + " from now on; before it was " + before.get()));
    }

    /** No source has what the clone lacks, and none will have it again. */
    private ProvisionResult cloneAgain(ProvisionRecord record) throws CloneException {
        listener.onProvision(new ProvisionEvent.Note(
                record.step(),
                "a new clone is made, because "
                        + record.fact(Fact.CLONE_USELESS).orElse("")));
        if (isIncremental(record)) {
            stopLeftOver(record);
            DirectorySwap.markedToTheEnd(request.directory(), others()).unmark();
            removeEmptyMarkFolder();
            record.remove();
        } else {
            putBack(record);
        }
        return begin(Optional.empty());
    }

    /** What was kept of the file is beside it. The record's word is not enough: others may write to it. */
    private void requireSameConfigFile(ProvisionRecord record) throws CloneException {
        Optional<String> before = record.fact(Fact.CONFIG_FILE);
        if (before.isPresent() && !before.get().equals(request.configFile().toString())) {
            throw Failure.Provisioning.UNFINISHED.exception(
                    "the run began with --config-file=" + before.get() + ", now it is " + request.configFile());
        }
    }

    private void requireSameChannels(ProvisionRecord record) throws CloneException {
        String now = request.replication().channels().name();
        Optional<String> before = record.fact(Fact.CHANNELS).filter(policy -> !policy.equals(now));
        if (before.isPresent()) {
            throw Failure.Provisioning.UNFINISHED.exception(
                    "the run began with --channels=" + before.get() + ", now it is " + now);
        }
    }

    /** Returns the step to continue with. */
    static Step next(ProvisionRecord record) {
        Step step = record.step();
        Step next = record.state() == State.DONE && step != Step.VERIFY ? Step.values()[step.ordinal() + 1] : step;
        boolean accountMayBeLeft = next == Step.HAND_OVER && !record.has(Fact.ACCOUNT_REMOVED);
        return PRIVATE.contains(next) || accountMayBeLeft ? Step.FIRST_START : next;
    }

    private ProvisionResult steps(ProvisionRecord record, Step first) throws CloneException {
        record.setProcess();
        try (Run run = new Run(request, record, listener)) {
            boolean repeated = first != Step.PREPARE;
            for (Step step : EnumSet.range(first, Step.VERIFY)) {
                step(run, step, repeated);
                repeated = false;
            }
            finish(run);
            return result(run);
        }
    }

    private void step(Run run, Step step, boolean repeated) throws CloneException {
        ProvisionRecord record = run.record();
        long begin = System.nanoTime();
        run.enter(step);
        try {
            requireNotStopped();
            record.to(State.BEGUN, step);
            listener.onProvision(new ProvisionEvent.StepBegan(step, repeated));
            take(run, step, repeated);
            record.to(State.DONE, step);
        } catch (CloneException e) {
            ProvisionException failure = new ProvisionException(step, holds(record, step), e);
            run.close();
            boolean interrupted = Thread.interrupted(); // which would close the record's file
            record.failed(failure.getMessage());
            new Hooks(run).failed(failure);
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
            throw failure;
        }
        Duration took = Duration.ofNanos(System.nanoTime() - begin);
        elapsed.merge(step, took, Duration::plus);
        if (step == Step.FIRST_START && !repeated && !isIncremental(record)) {
            new CloneHistory(request.directory()).started(took);
        }
        listener.onProvision(new ProvisionEvent.StepDone(step, took));
    }

    private void requireNotStopped() throws CloneException {
        if (stopped) {
            throw Failure.Aborted.INTERRUPTED.exception("stopped");
        }
    }

    private void take(Run run, Step step, boolean repeated) throws CloneException {
        switch (step) {
            case PREPARE -> new Prepare(run).run();
            case CHOOSE_DONOR -> {}
            case CLONE -> new Copy(run, this::copies, Clock.systemUTC()).run(repeated);
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

    /** Says what holds after a failure, and what the next run does. */
    private String holds(ProvisionRecord record, Step step) {
        if (record.has(Fact.CLONE_USELESS)) {
            return "The old data, if there is any, is kept; the same command with --resume makes a new clone, with another"
                    + " --source it continues with this one"
                    + (isIncremental(record) ? "." : ", --rollback puts the old data back.");
        }
        String resume = "; the same command with --resume continues with " + step.displayName();
        return switch (step) {
            case PREPARE -> "Nothing was changed.";
            case CHOOSE_DONOR, CLONE ->
                "The old data, if there is any, is untouched, and its server may run" + resume + ".";
            case STOP ->
                "The clone is complete beside the old data, which is untouched: its server can be started" + resume
                        + ".";
            case EXCHANGE -> "No server starts on the directory" + resume + ", --rollback puts the old data back.";
            case FIRST_START, CONFIGURE, CATCH_UP ->
                "No server starts on the directory; the same command with --resume continues with FIRST START, --rollback"
                        + " puts the old data back.";
            case HAND_OVER -> "The new data is configured" + resume + ".";
            case VERIFY -> "The new server is configured and was started" + resume + ".";
        };
    }

    /** Removes what only an unfinished run needs. */
    private void finish(Run run) throws CloneException {
        if (!request.keepOld()
                || run.record().fact(Fact.OLD_DATA).filter("yes"::equals).isEmpty()) {
            new DirectorySwap(request.directory(), others(), true).removeOldData();
            configFile(run.record()).forget();
        }
        run.record().to(State.COMPLETE, Step.VERIFY);
    }

    private ProvisionResult result(Run run) {
        ProvisionRecord record = run.record();
        Path old = request.directory().resolve(OwnNames.OLD);
        return new ProvisionResult(
                request.directory(),
                run.donor(),
                record.fact(Fact.SOURCE).map(DonorAddress::parse),
                run.foundChannels(),
                record.fact(Fact.SERVER_UUID).orElse(""),
                Long.parseLong(record.fact(Fact.SERVER_ID).orElse("0")),
                record.fact(Fact.METHOD).filter("GTID"::equals).isPresent(),
                request.join().flatMap(join -> record.fact(Fact.GROUP)),
                request.configFile(),
                request.service().startCommand().isPresent(),
                run.verified(),
                String.join(" ", EffectiveOptions.commandLineWith(request.mysqld(), request.configFile())),
                Files.exists(old) ? Optional.of(old) : Optional.empty(),
                run.remarks(),
                elapsed);
    }

    private static boolean isIncremental(ProvisionRecord record) {
        return record.fact(Fact.WAY)
                .filter(Decision.Way.INCREMENTAL.name()::equals)
                .isPresent();
    }

    private void rollBack(ProvisionRecord record) throws CloneException {
        boolean over = record.state() == State.COMPLETE
                || record.step() == Step.VERIFY
                || record.step() == Step.HAND_OVER && record.has(Fact.ACCOUNT_REMOVED)
                || record.fact(Fact.REPLICATION_BEFORE).filter("over"::equals).isPresent();
        if (over) {
            throw Failure.Provisioning.ROLLBACK.exception("the new server is configured: " + record.describe());
        }
        requireSameConfigFile(record);
        if (isIncremental(record)) {
            rollBackIncremental(record);
            return;
        }
        Step step = record.step();
        putBack(record);
        listener.onProvision(new ProvisionEvent.Note(
                step, "the directory and " + request.configFile() + " are as they were before the run"));
    }

    private void putBack(ProvisionRecord record) throws CloneException {
        DirectorySwap swap = DirectorySwap.markedToTheEnd(request.directory(), others());
        record.to(State.ROLLING_BACK, record.step());
        stopLeftOver(record);
        if (DirectorySwap.isUnderWay(request.directory()) || swap.keepsOldData()) {
            try (Run run = new Run(request, record, listener)) {
                new Stop(run).again(); // until then the old server may run
            }
        }
        configFile(record).restore(); // as long as no server starts on the old data
        swap.restore();
        swap.discardStaging();
        removeEmptyMarkFolder();
        record.remove();
    }

    private void stopLeftOver(ProvisionRecord record) throws CloneException {
        Optional<String> folder = record.fact(Fact.PRIVATE_FOLDER);
        if (folder.isPresent()) {
            new LeftOverServer(PrivateFolder.recorded(request.directory(), folder.get()))
                    .stop(request.waiting().stall());
        }
    }

    private void rollBackIncremental(ProvisionRecord record) throws CloneException {
        Step step = record.step();
        record.to(State.ROLLING_BACK, step);
        try (Run run = new Run(request, record, listener)) {
            run.enter(step);
            new IncrementalRollback(run).run();
        }
        removeEmptyMarkFolder();
        record.remove();
        listener.onProvision(new ProvisionEvent.Note(
                step,
                "channels, events and settings are as they were before the run; transactions that were replicated"
                        + " stay"));
    }

    private void removeEmptyMarkFolder() {
        try {
            Files.deleteIfExists(CloneFolder.in(request.directory()).path());
        } catch (IOException e) {
            return; // the old data has one that is not empty
        }
    }
}
