package org.jclone.provision.step;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import org.jclone.provision.channel.BinlogPosition;
import org.jclone.provision.server.GtidSet;
import org.jclone.provision.server.ServerException;
import org.jclone.provision.server.ServerSession;
import org.jclone.provision.server.Statement;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.explain.Failure;
import org.jclone.recipient.sql.Rows;

/** The status of one of the new server's channels. */
final class ChannelStatus {

    private final ServerSession sql;
    private final ReplicatingChannel channel;

    ChannelStatus(ServerSession sql, ReplicatingChannel channel) {
        this.sql = sql;
        this.channel = channel;
    }

    /** Whether receiver and applier run. */
    boolean isRunning() throws ServerException, CloneException {
        requireNoError();
        return isOn("replication_connection_status") && isOn("replication_applier_status");
    }

    private boolean isOn(String table) throws ServerException {
        return sql.query(Statement.of(
                        "SELECT SERVICE_STATE FROM performance_schema." + table + " WHERE CHANNEL_NAME = ?",
                        channel.name()))
                .single()
                .filter("ON"::equals)
                .isPresent();
    }

    void requireNoError() throws ServerException, CloneException {
        Rows connection = sql.query(Statement.of(
                "SELECT SERVICE_STATE, LAST_ERROR_NUMBER, LAST_ERROR_MESSAGE"
                        + " FROM performance_schema.replication_connection_status WHERE CHANNEL_NAME = ?",
                channel.name()));
        if (!connection.isEmpty()
                && connection.text(0, 0).equals("OFF")
                && !connection.text(0, 1).equals("0")) {
            throw Failure.Provisioning.REPLICATION.exception("the channel's receiver stopped" + channel.label()
                    + ": error " + connection.text(0, 1) + ": " + connection.text(0, 2));
        }
        Rows applier = sql.query(Statement.of(
                "SELECT LAST_ERROR_NUMBER, LAST_ERROR_MESSAGE FROM performance_schema.replication_applier_status_by_worker"
                        + " WHERE CHANNEL_NAME = ? AND LAST_ERROR_NUMBER <> 0 AND SERVICE_STATE = 'OFF' LIMIT 1",
                channel.name()));
        if (!applier.isEmpty()) {
            throw Failure.Provisioning.REPLICATION.exception("the channel's applier stopped" + channel.label()
                    + ": error " + applier.text(0, 0) + ": " + applier.text(0, 1));
        }
    }

    /** Returns the last error of the connection, for a message; empty if there is none. */
    String lastError() throws ServerException {
        Rows rows = sql.query(Statement.of(
                "SELECT LAST_ERROR_NUMBER, LAST_ERROR_MESSAGE FROM performance_schema.replication_connection_status"
                        + " WHERE CHANNEL_NAME = ? AND LAST_ERROR_NUMBER <> 0",
                channel.name()));
        return rows.isEmpty() ? "" : "; last error" + channel.label() + " " + rows.text(0, 0) + ": " + rows.text(0, 1);
    }

    /** Returns a text that changes whenever the channel receives or applies something. */
    String movement() throws ServerException {
        Rows status = status();
        StringBuilder all = new StringBuilder();
        for (String column : new String[] {
            "Source_Log_File", "Read_Source_Log_Pos", "Exec_Source_Log_Pos", "Relay_Log_Space", "Retrieved_Gtid_Set"
        }) {
            all.append(text(status, column)).append(' ');
        }
        return all.toString();
    }

    /** Whether everything of a GTID set is received, and applied as far as the channel's delay permits. */
    boolean hasReceived(GtidSet wanted) throws ServerException {
        Rows status = status();
        GtidSet lacking = wanted.subtract(sql.gtidSet("@@GLOBAL.gtid_executed"));
        return lacking.isEmpty()
                || lacking.subtract(GtidSet.parse(text(status, "Retrieved_Gtid_Set")))
                                .isEmpty()
                        && isWaitingForItsDelay(status);
    }

    /** The same for a position of the source. */
    boolean hasReceived(BinlogPosition wanted) throws ServerException {
        Rows status = status();
        return position(status, "Relay_Source_Log_File", "Exec_Source_Log_Pos").compareTo(wanted) >= 0
                || position(status, "Source_Log_File", "Read_Source_Log_Pos").compareTo(wanted) >= 0
                        && isWaitingForItsDelay(status);
    }

    /**
     * Whether the channel seems to have caught up with a source that cannot be asked: the source has nothing else to
     * send, or sent something recent, and what it sent is applied.
     */
    boolean seemsCaughtUp(Duration maxLag) throws ServerException {
        Rows status = status();
        Rows received = sql.query(Statement.of(
                "SELECT COUNT_RECEIVED_HEARTBEATS > 0 OR LAST_QUEUED_TRANSACTION_ORIGINAL_COMMIT_TIMESTAMP"
                        + " > NOW(6) - INTERVAL ? SECOND FROM performance_schema.replication_connection_status"
                        + " WHERE CHANNEL_NAME = ? AND SERVICE_STATE = 'ON'",
                maxLag.toSeconds(),
                channel.name()));
        if (received.single().filter("1"::equals).isEmpty()) {
            return false;
        }
        OptionalLong behind = secondsBehind(status);
        boolean applied = position(status, "Relay_Source_Log_File", "Exec_Source_Log_Pos")
                                .compareTo(position(status, "Source_Log_File", "Read_Source_Log_Pos"))
                        >= 0
                || behind.isPresent() && behind.getAsLong() <= maxLag.toSeconds();
        return applied || isWaitingForItsDelay(status);
    }

    /** Returns how far it is behind its source; empty if it does not know. */
    OptionalLong secondsBehind() throws ServerException {
        return secondsBehind(status());
    }

    private OptionalLong secondsBehind(Rows status) {
        return Rows.number(text(status, "Seconds_Behind_Source"));
    }

    private boolean isWaitingForItsDelay(Rows status) {
        return channel.delaySeconds() > 0
                && !text(status, "SQL_Remaining_Delay").isEmpty();
    }

    private BinlogPosition position(Rows status, String file, String offset) {
        return new BinlogPosition(
                text(status, file), Rows.number(text(status, offset)).orElse(0));
    }

    private Rows status() throws ServerException {
        return sql.query(Statement.of(sql.words().showReplicaStatus() + " FOR CHANNEL ?", channel.name()));
    }

    private String text(Rows status, String column) {
        Optional<String> value = status.isEmpty()
                ? Optional.empty()
                : status.value(0, sql.words().statusColumn(column));
        return value.orElse("");
    }
}
