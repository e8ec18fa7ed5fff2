package org.jclone.recipient.api;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jclone.protocol.text.SqlText;

/**
 * The replication settings that a clone copies from the donor, and what starts with the first server on the clone, as far as the donor revealed it.
 *
 * @param channels replication channels in the clone's tables, without those of group replication
 * @param groupMember whether the donor is or was configured as a member of a replication group
 * @param groupAccount the account of distributed recovery, if the clone has its password in clear text
 * @param enabledEvents number of events that the event scheduler runs; empty if unknown
 * @param clonePluginLoads whether a server on the clone loads the clone plugin by itself; empty if unknown
 * @param notSeen what the account cannot see, each with the statement that grants access
 */
public record CarriedReplication(
        List<Channel> channels,
        boolean groupMember,
        Optional<String> groupAccount,
        OptionalLong enabledEvents,
        Optional<Boolean> clonePluginLoads,
        List<String> notSeen) {

    /** Nothing is known, because the donor was not asked. */
    public static final CarriedReplication NOT_ASKED = new CarriedReplication(
            List.of(),
            false,
            Optional.empty(),
            OptionalLong.empty(),
            Optional.empty(),
            List.of("channels, events and plugins: the donor was not asked"));

    /**
     * A replication channel.
     *
     * @param name empty for the default channel
     * @param user the account on the source
     * @param password whether its password is in the clone, in clear text; empty if unknown
     * @param autoPosition whether it resumes by GTID rather than by file and position
     */
    public record Channel(
            String name, String host, String port, String user, Optional<Boolean> password, boolean autoPosition) {

        /** {@return a statement such as {@code START REPLICA FOR CHANNEL 'a';}} */
        public String startStatement() {
            return "START REPLICA" + forChannel();
        }

        /** {@return the statements that remove the channel and its password} */
        public String removeStatement() {
            return "STOP REPLICA" + forChannel() + " RESET REPLICA ALL" + forChannel();
        }

        private String forChannel() {
            return " FOR CHANNEL " + SqlText.literal(name) + ';';
        }
    }

    public CarriedReplication {
        channels = List.copyOf(channels);
        notSeen = List.copyOf(notSeen);
    }

    /** {@return whether a server on the clone would start to replicate or join a group} */
    public boolean isReplicaOrMember() {
        return groupMember || !channels.isEmpty();
    }
}
