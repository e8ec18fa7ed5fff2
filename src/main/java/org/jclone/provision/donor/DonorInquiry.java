package org.jclone.provision.donor;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongSupplier;
import org.jclone.provision.donor.DonorFacts.Neighbour;
import org.jclone.provision.donor.DonorFacts.Origin;
import org.jclone.provision.server.GtidSet;
import org.jclone.provision.server.RefusedException;
import org.jclone.provision.server.ServerException;
import org.jclone.provision.server.ServerSession;
import org.jclone.provision.server.Words;
import org.jclone.recipient.api.DonorAddress;
import org.jclone.recipient.sql.Rows;

/** Asks one server for the facts that the choice needs. Notes what the account may not see, and continues. */
final class DonorInquiry {

    private static final int SAMPLES = 3;
    private static final String GROUP_CHANNEL = "group_replication_";
    private static final String SEE_REPLICATION = "REPLICATION CLIENT ON *.*";
    private static final String SEE_REPLICAS = "REPLICATION SLAVE ON *.*";
    private static final String SEE_GROUP = "SELECT ON performance_schema.*";

    private final DonorAddress address;
    private final ServerSession session;
    private final Optional<DonorsFrom> from;
    private final LongSupplier nanoTime;
    private final Words words;
    private final List<Neighbour> neighbours = new ArrayList<>();
    private final List<String> unseen = new ArrayList<>();
    private String account = "";

    /** @param from which neighbours to ask for */
    DonorInquiry(DonorAddress address, ServerSession session, Optional<DonorsFrom> from, LongSupplier nanoTime) {
        this.address = address;
        this.session = session;
        this.from = from;
        this.nanoTime = nanoTime;
        this.words = session.words();
    }

    DonorFacts ask() throws ServerException {
        account = see("SELECT CURRENT_USER()", "the account", "USAGE ON *.*")
                .flatMap(Rows::single)
                .orElse("");
        Map<String, String> variables = pairs(
                "SHOW GLOBAL VARIABLES WHERE variable_name IN"
                        + " ('server_uuid', 'gtid_executed', 'group_replication_group_name')",
                "its variables");
        Map<String, String> status = pairs("SHOW GLOBAL STATUS WHERE variable_name = 'Threads_running'", "its load");
        String uuid = variables.getOrDefault("server_uuid", "");
        boolean inGroup =
                !variables.getOrDefault("group_replication_group_name", "").isEmpty();
        Optional<Member> member = inGroup ? member(uuid) : Optional.empty();
        Optional<Channels> channels = channels();
        if (from.filter(DonorsFrom::replicas).isPresent()) {
            addReplicas();
        }
        return new DonorFacts(
                address,
                uuid,
                session.version(),
                role(inGroup, member, channels),
                member.map(Member::state),
                inGroup,
                inGroup ? groupLag(member, channels) : channels.flatMap(Channels::lag),
                channels.flatMap(Channels::stopped),
                gtids(variables.getOrDefault("gtid_executed", "")),
                Rows.number(status.getOrDefault("threads_running", "")),
                answerTime(),
                neighbours,
                unseen);
    }

    private static GtidSet gtids(String text) {
        try {
            return GtidSet.parse(text);
        } catch (IllegalArgumentException e) {
            return GtidSet.EMPTY; // only the number of missing transactions depends on it
        }
    }

    private static Role role(boolean inGroup, Optional<Member> member, Optional<Channels> channels) {
        if (inGroup) {
            return member.map(Member::role).orElse(Role.UNKNOWN);
        }
        return channels.map(seen -> seen.isReplica() ? Role.REPLICA : Role.SOURCE)
                .orElse(Role.UNKNOWN);
    }

    private Map<String, String> pairs(String statement, String what) throws ServerException {
        Rows rows = see(statement, what, "USAGE ON *.*").orElse(Rows.NONE);
        Map<String, String> pairs = new HashMap<>();
        for (int i = 0; i < rows.size(); i++) {
            pairs.put(rows.text(i, 0).toLowerCase(Locale.ROOT), rows.text(i, 1));
        }
        return pairs;
    }

    /** Returns an empty result, and notes it, if the account lacks the privilege. */
    private Optional<Rows> see(String statement, String what, String privilege) throws ServerException {
        try {
            return Optional.of(session.query(statement));
        } catch (RefusedException e) {
            unseen.add(what + ": " + (e.isAccessDenied() ? grant(privilege) : e.getMessage()));
            return Optional.empty();
        }
    }

    private String grant(String privilege) {
        int at = account.lastIndexOf('@');
        return "GRANT " + privilege + " TO "
                + (at < 0 ? quote(account) : quote(account.substring(0, at)) + '@' + quote(account.substring(at + 1)))
                + ';';
    }

    private static String quote(String name) {
        return '\'' + name.replace("\\", "\\\\").replace("'", "''") + '\'';
    }

    private record Member(String state, Role role) {}

    private Optional<Member> member(String uuid) throws ServerException {
        Optional<Rows> seen = see(
                "SELECT member_id, member_host, member_port, member_state, member_role"
                        + " FROM performance_schema.replication_group_members",
                "its state in the group",
                SEE_GROUP);
        if (seen.isEmpty()) {
            return Optional.empty();
        }
        Rows rows = seen.get();
        Member self = new Member("OFFLINE", Role.UNKNOWN);
        for (int i = 0; i < rows.size(); i++) {
            if (rows.text(i, 0).equalsIgnoreCase(uuid)) {
                self = new Member(rows.text(i, 3), memberRole(rows.text(i, 4)));
            } else if (from.filter(DonorsFrom::group).isPresent()) {
                addNeighbour(rows.text(i, 1), rows.text(i, 2), Origin.GROUP, "a member of the group");
            }
        }
        return Optional.of(self);
    }

