package org.jclone.recipient.api;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a clone carries of the donor's replication, and what begins at the first start of a server on it, as far as the
 * donor told it.
 *
 * @param channels replication channels in the clone's tables, without those of group replication
 * @param groupMember whether the donor is, or was, configured as a member of a replication group
 * @param enabledEvents number of events that the event scheduler runs; empty if it could not be seen
 * @param clonePluginLoads whether a server on the clone loads the clone plugin by itself; empty if it could not be seen
 * @param notSeen what could not be seen, each with the statement that lets the account see it
 */
public record CarriedReplication(
        List<Channel> channels,
        boolean groupMember,
        OptionalLong enabledEvents,
        Optional<Boolean> clonePluginLoads,
        List<String> notSeen) {

    /** The donor was not asked. */
    public static final CarriedReplication NOT_ASKED = new CarriedReplication(
            List.of(),
            false,
            OptionalLong.empty(),
            Optional.empty(),
            List.of("channels, events and plugins: the donor was not asked"));

    /**
     * A replication channel.
     *
     * @param name empty for the default channel
     * @param user the account at the source
     * @param password whether its password lies in the clone, in clear text; empty if that could not be seen
     * @param autoPosition whether it resumes by GTID, and not by file and position
     */
    public record Channel(
            String name, String host, String port, String user, Optional<Boolean> password, boolean autoPosition) {

        /** {@code START REPLICA FOR CHANNEL 'a';}. */
        public String startStatement() {
            return "START REPLICA" + forChannel();
        }

        /** The statements that remove the channel and its password. */
        public String removeStatement() {
            return "STOP REPLICA" + forChannel() + " RESET REPLICA ALL" + forChannel();
        }

        private String forChannel() {
            return " FOR CHANNEL '" + name.replace("\\", "\\\\").replace("'", "''") + "';";
        }
    }

    public CarriedReplication {
        channels = List.copyOf(channels);
        notSeen = List.copyOf(notSeen);
    }

    /** Whether a server on the clone would begin to replicate, or to join a group. */
    public boolean isReplicaOrMember() {
        return groupMember || !channels.isEmpty();
    }
}
