package org.jclone.provision.server;

import java.util.regex.Pattern;

/**
 * The words of statements, columns and variables that differ between versions of MySQL. Callers use the newest words;
 * each method returns what this version understands.
 */
public final class Words {

    private static final int SHOW_REPLICA = 80_022;
    private static final int CHANGE_SOURCE = 80_023;
    private static final int REPLICA_VARIABLES = 80_026;
    private static final int GROUP_REPLICATION_USER = 80_021;
    private static final int BINARY_LOG_STATUS = 80_200;

    /** Does not match in {@code replicate_do_db} and {@code group_replication_member_weight}, which never changed. */
    private static final Pattern REPLICA = Pattern.compile("(?<![a-z])replica(?![a-z])");

    private static final Pattern SOURCE = Pattern.compile("(?<![a-z])source(?![a-z])");

    private final Version version;

    private Words(Version version) {
        this.version = version;
    }

    public static Words of(Version version) {
        return new Words(version);
    }

    /** {@code REPLICA}, for {@code START}, {@code STOP} and {@code RESET}. */
    public String replica() {
        return version.isAtLeast(SHOW_REPLICA) ? "REPLICA" : "SLAVE";
    }

    /** {@code SHOW REPLICA STATUS}; its columns follow {@link #statusColumn}. */
    public String showReplicaStatus() {
        return "SHOW " + replica() + " STATUS";
    }

    /** Returns a column of {@code SHOW REPLICA STATUS}, such as {@code Seconds_Behind_Source}. */
    public String statusColumn(String name) {
        return version.isAtLeast(SHOW_REPLICA)
                ? name
                : name.replace("Replica", "Slave").replace("Source", "Master");
    }

    /** {@code SHOW REPLICAS}. */
    public String showReplicas() {
        return version.isAtLeast(SHOW_REPLICA) ? "SHOW REPLICAS" : "SHOW SLAVE HOSTS";
    }

    /** {@code CHANGE REPLICATION SOURCE TO}. */
    public String changeSource() {
        return version.isAtLeast(CHANGE_SOURCE) ? "CHANGE REPLICATION SOURCE TO" : "CHANGE MASTER TO";
    }

    /** Returns an option of {@link #changeSource}, such as {@code SOURCE_HOST} or {@code GET_SOURCE_PUBLIC_KEY}. */
    public String sourceOption(String name) {
        return version.isAtLeast(CHANGE_SOURCE) ? name : name.replace("SOURCE", "MASTER");
    }

    /** Returns a system or status variable, such as {@code skip_replica_start} or {@code log_replica_updates}. */
    public String variable(String name) {
        if (version.isAtLeast(REPLICA_VARIABLES)) {
            return name;
        }
        String old = REPLICA.matcher(name.replace('_', '-')).replaceAll("slave");
        old = SOURCE.matcher(old).replaceAll("master");
        return name.indexOf('_') >= 0 ? old.replace('-', '_') : old;
    }

    /** {@code SHOW BINARY LOG STATUS}. */
    public String showBinaryLogStatus() {
        return version.isAtLeast(BINARY_LOG_STATUS) ? "SHOW BINARY LOG STATUS" : "SHOW MASTER STATUS";
    }

    /** {@code RESET BINARY LOGS AND GTIDS}. */
    public String resetBinaryLogs() {
        return version.isAtLeast(BINARY_LOG_STATUS) ? "RESET BINARY LOGS AND GTIDS" : "RESET MASTER";
    }

    /** Whether {@code START GROUP_REPLICATION} takes {@code USER} and {@code PASSWORD}. */
    public boolean startsGroupWithUser() {
        return version.isAtLeast(GROUP_REPLICATION_USER);
    }

    /** {@code rpl_semi_sync_replica}, the name of the plugin on a replica. */
    public String semiSyncReplicaPlugin() {
        return version.isAtLeast(REPLICA_VARIABLES) ? "rpl_semi_sync_replica" : "rpl_semi_sync_slave";
    }

    /** {@code semisync_replica.so}. */
    public String semiSyncReplicaLibrary() {
        return version.isAtLeast(REPLICA_VARIABLES) ? "semisync_replica.so" : "semisync_slave.so";
    }

    /** {@code rpl_semi_sync_source}, the name of the plugin on a source. */
    public String semiSyncSourcePlugin() {
        return version.isAtLeast(REPLICA_VARIABLES) ? "rpl_semi_sync_source" : "rpl_semi_sync_master";
    }

    /** {@code semisync_source.so}. */
    public String semiSyncSourceLibrary() {
        return version.isAtLeast(REPLICA_VARIABLES) ? "semisync_source.so" : "semisync_master.so";
    }
}
