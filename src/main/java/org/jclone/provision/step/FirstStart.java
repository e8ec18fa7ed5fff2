package org.jclone.provision.step;

import java.util.ArrayList;
import java.util.List;
import org.jclone.provision.mysqld.PrivateFolder;
import org.jclone.provision.mysqld.PrivateServer;
import org.jclone.provision.record.ProvisionRecord.Fact;
import org.jclone.provision.server.RefusedException;
import org.jclone.provision.server.ServerException;
import org.jclone.provision.server.ServerSession;
import org.jclone.provision.server.Statement;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.StorageException;
import org.jclone.recipient.explain.Failure;
import org.jclone.recipient.sql.Rows;
import org.jclone.recipient.storage.CloneFolder;
import org.jclone.recipient.storage.ServerLock;

/** FIRST START: starts the private server behind the fence, and reads the identity of the clone. */
public final class FirstStart {

    private static final int NO_SUCH_TABLE = 1146;

    private final Run run;

    public FirstStart(Run run) {
        this.run = run;
    }

    /** @param repeated whether a reboot may have started a server since */
    public void run(boolean repeated) throws CloneException {
        PrivateServer server = start(repeated);
        try {
            if (run.isIncremental()) {
                new KeptReplication(run).keep(server.session());
            }
            learn(server.session());
        } catch (ServerException e) {
            throw Run.failed(Failure.Provisioning.STATEMENT, e);
        }
    }

    /** Starts the private server, and checks that it respects the fence. */
    PrivateServer start(boolean repeated) throws CloneException {
        run.stopLeftOver();
        if (repeated) {
            new Stop(run).again();
        }
        ServerLock.requireUnused(run.directory());
        PrivateFolder folder = PrivateFolder.choose(run.directory());
        run.record().set(Fact.PRIVATE_FOLDER, folder.toString());
        if (!run.record().has(Fact.ACCOUNT)) {
            run.record().set(Fact.ACCOUNT, PrivateServer.newAccount());
        }
        run.record().forget(Fact.ACCOUNT_REMOVED);
        run.fence().raise(run.effective().version());
        // A service's mysqld is its own user from the start, and ignores settings that it cannot read.
        ownership().give(run.fence().settingsFile());
        prepareFirstStart();
        run.fence().unmark();
        PrivateServer server;
        try {
            server = startIn(folder);
        } catch (CloneException e) {
            markAfter(e);
            throw e;
        }
        run.setPrivateServer(server);
        run.fence().mark();
        try {
            requireFence(server.session());
        } catch (ServerException e) {
            throw Run.failed(Failure.Provisioning.STATEMENT, e);
        }
        return server;
    }

    /**
     * Restores the file without which no start records the clone's position: a server that the mark refused removed it.
     */
    private void prepareFirstStart() throws CloneException {
        if (!run.isIncremental() && !run.record().has(Fact.GTID_EXECUTED)) {
            CloneFolder.in(run.directory()).prepareFirstStart();
        }
        ownership().prepareCloneFolder(run.directory());
    }

    private Ownership ownership() throws CloneException {
        return new Ownership(run.mysqld().user());
    }

    /** Puts the mark back though nothing was started: the settings alone would let a server start. */
    private void markAfter(CloneException failure) {
        boolean interrupted = Thread.interrupted(); // which would close the file
        try {
            run.fence().mark();
        } catch (StorageException e) {
            failure.addSuppressed(e);
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private PrivateServer startIn(PrivateFolder folder) throws CloneException {
        return PrivateServer.start(
                run.mysqld(),
                run.effective(),
                run.directory(),
                folder,
                run.record().fact(Fact.ACCOUNT).orElseThrow(),
                options(),
                run.request().waiting().stall(),
                run.nanoTime());
    }

    private List<String> options() throws CloneException {
        List<String> options = new ArrayList<>(run.configFile().asOptions());
        options.removeIf(option -> option.startsWith("--plugin_load_add="));
        options.add("--server-id=" + run.record().fact(Fact.SERVER_ID).orElseThrow());
        if (run.isByGtid()) {
            options.add("--enforce-gtid-consistency=ON");
            options.add("--gtid-mode=ON");
        }
        return options;
    }

    /** Fails unless the server applied the settings of the fence, as any server on this directory must. */
    private static void requireFence(ServerSession sql) throws ServerException, CloneException {
        Rows rows = sql.query(Statement.of(
                "SELECT VARIABLE_NAME, VARIABLE_SOURCE FROM performance_schema.variables_info"
                        + " WHERE VARIABLE_NAME IN ('event_scheduler', ?) AND VARIABLE_SOURCE = 'PERSISTED'",
                sql.words().variable("skip_replica_start")));
        if (rows.size() < 2) {
            throw Failure.Provisioning.FENCE.exception(
                    "the server ignored mysqld-auto.cnf: it has only the persisted variables " + rows.rows());
        }
    }

    private void learn(ServerSession sql) throws ServerException, CloneException {
        run.record()
                .set(
                        Fact.SERVER_UUID,
                        sql.query("SELECT @@GLOBAL.server_uuid").single().orElse(""));
        if (run.record().has(Fact.GTID_EXECUTED)) {
            return; // of the clone; a replica that has already caught up has more
        }
        if (run.hasNewChannel() && !run.isByGtid()) {
            learnPosition(sql);
        }
        run.record()
                .set(
                        Fact.GTID_EXECUTED,
                        sql.query("SELECT @@GLOBAL.gtid_executed").single().orElse(""));
    }

    private void learnPosition(ServerSession sql) throws ServerException, CloneException {
        Rows rows;
        try {
            rows = cloneStatus(sql);
        } catch (RefusedException e) {
            if (e.number() != NO_SUCH_TABLE) {
                throw e;
            }
            sql.query("SET SESSION sql_log_bin=0");
            sql.query("SET GLOBAL super_read_only=OFF");
            sql.query("INSTALL PLUGIN clone SONAME 'mysql_clone.so'");
            sql.query("SET GLOBAL super_read_only=ON");
            run.report().note("installed the clone plugin, which reports the position of the clone");
            rows = cloneStatus(sql);
        }
        if (rows.isEmpty() || !rows.text(0, 0).equals("Completed")) {
            throw Failure.Provisioning.SOURCE.exception(
                    "performance_schema.clone_status has no completed clone, so the position is not known");
        }
        String file = rows.text(0, 1);
        if (!file.matches("[^,:]+\\.[0-9]+")) {
            throw Failure.Provisioning.SOURCE.exception(
                    "the clone has no position in a binary log (found: \"" + file + "\"): the donor had none");
        }
        run.record().set(Fact.BINLOG_FILE, file);
        run.record().set(Fact.BINLOG_POSITION, rows.text(0, 2));
    }

    private static Rows cloneStatus(ServerSession sql) throws ServerException {
        return sql.query("SELECT STATE, BINLOG_FILE, BINLOG_POSITION FROM performance_schema.clone_status");
    }
}
