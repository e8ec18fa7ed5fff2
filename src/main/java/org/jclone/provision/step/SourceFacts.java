package org.jclone.provision.step;

import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import org.jclone.provision.plan.Retention;
import org.jclone.provision.server.GtidSet;
import org.jclone.provision.server.RefusedException;
import org.jclone.provision.server.ServerException;
import org.jclone.provision.server.ServerSession;
import org.jclone.provision.server.Version;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.explain.Failure;
import org.jclone.recipient.sql.Rows;

/**
 * What a source reports about itself to the replication account.
 *
 * @param gtidMode {@code ON} and others
 * @param retention how long it keeps its binary logs
 * @param serverIds its own and those of its replicas, the target excepted
 * @param executed its transactions
 * @param purged those that its binary logs no longer have
 */
record SourceFacts(
        Version version,
        String serverUuid,
        long serverId,
        boolean logs,
        String gtidMode,
        Retention retention,
        Set<Long> serverIds,
        GtidSet executed,
        GtidSet purged,
        boolean tls) {

    SourceFacts {
        serverIds = Set.copyOf(serverIds);
    }

    /**
     * Asks a source.
     *
     * @param user the account that asks, for a message
     * @param target the target's server, before and after the run: a source may list either among its replicas
     */
    static SourceFacts ask(ServerSession sql, String user, Set<String> target) throws ServerException, CloneException {
        Rows rows = sql.query("SELECT @@GLOBAL.server_uuid, @@GLOBAL.server_id, @@GLOBAL.log_bin, @@GLOBAL.gtid_mode,"
                + " @@GLOBAL.binlog_expire_logs_seconds");
        Set<Long> ids = new LinkedHashSet<>();
        try {
            Rows replicas = sql.query(sql.words().showReplicas());
            for (int i = 0; i < replicas.size(); i++) {
                if (uuid(replicas, i).filter(target::contains).isEmpty()) {
                    replicas.value(i, "Server_Id")
                            .ifPresent(id -> Rows.number(id).ifPresent(ids::add));
                }
            }
        } catch (RefusedException e) {
            if (!e.isAccessDenied()) {
                throw e;
            }
            throw Failure.Provisioning.SOURCE.exception(
                    "the account " + user
                            + " lacks REPLICATION SLAVE: GRANT REPLICATION SLAVE ON *.* TO it on the source",
                    e);
        }
        long ownId = Rows.number(rows.text(0, 1)).orElse(0);
        ids.add(ownId);
        return new SourceFacts(
                sql.version(),
                rows.text(0, 0),
                ownId,
                rows.text(0, 2).equals("1"),
                rows.text(0, 3),
                new Retention(Rows.number(rows.text(0, 4)).orElse(0), purgesByItself(sql)),
                ids,
                sql.gtidSet("@@GLOBAL.gtid_executed"),
                sql.gtidSet("@@GLOBAL.gtid_purged"),
                sql.transport().startsWith("TLS"));
    }

    /** Returns the {@code server_uuid} in a row of {@code SHOW REPLICAS}. */
    static Optional<String> uuid(Rows replicas, int row) {
        return replicas.value(row, "Replica_UUID").or(() -> replicas.value(row, "Slave_UUID"));
    }

    /** Before 8.0.29 there is no such variable. */
    private static boolean purgesByItself(ServerSession sql) throws ServerException {
        Rows rows = sql.query("SHOW GLOBAL VARIABLES LIKE 'binlog_expire_logs_auto_purge'");
        return rows.isEmpty() || !rows.text(0, 1).equals("OFF");
    }

    SourceFacts withServerIds(Set<Long> ids) {
        return new SourceFacts(version, serverUuid, serverId, logs, gtidMode, retention, ids, executed, purged, tls);
    }

    boolean hasGtids() {
        return gtidMode.equals("ON");
    }
}
