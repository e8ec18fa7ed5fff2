package org.jclone.provision.step;

import java.util.Optional;
import org.jclone.provision.mysqld.PrivateServer;
import org.jclone.provision.record.ProvisionRecord.Fact;
import org.jclone.provision.server.ServerException;
import org.jclone.provision.server.Statement;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.explain.Failure;
import org.jclone.recipient.storage.CloneFolder;

/**
 * HAND OVER: removes the temporary account, stops the private server, removes the fence, and starts the real server.
 */
public final class HandOver {

    private final Run run;

    public HandOver(Run run) {
        this.run = run;
    }

    public void run() throws CloneException {
        if (run.privateServer().isPresent()) {
            stop(run.privateServer().get());
        } else {
            run.stopLeftOver(); // a process died after it had removed the account
        }
        Optional<JoinGroup> group = JoinGroup.of(run);
        if (group.isPresent()) {
            group.get().awaitExpelled(group.get().address()); // behind the fence
        }
        lowerFence();
        if (run.request().service().startCommand().isPresent()) {
            Commands.run(
                    "--start-command", run.request().service().startCommand().get());
        }
    }

    /** The mark goes last. Once it has gone, the real server may run, and mysqld-auto.cnf is its own. */
    private void lowerFence() throws CloneException {
        if (!CloneFolder.in(run.directory()).isMarked()) {
            run.report().note("the fence was removed before");
        } else if (run.isIncremental()) {
            run.persisted().restore();
            run.fence().unmark();
        } else {
            run.fence().remove();
        }
    }

    private void stop(PrivateServer server) throws CloneException {
        try {
            String replica = server.session().words().replica();
            for (ReplicatingChannel channel : run.channels()) {
                server.session().query(Statement.of("STOP " + replica + " FOR CHANNEL ?", channel.name()));
            }
            if (run.request().join().isPresent()) {
                server.session().query(Statement.of("RESET " + replica + " ALL FOR CHANNEL ?", run.channel()));
            }
            if (run.isIncremental()) {
                new KeptReplication(run).forget(server.session());
            }
            server.removeAccount();
        } catch (ServerException e) {
            throw Run.failed(Failure.Provisioning.STATEMENT, e);
        }
        run.record().set(Fact.ACCOUNT_REMOVED, "yes");
        server.shutDown(run.request().waiting().stall());
        run.forgetPrivateServer();
    }
}
