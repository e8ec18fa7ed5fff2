package org.jclone.provision.step;

import java.util.List;
import org.jclone.provision.record.ProvisionRecord.Fact;
import org.jclone.provision.server.ServerException;
import org.jclone.provision.server.ServerSession;
import org.jclone.provision.server.Statement;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.sql.Rows;

/**
 * The channels, failover lists and events of data that stays, as they were before the run. They are kept in tables of
 * the schema {@code mysql}, where the channels' passwords already are; nothing of them leaves the server. The tables
 * exist only while the data is fenced.
 */
final class KeptReplication {

    /** The tables that hold a server's channels and their failover lists. */
    private static final List<String> TABLES = List.of(
            "slave_master_info",
            "slave_relay_log_info",
            "slave_worker_info",
            "replication_asynchronous_connection_failover",
            "replication_asynchronous_connection_failover_managed");

    private static final String EVENTS = "jclone_events";
    private static final String YES = "yes";
    private static final String OVER = "over";

    private final Run run;

    KeptReplication(Run run) {
        this.run = run;
    }

    /** Copies everything, once in a run, before CONFIGURE changes it. */
    void keep(ServerSession sql) throws ServerException, CloneException {
        if (run.record().has(Fact.REPLICATION_BEFORE)) {
            return;
        }
        begin(sql);
        drop(sql);
        for (String table : TABLES) {
            sql.query("CREATE TABLE mysql.jclone_" + table + " ENGINE=InnoDB AS SELECT * FROM mysql." + table);
        }
        sql.query("CREATE TABLE mysql." + EVENTS + " ENGINE=InnoDB AS SELECT EVENT_SCHEMA, EVENT_NAME, DEFINER"
                + " FROM information_schema.EVENTS WHERE STATUS = 'ENABLED'");
        end(sql);
        run.record().set(Fact.REPLICATION_BEFORE, YES);
    }

    /** Whether there is something to {@link #restore}. */
    boolean isKept() {
        return run.record().fact(Fact.REPLICATION_BEFORE).filter(YES::equals).isPresent();
    }

    /** Puts channels and events back. The server must be started again, so that it sees the channels. */
    void restore(ServerSession sql) throws ServerException {
        begin(sql);
        String replica = sql.words().replica();
        Rows channels = sql.query("SELECT Channel_name FROM mysql.slave_master_info");
        for (int i = 0; i < channels.size(); i++) {
            if (!channels.text(i, 0).startsWith(GroupChannels.PREFIX)) { // which the server refuses to stop
                sql.query(Statement.of("STOP " + replica + " FOR CHANNEL ?", channels.text(i, 0)));
            }
            sql.query(Statement.of("RESET " + replica + " ALL FOR CHANNEL ?", channels.text(i, 0)));
        }
        for (String table : TABLES) {
            sql.query("DELETE FROM mysql." + table);
            sql.query("INSERT INTO mysql." + table + " SELECT * FROM mysql.jclone_" + table);
        }
        // The source may have dropped events since.
        Rows events = sql.query("SELECT k.EVENT_SCHEMA, k.EVENT_NAME, k.DEFINER FROM mysql." + EVENTS + " k"
                + " JOIN information_schema.EVENTS e"
                + " ON e.EVENT_SCHEMA = k.EVENT_SCHEMA AND e.EVENT_NAME = k.EVENT_NAME");
        for (int i = 0; i < events.size(); i++) {
            Events.alter(sql, events.text(i, 0), events.text(i, 1), events.text(i, 2), "ENABLE");
        }
        end(sql);
    }

    /** Returns how many channels the server had; one without a host holds only credentials. */
    long channels(ServerSession sql) throws ServerException {
        return sql.query("SELECT COUNT(*) FROM mysql.jclone_slave_master_info WHERE Host <> ''")
                .single()
                .map(Long::parseLong)
                .orElse(0L);
    }

    /** Removes the copies. From here on there is no way back. */
    void forget(ServerSession sql) throws ServerException, CloneException {
        run.record().set(Fact.REPLICATION_BEFORE, OVER);
        remove(sql);
    }

    /** Removes the copies, if there are any. */
    void remove(ServerSession sql) throws ServerException {
        begin(sql);
        drop(sql);
        end(sql);
    }

    private static void drop(ServerSession sql) throws ServerException {
        for (String table : TABLES) {
            sql.query("DROP TABLE IF EXISTS mysql.jclone_" + table);
        }
        sql.query("DROP TABLE IF EXISTS mysql." + EVENTS);
    }

    /** What follows is not logged. */
    private static void begin(ServerSession sql) throws ServerException {
        sql.query("SET SESSION sql_log_bin=0");
        sql.query("SET SESSION sql_require_primary_key=OFF"); // the copies have none
        sql.query("SET GLOBAL super_read_only=OFF");
    }

    private static void end(ServerSession sql) throws ServerException {
        sql.query("SET GLOBAL super_read_only=ON");
    }
}
