package org.jclone.provision;

import java.io.IOException;
import java.nio.file.Files;
import java.util.Optional;
import org.jclone.provision.api.ProvisionEvent;
import org.jclone.provision.api.ProvisionException;
import org.jclone.provision.api.ProvisionListener;
import org.jclone.provision.api.ProvisionRequest;
import org.jclone.provision.api.Step;
import org.jclone.provision.mysqld.LeftOverServer;
import org.jclone.provision.mysqld.PrivateFolder;
import org.jclone.provision.record.ProvisionRecord;
import org.jclone.provision.record.ProvisionRecord.Fact;
import org.jclone.provision.record.ProvisionRecord.State;
import org.jclone.provision.step.Commands;
import org.jclone.provision.step.ConfigFile;
import org.jclone.provision.step.IncrementalRollback;
import org.jclone.provision.step.Run;
import org.jclone.provision.step.Stop;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.explain.Failure;
import org.jclone.recipient.replace.DirectorySwap;
import org.jclone.recipient.storage.CloneFolder;
import org.jclone.recipient.storage.ServerLock;

/** Undoes a run, completely or as far as a new clone needs it. Removes the record last, so that it can be repeated. */
final class RollBack {

    private final ProvisionRequest request;
    private final ProvisionListener listener;
    private final ProvisionRecord record;

    RollBack(ProvisionRequest request, ProvisionListener listener, ProvisionRecord record) {
        this.request = request;
        this.listener = listener;
        this.record = record;
    }

    /** Puts the old data or, after an incremental recovery, the old settings back. Starts the server that STOP stopped. */
    void run() throws CloneException {
        Step step = record.step();
        try {
            putBack(step);
            if (record.has(Fact.SERVER_STOPPED)) {
                startAgain(step);
            }
        } catch (CloneException e) {
            throw record.state() == State.ROLLING_BACK ? unfinished(e) : e;
        }
        record.remove();
    }

    /** The operator's command outlives a run that ends during it, so the server may still stop after it was seen running. */
    private void finishStop() throws CloneException {
        try (Run run = Provisioning.newRun(request, record, listener)) {
            new Stop(run).again();
        }
    }

    /** A command that does not work has stopped nothing, so the server that runs may stay. */
    private void tryToFinishStop() throws CloneException {
        try {
            finishStop();
        } catch (CloneException e) {
            if (e.code() == CloneErrorCode.ABORTED) {
                throw e;
            }
            note(Step.STOP, "the server was not stopped: " + e.getMessage());
        }
    }

    private void startAgain(Step step) throws CloneException {
        if (ServerLock.isUsed(request.directory())) {
            return; // a service manager was faster
        }
        Optional<String> start = request.service().startCommand();
        if (start.isEmpty()) {
            note(step, "start the server that the run stopped; without --service and --start-command jclone cannot");
            return;
        }
        Commands.run("--start-command", start.get());
        note(step, "the server that the run stopped was started again");
    }

    /** Replaces the hint of the engine, which is about a run that continues. */
    private ProvisionException unfinished(CloneException e) {
        String hint = e.hint().replace("; or clone to another --dir", "").replace("--resume", "--rollback");
        return new ProvisionException(
                record.step(),
                "The rollback has begun and has not ended; the same command with --rollback continues.",
                new CloneException(e.code(), e.getMessage(), hint, e));
    }

    private void putBack(Step step) throws CloneException {
        if (record.isHandedOver()) {
            throw Failure.Provisioning.ROLLBACK.exception("the new server is configured: " + record.describe());
        }
        new SameSettings(request, listener, record).requireConfigFile();
        if (step == Step.STOP && record.has(Fact.SERVER_STOPPED)) {
            tryToFinishStop();
        }
        if (Run.isIncremental(record)) {
            putSettingsBack(step);
            note(
                    step,
                    "channels, events and settings are as they were before the run; transactions that were replicated"
                            + " stay");
        } else {
            putDataBack();
            note(step, "the directory and " + request.configFile() + " are as they were before the run");
        }
    }

    /**
     * Restores everything as it was before PREPARE, so that nothing is left to resume.
     *
     * @param earlier the record of the complete run before this one
     */
    void undoPrepare(Optional<ProvisionRecord> earlier) throws CloneException {
        boolean interrupted = Thread.interrupted(); // which would close the files
        configFile().restore();
        if (record.has(Fact.SERVER_STOPPED)) { // by the run whose clone was useless
            try {
                startAgain(Step.PREPARE);
            } catch (CloneException e) {
                listener.onProvision(new ProvisionEvent.Warning(Step.PREPARE, e.getMessage(), e.hint()));
            }
        }
        if (earlier.isPresent()) {
            earlier.get().putBack();
        } else {
            record.remove();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Undoes the run for a new clone. The data of an incremental recovery stays until that clone is exchanged. */
    void makeRoom() throws CloneException {
        if (Run.isIncremental(record)) {
            putSettingsBack(record.step());
        } else {
            putDataBack();
        }
        record.remove();
    }

    private void putDataBack() throws CloneException {
        DirectorySwap swap = swap();
        record.to(State.ROLLING_BACK, record.step());
        record.setProcess();
        stopLeftOver();
        boolean exchanged = record.has(Fact.OLD_DATA) // otherwise an earlier run kept what is there
                && (DirectorySwap.isUnderWay(request.directory()) || swap.keepsOldData());
        if (exchanged) {
            finishStop(); // until then the old server may run
        }
        configFile().restore(); // as long as no server starts on the old data
        if (exchanged) {
            swap.restore();
        } else {
            swap.finish(); // one that was under way before the run: part of its data is in the staging folder
        }
        swap.discardStaging();
        removeEmptyMarkFolder();
    }

    private void putSettingsBack(Step step) throws CloneException {
        record.to(State.ROLLING_BACK, step);
        record.setProcess();
        try (Run run = Provisioning.newRun(request, record, listener)) {
            run.report().enter(step);
            new IncrementalRollback(run).run();
        }
        removeEmptyMarkFolder();
    }

    private void stopLeftOver() throws CloneException {
        Optional<String> folder = record.fact(Fact.PRIVATE_FOLDER);
        if (folder.isPresent()) {
            new LeftOverServer(PrivateFolder.recorded(request.directory(), folder.get()), System::nanoTime)
                    .stop(request.waiting().stall());
        }
    }

    private void removeEmptyMarkFolder() {
        try {
            Files.deleteIfExists(CloneFolder.in(request.directory()).path());
        } catch (IOException e) {
            return; // the old data has one that is not empty
        }
    }

    private DirectorySwap swap() {
        return DirectorySwap.markedToTheEnd(
                request.directory(), request.copy().target().innodb().outside(request.directory()));
    }

    private ConfigFile configFile() {
        return new ConfigFile(request.configFile(), record);
    }

    private void note(Step step, String text) {
        listener.onProvision(new ProvisionEvent.Note(step, text));
    }
}