    private static Role memberRole(String text) {
        return switch (text) {
            case "PRIMARY" -> Role.PRIMARY;
            case "SECONDARY" -> Role.SECONDARY;
            default -> Role.UNKNOWN;
        };
    }

    /** The age of the oldest transaction that a member is applying; zero if there is none. */
    private Optional<Duration> groupLag(Optional<Member> member, Optional<Channels> channels) throws ServerException {
        if (member.isEmpty()) {
            return Optional.empty();
        }
        Optional<Rows> age = see(
                "SELECT COALESCE(MAX(TIMESTAMPDIFF(SECOND, applying_transaction_original_commit_timestamp, NOW(6))), 0)"
                        + " FROM performance_schema.replication_applier_status_by_worker"
                        + " WHERE channel_name = 'group_replication_applier' AND applying_transaction <> ''",
                "its lag",
                SEE_GROUP);
        Optional<Duration> own = age.flatMap(rows -> seconds(rows.single().orElse("")));
        Optional<Duration> ofChannels = channels.filter(Channels::isReplica).flatMap(Channels::lag);
        return own.map(
                lag -> ofChannels.filter(other -> other.compareTo(lag) > 0).orElse(lag));
    }

    private static Optional<Duration> seconds(String text) {
        OptionalLong number = Rows.number(text);
        return number.isPresent() ? Optional.of(Duration.ofSeconds(Math.max(0, number.getAsLong()))) : Optional.empty();
    }

    /** The channels from other servers, without those inside a group. */
    private record Channels(boolean isReplica, Optional<Duration> lag, Optional<String> stopped) {}

    private Optional<Channels> channels() throws ServerException {
        Optional<Rows> seen = see(words.showReplicaStatus(), "its role and lag", SEE_REPLICATION);
        if (seen.isEmpty()) {
            return Optional.empty();
        }
        Rows rows = seen.get();
        boolean replica = false;
        Optional<Duration> lag = Optional.of(Duration.ZERO);
        Optional<String> stopped = Optional.empty();
        for (int i = 0; i < rows.size(); i++) {
            String channel = rows.value(i, "Channel_Name").orElse("");
            if (channel.startsWith(GROUP_CHANNEL)) {
                continue;
            }
            replica = true;
            Optional<Duration> ofChannel = seconds(column(rows, i, "Seconds_Behind_Source"));
            Optional<Duration> before = lag;
            lag = ofChannel.flatMap(one -> before.map(other -> one.compareTo(other) > 0 ? one : other));
            if (stopped.isEmpty()) {
                stopped = stopped(rows, i, channel);
            }
            if (from.filter(DonorsFrom::replicas).isPresent()) {
                addNeighbour(
                        column(rows, i, "Source_Host"), column(rows, i, "Source_Port"), Origin.SOURCE, "its source");
            }
        }
        return Optional.of(new Channels(replica, lag, stopped));
    }

    private Optional<String> stopped(Rows rows, int row, String channel) {
        String name = channel.isEmpty() ? "" : " of channel " + channel;
        if (!column(rows, row, "Replica_SQL_Running").equals("Yes")) {
            String error = rows.value(row, "Last_SQL_Errno").orElse("0");
            return Optional.of("applier" + name + " stopped" + (error.equals("0") ? "" : ", error " + error));
        }
        if (!column(rows, row, "Replica_IO_Running").equals("Yes")) {
            String error = rows.value(row, "Last_IO_Errno").orElse("0");
            return Optional.of("receiver" + name + " not connected" + (error.equals("0") ? "" : ", error " + error));
        }
        return Optional.empty();
    }

    private String column(Rows rows, int row, String name) {
        return rows.value(row, words.statusColumn(name)).orElse("");
    }

    private void addReplicas() throws ServerException {
        Optional<Rows> seen = see(words.showReplicas(), "its replicas", SEE_REPLICAS);
        for (int i = 0; seen.isPresent() && i < seen.get().size(); i++) {
            Rows rows = seen.get();
            String id = rows.value(i, "Server_Id").orElse("?");
            addNeighbour(
                    rows.value(i, "Host").orElse(""),
                    rows.value(i, "Port").orElse(""),
                    Origin.REPLICA,
                    "its replica with server_id " + id);
        }
    }

    private void addNeighbour(String host, String port, Origin origin, String who) {
        if (host.isBlank()) {
            unseen.add("the address of " + who + ": set report_host there");
            return;
        }
        try {
            neighbours.add(new Neighbour(
                    new DonorAddress(host, Math.toIntExact(Rows.number(port).orElse(0))), origin));
        } catch (IllegalArgumentException | ArithmeticException e) {
            unseen.add("the address of " + who + ": " + host + " port " + port + " is none");
        }
    }

    /** Returns the shortest of several times, because single answers are slow on a busy machine. */
    private Duration answerTime() throws ServerException {
        long shortest = Long.MAX_VALUE;
        for (int i = 0; i < SAMPLES; i++) {
            long begin = nanoTime.getAsLong();
            session.query("SELECT 1");
            shortest = Math.min(shortest, nanoTime.getAsLong() - begin);
        }
        return Duration.ofNanos(shortest);
    }
}
