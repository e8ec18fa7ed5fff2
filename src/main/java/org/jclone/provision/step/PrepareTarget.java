package org.jclone.provision.step;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.jclone.provision.mysqld.EffectiveOptions;
import org.jclone.provision.mysqld.Fence;
import org.jclone.provision.mysqld.StoppedLogs;
import org.jclone.provision.plan.ErrantChanges;
import org.jclone.provision.server.GtidSet;
import org.jclone.provision.server.ServerException;
import org.jclone.provision.server.ServerSession;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.DonorAddress;
import org.jclone.recipient.api.StorageException;
import org.jclone.recipient.explain.Failure;
import org.jclone.recipient.storage.ServerLock;

/** What PREPARE asks of the target: its program, its option files, its directory, and the server that runs there. */
final class PrepareTarget {

    private final Run run;

    PrepareTarget(Run run) {
        this.run = run;
    }

    /** The program and its option files must respect the fence. */
    void requireFence() throws CloneException {
        EffectiveOptions effective = run.effective();
        if (!effective.version().isAtLeast(Fence.FIRST_VERSION)) {
            throw Failure.Provisioning.FENCE.exception(
                    "the target is MySQL " + effective.version()
                            + ": no fence is known for versions before 8.0.29 that prevents writes to data that is not configured");
        }
        if (EffectiveOptions.ignorePersisted(run.request().mysqld())) {
            throw Failure.Provisioning.FENCE.exception(
                    "the server's option files have persisted_globals_load=OFF, so it would ignore the fence");
        }
    }

    /** The unit must exist, and systemd must answer. */
    void requireService() throws CloneException {
        Optional<String> check = run.request().service().checkCommand();
        if (check.isEmpty()) {
            return;
        }
        Commands.run("--service", check.get());
        if (!ServerUser.isRoot()) {
            run.report()
                    .warn(
                            "systemctl stop and start need root, or a rule of polkit, and this is "
                                    + System.getProperty("user.name"),
                            "Run jclone as root with --mysqld-user, or give --stop-command and --start-command.");
        }
    }

    /** The old server must be stopped, unless the run can stop it. */
    void requireStoppable() throws CloneException {
        if (run.request().service().stopCommand().isPresent()) {
            return;
        }
        try {
            ServerLock.requireUnused(run.directory());
        } catch (StorageException e) {
            throw e;
        } catch (CloneException e) {
            throw Failure.Provisioning.RUNNING.exception(e.getMessage(), e);
        }
    }

    boolean hasData() throws CloneException {
        return Exchange.hasData(run.directory());
    }

    /** Returns what the server that runs on the directory has executed; empty if none answers. */
    Optional<GtidSet> executed() throws CloneException {
        return ask(sql -> sql.gtidSet("@@GLOBAL.gtid_executed"));
    }

    /**
     * Returns the transactions in the binary logs of a target whose server does not answer; empty if they are unknown.
     */
    Optional<GtidSet> logged() throws CloneException {
        try {
            return Optional.of(StoppedLogs.read(run.effective(), run.directory()));
        } catch (IOException e) {
            run.report()
                    .warn(
                            "it is not known whether the target has transactions that the source lacks: no server answers there, and"
                                    + " its binary logs cannot be read: " + e.getMessage(),
                            "A clone replaces them unseen. Start the target's server, so that jclone can compare, or keep the old"
                                    + " data with --keep-old.");
            return Optional.empty();
        }
    }

    /** Returns what these transactions changed, from the target's binary logs. */
    ErrantChanges changesOf(GtidSet errant) throws CloneException {
        return ask(sql -> new ErrantSearch(sql, run.nanoTime()).find(errant)).orElse(ErrantChanges.NONE);
    }

    private interface Question<T> {
        T ask(ServerSession sql) throws ServerException;
    }

    /** Asks with the account of the clone, which a replica has, too. */
    private <T> Optional<T> ask(Question<T> question) throws CloneException {
        Optional<Path> socket = run.effective().value("socket").map(Path::of).filter(Path::isAbsolute);
        if (socket.isEmpty()) {
            return Optional.empty();
        }
        try (ServerSession sql =
                run.asCloneUser(DonorAddress.ofSocket(socket.get())).connect()) {
            String place = sql.query("SELECT @@GLOBAL.datadir").single().orElse("");
            if (!Path.of(place).normalize().equals(run.directory())) {
                run.report()
                        .warn("the server on " + socket.get() + " runs on " + place + ", and is not the target", "");
                return Optional.empty();
            }
            return Optional.of(question.ask(sql));
        } catch (ServerException e) {
            run.report().note("no answer from the target: " + e.getMessage());
            return Optional.empty();
        }
    }
}
