package org.jclone.recipient.compat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.jclone.recipient.api.CarriedReplication;
import org.jclone.recipient.api.CarriedReplication.Channel;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.sql.Grants;
import org.jclone.recipient.sql.Rows;
import org.jclone.recipient.sql.SqlException;
import org.jclone.recipient.sql.SqlSession;

/**
 * The donor's role as a replica or group member. A clone contains its channels with their passwords, and its events. The tables are queried before the clone starts; passwords are not read.
 */
final class DonorReplication {

    private static final String GROUP_RECOVERY = "group_replication_recovery";

    private static final Set<String> GROUP_CHANNELS = Set.of("group_replication_applier", GROUP_RECOVERY);
    private static final int MOST_CHANNELS = 256;

    /** Names of settings and statements, by version. */
    private static final int SKIP_REPLICA_START = 80_026;

    /** Random server ids start here, because people choose lower ones. */
    private static final long FIRST_RANDOM_ID = 1 << 24;

    private static final long LAST_ID = 0xffff_ffffL;

    private final CarriedReplication carried;
    private final boolean channelsSeen;
    private final String serverId;

    private DonorReplication(CarriedReplication carried, boolean channelsSeen, String serverId) {
        this.carried = carried;
        this.channelsSeen = channelsSeen;
        this.serverId = serverId;
    }

    static DonorReplication notAsked() {
        return new DonorReplication(CarriedReplication.NOT_ASKED, false, "");
    }

    /** Queries the donor. For each refused query, names the statement that grants the privilege. */
    static DonorReplication ask(SqlSession sql) throws CloneException {
        Grants grants;
        Map<String, String> variables;
        try {
            sql.limit();
            grants = Grants.ask(sql);
            variables = DonorFacts.pairs(sql.query(
                    "SHOW GLOBAL VARIABLES WHERE variable_name IN" + " ('server_id', 'group_replication_group_name')"));
        } catch (SqlException e) {
            return notAsked();
        }
        List<String> notSeen = new ArrayList<>();
        List<Channel> channels = List.of();
        boolean channelsSeen = false;
        try {
            channels = channels(sql);
            channelsSeen = true;
        } catch (SqlException e) {
            notSeen.add("replication channels: " + grants.remedy(e, "SELECT ON mysql.slave_master_info"));
        }
        boolean member =
                !variables.getOrDefault("group_replication_group_name", "").isEmpty()
                        || channels.stream().anyMatch(channel -> GROUP_CHANNELS.contains(channel.name()));
        Optional<String> groupAccount = channels.stream()
                .filter(channel -> channel.name().equals(GROUP_RECOVERY))
                .filter(channel -> channel.password().orElse(true))
                .map(Channel::user)
                .filter(user -> !user.isEmpty())
                .findAny();
        OptionalLong events = OptionalLong.empty();
        try {
            if (grants.seesEvents()) {
                events = sql.query("SELECT COUNT(*) FROM information_schema.events WHERE status = 'ENABLED'")
                        .singleNumber();
            } else {
                notSeen.add("events: " + grants.statement("EVENT ON *.*"));
            }
        } catch (SqlException e) {
            notSeen.add("events: " + grants.remedy(e, "EVENT ON *.*"));
        }
        Optional<Boolean> loads = Optional.empty();
        try {
            loads = Optional.of(sql.query("SELECT COUNT(*) FROM mysql.plugin WHERE name = 'clone'")
                            .singleNumber()
                            .orElse(0)
                    > 0);
        } catch (SqlException e) {
            notSeen.add("if the clone plugin loads by itself: " + grants.remedy(e, "SELECT ON mysql.plugin"));
        }
        List<Channel> own = channels.stream()
                .filter(channel -> !GROUP_CHANNELS.contains(channel.name()))
                .toList();
        return new DonorReplication(
                new CarriedReplication(own, member, groupAccount, events, loads, notSeen),
                channelsSeen,
                variables.getOrDefault("server_id", ""));
    }

    private static List<Channel> channels(SqlSession sql) throws SqlException, CloneException {
        try {
            return channels(
                    sql,
                    "channel_name, host, port, user_name, user_password <> '', enabled_auto_position"
                            + " FROM mysql.slave_master_info");
        } catch (SqlException e) { // the account may not read this table, but this one:
            return channels(
                    sql,
                    "channel_name, host, port, user, NULL, auto_position"
                            + " FROM performance_schema.replication_connection_configuration");
        }
    }

    private static List<Channel> channels(SqlSession sql, String columns) throws SqlException, CloneException {
        return channels(sql.query("SELECT " + columns + " ORDER BY 1 LIMIT " + MOST_CHANNELS));
    }

    private static List<Channel> channels(Rows rows) {
        List<Channel> channels = new ArrayList<>();
        for (int i = 0; i < rows.size(); i++) {
            channels.add(new Channel(
                    rows.text(i, 0),
                    rows.text(i, 1),
                    rows.text(i, 2),
                    rows.text(i, 3),
                    rows.rows().get(i).get(4).map("1"::equals),
                    rows.text(i, 5).equals("1")));
        }
        return channels;
    }

    CarriedReplication carried() {
        return carried;
    }

    /**
     * Adds the settings that keep a server on the clone from replicating too early, and those that it needs to replicate later.
     *
     * @param number version of the server for which the settings are written
     * @param upgrades whether its first start upgrades the clone
     */
    void addTo(ConfigFragment fragment, int number, boolean upgrades) {
        if (!carried.clonePluginLoads().orElse(false)) {
            addPlugin(fragment, upgrades);
        }
        if (!carried.isReplicaOrMember() && channelsSeen) {
            return;
        }
        fragment.replica(
                "relay_log_recovery",
                "ON",
                "A clone has no relay logs: without it the channels of the donor are lost (MY-010544, MY-011059).");
        fragment.replica(
                number < SKIP_REPLICA_START ? "skip_slave_start" : "skip_replica_start",
                "ON",
                "A channel of the donor would start at once, with the donor's password. Remove this line when the channels"
                        + " are configured as wanted.");
        if (!carried.isReplicaOrMember()) {
            return;
        }
        fragment.replica(
                "server_id",
                Long.toString(ThreadLocalRandom.current().nextLong(FIRST_RANDOM_ID, LAST_ID)),
                "The donor has " + serverId
                        + ", and no two servers may share one. This one is random: replace it with your own.");
        fragment.replica("super_read_only", "ON", "Writes to a replica make it differ from its source permanently.");
        if (carried.groupMember()) {
            fragment.replica(
                    "loose-group_replication_start_on_boot",
                    "OFF",
                    "The plugin loads as on the donor; without its settings it fails (MY-011685), with them it joins.");
        }
        fragment.replicaExample("report_host", "The name under which this server is reached, for SHOW REPLICAS.");
    }

    private void addPlugin(ConfigFragment fragment, boolean upgrades) {
        String why = carried.clonePluginLoads().isPresent()
                ? "The donor loads the clone plugin by an option, which no clone has."
                : "Whether the clone plugin loads by itself could not be seen; a second time it is only logged.";
        String table = " Without the plugin there is no performance_schema.clone_status.";
        if (upgrades) {
            fragment.note(why + table + " A start that upgrades fails with it (MY-013238), so add it after the first:"
                    + " plugin_load_add=mysql_clone.so");
        } else {
            fragment.advised("plugin_load_add", "mysql_clone.so", why + table);
        }
    }
}
