package org.jclone.provision.step;

import java.time.Duration;
import java.util.Optional;
import org.jclone.provision.api.ProvisionEvent;
import org.jclone.provision.api.WaitSettings;
import org.jclone.provision.mysqld.Interruptions;
import org.jclone.provision.server.GtidSet;
import org.jclone.provision.server.ServerException;
import org.jclone.provision.server.ServerSession;
import org.jclone.provision.server.Statement;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.explain.Failure;
import org.jclone.recipient.sql.Rows;

/**
 * CATCH UP: replicates in private until the new server has what the source had a moment ago. Gives up when nothing moves
 * for a time, and never because it takes long.
 */
public final class CatchUp {

    private static final int REPORT_SECONDS = 5;
    private static final long POLL_MILLIS = 200;

    private final Run run;
    private final WaitSettings wait;
    private final ServerSession sql;
    private final String channel;
    private String movement = "";
    private long movedNanos = System.nanoTime();
    private long reportedNanos = System.nanoTime();

    public CatchUp(Run run) {
        this.run = run;
        this.wait = run.request().waiting();
        this.sql = run.privateServer().orElseThrow().session();
        this.channel = run.channel();
    }

    public void run() throws CloneException {
        await();
        Hooks hooks = new Hooks(run);
        if (hooks.wantsCaughtUp()) {
            try {
                hooks.caughtUp(
                        sql.query("SELECT @@GLOBAL.gtid_executed").single().orElse(""));
            } catch (ServerException e) {
                throw Run.failed(Failure.Provisioning.STATEMENT, e);
            }
        }
    }

    private void await() throws CloneException {
        if (wait.until() == WaitSettings.Until.CONFIGURED) {
            run.note("not waiting: the channel starts with the real server");
            return;
        }
        try {
            sql.query(Statement.of("START " + sql.words().replica() + " FOR CHANNEL ?", channel));
            awaitReplicating();
            if (wait.until() == WaitSettings.Until.CAUGHT_UP) {
                try (ServerSession source = run.source().connect()) {
                    awaitCaughtUp(source);
                }
            }
        } catch (ServerException e) {
            throw Run.failed(Failure.Provisioning.STATEMENT, e);
        }
    }

    private void awaitReplicating() throws ServerException, CloneException {
        while (!isReplicating()) {
            watch(-1);
            pause();
        }
    }

    private boolean isReplicating() throws ServerException, CloneException {
        requireNoError();
        Rows connection = sql.query(Statement.of(
                "SELECT SERVICE_STATE FROM performance_schema.replication_connection_status WHERE CHANNEL_NAME = ?",
                channel));
        Rows applier = sql.query(Statement.of(
                "SELECT SERVICE_STATE FROM performance_schema.replication_applier_status WHERE CHANNEL_NAME = ?",
                channel));
        return connection.single().filter("ON"::equals).isPresent()
                && applier.single().filter("ON"::equals).isPresent();
    }

    /** Takes what the source has, waits until the new server has it, and takes again if that took too long. */
    private void awaitCaughtUp(ServerSession source) throws ServerException, CloneException {
        while (true) {
            long begin = System.nanoTime();
            if (run.isByGtid()) {
                awaitSet(source.gtidSet("@@GLOBAL.gtid_executed"));
            } else {
                awaitPosition(source);
            }
            if (System.nanoTime() - begin <= wait.maxLag().toNanos()) {
                return;
            }
        }
    }

    private void awaitSet(GtidSet wanted) throws ServerException, CloneException {
        while (!sql.query(Statement.of("SELECT WAIT_FOR_EXECUTED_GTID_SET(?, 1)", wanted))
                .single()
                .filter("0"::equals)
                .isPresent()) {
            requireNoError();
            watch(wanted.subtract(sql.gtidSet("@@GLOBAL.gtid_executed")).count());
        }
        requireNoError();
    }

