package org.jclone.provision.step;

import org.jclone.provision.mysqld.PrivateServer;
import org.jclone.provision.record.ProvisionRecord.Fact;
import org.jclone.provision.server.ServerException;
import org.jclone.provision.server.ServerSession;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.explain.Failure;
import org.jclone.recipient.storage.CloneFolder;

/**
 * Undoes a run that kept the data: puts back channels, events, persisted variables and settings, and removes the
 * temporary account and the fence. What was replicated stays. Can be repeated; the fence is up until everything else is
 * done.
 */
public final class IncrementalRollback {

    private final Run run;

    public IncrementalRollback(Run run) {
        this.run = run;
    }

    public void run() throws CloneException {
        run.stopLeftOver(); // also one whose account is removed already
        if (run.record().has(Fact.ACCOUNT)) {
            undoInServer();
        }
        run.configFile().restore();
        if (run.record().has(Fact.PERSISTED_BEFORE)
                && CloneFolder.in(run.directory()).isMarked()) {
            run.persisted().restore();
            run.fence().unmark();
        } else {
            run.persisted().forget(); // the fence was not raised, or is removed: a server may have written since
        }
    }

    /**
     * Starts the private server twice: channels that were put back are known only to a server that starts with them.
     */
    private void undoInServer() throws CloneException {
        KeptReplication kept = new KeptReplication(run);
        try {
            PrivateServer server = new FirstStart(run).start(true);
            if (kept.isKept()) {
                kept.restore(server.session());
                server.shutDown(run.request().waiting().stall());
                run.forgetPrivateServer();
                server = new FirstStart(run).start(true);
                requireChannels(server.session(), kept);
                run.record().forget(Fact.REPLICATION_BEFORE);
            }
            kept.remove(server.session());
            server.removeAccount();
            run.record().forget(Fact.ACCOUNT);
            server.shutDown(run.request().waiting().stall());
            run.forgetPrivateServer();
        } catch (ServerException e) {
            throw Run.failed(Failure.Provisioning.STATEMENT, e);
        } finally {
            run.close();
        }
    }

    private static void requireChannels(ServerSession sql, KeptReplication kept)
            throws ServerException, CloneException {
        long known = sql.query("SELECT COUNT(*) FROM performance_schema.replication_connection_configuration"
                        + " WHERE HOST <> ''")
                .single()
                .map(Long::parseLong)
                .orElse(0L);
        if (known < kept.channels(sql)) {
            throw Failure.Provisioning.ROLLBACK.exception(
                    "the server did not take all channels back: it knows " + known + " of " + kept.channels(sql));
        }
    }
}
