package org.jclone.provision.donor;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jclone.provision.server.GtidSet;
import org.jclone.provision.server.Version;
import org.jclone.recipient.api.DonorAddress;

/**
 * What a server said about itself.
 *
 * @param uuid its {@code server_uuid}
 * @param role its part in replication
 * @param memberState its state in a replication group; empty if it is in none, or the account may not see it
 * @param inGroup whether it has the name of a group in its settings
 * @param lag how far it is behind its source; zero for one without a source; empty if unknown
 * @param stopped why it does not follow its source, such as {@code applier stopped}; empty if it follows
 * @param executed its {@code gtid_executed}
 * @param threadsRunning statements under way
 * @param answerTime the time that a statement without work takes, with the network
 * @param neighbours addresses of others that it knows
 * @param unseen what the account may not see, each with the statement that grants it
 */
public record DonorFacts(
        DonorAddress address,
        String uuid,
        Version version,
        Role role,
        Optional<String> memberState,
        boolean inGroup,
        Optional<Duration> lag,
        Optional<String> stopped,
        GtidSet executed,
        OptionalLong threadsRunning,
        Duration answerTime,
        List<Neighbour> neighbours,
        List<String> unseen) {

    /** The state of a member that takes part in its group. */
    public static final String ONLINE = "ONLINE";

    /** Why a server is a candidate. */
    public enum Origin {
        /** The operator named it. */
        GIVEN("given"),
        /** It is a member of a known donor's group. */
        GROUP("group"),
        /** It is a replica of a known donor. */
        REPLICA("replica"),
        /** It is the source of a known donor. */
        SOURCE("source");

        private final String title;

        Origin(String title) {
            this.title = title;
        }

        /** {@return the word for people} */
        public String title() {
            return title;
        }
    }

    /** Another server, with the address that this server has for it. */
    public record Neighbour(DonorAddress address, Origin origin) {}

    public DonorFacts {
        neighbours = List.copyOf(neighbours);
        unseen = List.copyOf(unseen);
    }
}
