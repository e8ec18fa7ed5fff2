package org.jclone.provision.step;

import java.time.Duration;
import java.util.Optional;
import org.jclone.provision.mysqld.Interruptions;
import org.jclone.provision.record.ProvisionRecord.Fact;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.explain.Failure;
import org.jclone.recipient.storage.ServerLock;

/** STOP: stops the old server with the operator's command, and waits until it has released the data. */
public final class Stop {

    private static final long POLL_MILLIS = 200;

    private final Run run;

    public Stop(Run run) {
        this.run = run;
    }

    public void run() throws CloneException {
        Optional<JoinGroup> group = JoinGroup.of(run);
        if (group.isPresent()) {
            group.get().requireNotPurged();
        } else {
            new SourceFit(run).requireNotPurged();
        }
        if (run.request().service().stopCommand().isPresent() && ServerLock.isUsed(run.directory())) {
            run.record().set(Fact.SERVER_STOPPED, "yes");
        }
        stop();
        if (!run.isIncremental()) {
            new Hooks(run).beforeExchange();
        }
    }

    /**
     * Stops what may run again though STOP is done: a reboot starts the server, and a service manager tries again and
     * again to start one that refuses the directory. The command may fail if there is nothing to stop.
     */
    public void again() throws CloneException {
        try {
            stop();
        } catch (CloneException e) {
            if (e.code() == CloneErrorCode.ABORTED
                    || run.request().service().stopCommand().isEmpty()) {
                throw e;
            }
            ServerLock.requireUnused(run.directory());
            run.report().warn(e.getMessage(), "No server runs on the directory, so the run continues.");
        }
    }

    private void stop() throws CloneException {
        if (run.request().service().stopCommand().isPresent()) {
            Commands.run("--stop-command", run.request().service().stopCommand().get());
        }
        long begin = run.nanoTime().getAsLong();
        Duration stall = run.request().waiting().stall();
        while (true) {
            try {
                ServerLock.requireUnused(run.directory());
                return;
            } catch (CloneException e) {
                if (run.request().service().stopCommand().isEmpty()
                        || run.nanoTime().getAsLong() - begin > stall.toNanos()) {
                    throw Failure.Provisioning.RUNNING.exception(e.getMessage(), e);
                }
            }
            try {
                Thread.sleep(POLL_MILLIS);
            } catch (InterruptedException e) {
                throw Interruptions.of(e);
            }
        }
    }
}