    private void awaitPosition(ServerSession source) throws ServerException, CloneException {
        Rows end = source.query(source.words().showBinaryLogStatus());
        String function = sql.version().isAtLeast(80_026) ? "SOURCE_POS_WAIT" : "MASTER_POS_WAIT";
        Statement waiting = Statement.of(
                "SELECT " + function + "(?, ?, 1, ?)",
                end.value(0, "File").orElse(""),
                Long.parseLong(end.value(0, "Position").orElse("0")),
                channel);
        while (true) {
            Optional<String> reached = sql.query(waiting).single();
            requireNoError();
            if (reached.isPresent() && !reached.get().startsWith("-")) {
                return;
            }
            watch(-1);
            if (reached.isEmpty()) {
                pause(); // the applier does not run yet
            }
        }
    }

    private void requireNoError() throws ServerException, CloneException {
        Rows connection = sql.query(Statement.of(
                "SELECT SERVICE_STATE, LAST_ERROR_NUMBER, LAST_ERROR_MESSAGE"
                        + " FROM performance_schema.replication_connection_status WHERE CHANNEL_NAME = ?",
                channel));
        if (!connection.isEmpty()
                && connection.text(0, 0).equals("OFF")
                && !connection.text(0, 1).equals("0")) {
            throw Failure.Provisioning.REPLICATION.exception(
                    "the channel's receiver stopped: error " + connection.text(0, 1) + ": " + connection.text(0, 2));
        }
        Rows applier = sql.query(Statement.of(
                "SELECT LAST_ERROR_NUMBER, LAST_ERROR_MESSAGE FROM performance_schema.replication_applier_status_by_worker"
                        + " WHERE CHANNEL_NAME = ? AND LAST_ERROR_NUMBER <> 0 AND SERVICE_STATE = 'OFF' LIMIT 1",
                channel));
        if (!applier.isEmpty()) {
            throw Failure.Provisioning.REPLICATION.exception(
                    "the channel's applier stopped: error " + applier.text(0, 0) + ": " + applier.text(0, 1));
        }
    }

    /** Fails if nothing has moved for a time: neither GTIDs, nor positions, nor InnoDB's reads and writes. */
    private void watch(long missing) throws ServerException, CloneException {
        String now = movement();
        long nanos = System.nanoTime();
        if (!now.equals(movement)) {
            movement = now;
            movedNanos = nanos;
        }
        Duration since = Duration.ofNanos(nanos - movedNanos);
        if (nanos - reportedNanos > Duration.ofSeconds(REPORT_SECONDS).toNanos()) {
            reportedNanos = nanos;
            run.listener().onProvision(new ProvisionEvent.CatchingUp(missing, since));
        }
        if (since.compareTo(wait.stall()) > 0) {
            throw Failure.Provisioning.STALLED.exception("no progress for " + since.toSeconds() + " s"
                    + (missing < 0 ? "" : ", " + missing + " transactions are missing") + lastError());
        }
    }

    private String movement() throws ServerException {
        Rows status = sql.query(Statement.of(sql.words().showReplicaStatus() + " FOR CHANNEL ?", channel));
        StringBuilder all = new StringBuilder();
        for (String column : new String[] {
            "Source_Log_File", "Read_Source_Log_Pos", "Exec_Source_Log_Pos", "Relay_Log_Space", "Retrieved_Gtid_Set"
        }) {
            all.append(
                            status.isEmpty()
                                    ? ""
                                    : status.value(0, sql.words().statusColumn(column))
                                            .orElse(""))
                    .append(' ');
        }
        all.append(sql.query("SELECT @@GLOBAL.gtid_executed").single().orElse(""));
        Rows work = sql.query("SHOW GLOBAL STATUS WHERE Variable_name IN ('Innodb_data_read', 'Innodb_data_written')");
        return all.append(work.rows()).toString();
    }

    private String lastError() throws ServerException {
        Rows rows = sql.query(Statement.of(
                "SELECT LAST_ERROR_NUMBER, LAST_ERROR_MESSAGE FROM performance_schema.replication_connection_status"
                        + " WHERE CHANNEL_NAME = ? AND LAST_ERROR_NUMBER <> 0",
                channel));
        return rows.isEmpty() ? "" : "; last error " + rows.text(0, 0) + ": " + rows.text(0, 1);
    }

    private static void pause() throws CloneException {
        try {
            Thread.sleep(POLL_MILLIS);
        } catch (InterruptedException e) {
            throw Interruptions.of(e);
        }
    }
}
