package org.jclone.provision.donor;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jclone.provision.donor.DonorFacts.Neighbour;
import org.jclone.provision.donor.DonorFacts.Origin;
import org.jclone.provision.server.ScriptedSession;
import org.jclone.recipient.api.DonorAddress;
import org.junit.jupiter.api.Test;

class DonorInquiryTest {

    private static final String UUID = "5a45d42c-0000-1111-2222-333344445555";
    private static final DonorAddress ADDRESS = new DonorAddress("db1", 3306);
    private static final List<String> STATUS = List.of(
            "Channel_Name",
            "Source_Host",
            "Source_Port",
            "Replica_IO_Running",
            "Replica_SQL_Running",
            "Seconds_Behind_Source",
            "Last_IO_Errno",
            "Last_SQL_Errno");
    private static final List<String> MEMBERS = List.of("id", "host", "port", "state", "role");

    private long nanos;

    private static ScriptedSession server(String version) {
        return new ScriptedSession(version)
                .on("SELECT CURRENT_USER()", List.of("x"), "cl'one@10.%")
                .on(
                        "SHOW GLOBAL VARIABLES",
                        List.of("Variable_name", "Value"),
                        "server_uuid|" + UUID,
                        "gtid_executed|" + UUID + ":1-7")
                .on("SHOW GLOBAL STATUS", List.of("Variable_name", "Value"), "Threads_running|3")
                .on("SELECT 1", List.of("1"), "1");
    }

    private static ScriptedSession member(String state, String role) {
        return server("9.7.4")
                .on(
                        "SHOW GLOBAL VARIABLES",
                        List.of("Variable_name", "Value"),
                        "server_uuid|" + UUID,
                        "group_replication_group_name|aaaaaaaa-0000-1111-2222-333344445555")
                .on(
                        "SELECT member_id",
                        MEMBERS,
                        UUID + "|db1|3306|" + state + '|' + role,
                        "other|db2|3307|ONLINE|SECONDARY",
                        "third||NULL|OFFLINE|")
                .on("SHOW REPLICA STATUS", STATUS)
                .on("SELECT COALESCE(MAX(TIMESTAMPDIFF", List.of("x"), "4");
    }

    private DonorFacts ask(ScriptedSession session, Optional<DonorsFrom> from) throws Exception {
        // Every second reading is 5, 4, 3 ... ms after the one before.
        long[] elapsed = {6};
        return new DonorInquiry(ADDRESS, session, from, () -> nanos += elapsed[0]-- * 1_000_000).ask();
    }

    @Test
    void aServerWithoutASourceIsASource() throws Exception {
        DonorFacts facts = ask(server("9.7.4").on("SHOW REPLICA STATUS", STATUS), Optional.empty());
        assertThat(facts.role()).isEqualTo(Role.SOURCE);
        assertThat(facts.uuid()).isEqualTo(UUID);
        assertThat(facts.lag()).hasValue(Duration.ZERO);
        assertThat(facts.stopped()).isEmpty();
        assertThat(facts.threadsRunning()).hasValue(3);
        assertThat(facts.executed()).hasToString(UUID + ":1-7");
        assertThat(facts.answerTime()).isEqualTo(Duration.ofMillis(1)); // the shortest of 5, 3 and 1
        assertThat(facts.memberState()).isEmpty();
        assertThat(facts.unseen()).isEmpty();
        assertThat(facts.neighbours()).isEmpty();
    }

    @Test
    void aReplicaLagsAsItsSlowestChannel() throws Exception {
        ScriptedSession session = server("9.7.4")
                .on(
                        "SHOW REPLICA STATUS",
                        STATUS,
                        "a|src1|3306|Yes|Yes|2|0|0",
                        "b|src2|3310|Yes|Yes|9|0|0",
                        "group_replication_applier|<NULL>|0|No|Yes|NULL|0|0")
                .on("SHOW REPLICAS", List.of("Server_Id", "Host", "Port"), "7|sub|3306", "8||3306", "9|bad|99999");
        DonorFacts facts = ask(session, Optional.of(DonorsFrom.REPLICAS));
        assertThat(facts.role()).isEqualTo(Role.REPLICA);
        assertThat(facts.lag()).hasValue(Duration.ofSeconds(9));
        assertThat(facts.stopped()).isEmpty();
        assertThat(facts.neighbours())
                .containsExactly(
                        new Neighbour(new DonorAddress("src1", 3306), Origin.SOURCE),
                        new Neighbour(new DonorAddress("src2", 3310), Origin.SOURCE),
                        new Neighbour(new DonorAddress("sub", 3306), Origin.REPLICA));
        assertThat(facts.unseen())
                .containsExactly(
                        "the address of its replica with server_id 8: set report_host there",
                        "the address of its replica with server_id 9: bad port 99999 is none");
    }

    @Test
    void anApplierThatStoppedHasNoLag() throws Exception {
        ScriptedSession stopped = server("9.7.4").on("SHOW REPLICA STATUS", STATUS, "|src|3306|Yes|No|NULL|0|1062");
        DonorFacts facts = ask(stopped, Optional.empty());
        assertThat(facts.stopped()).hasValue("applier stopped, error 1062");
        assertThat(facts.lag()).isEmpty();
        ScriptedSession alone =
                server("9.7.4").on("SHOW REPLICA STATUS", STATUS, "c|src|3306|Connecting|Yes|NULL|2003|0");
        assertThat(ask(alone, Optional.empty()).stopped()).hasValue("receiver of channel c not connected, error 2003");
    }

    @Test
    void asksOldServersInTheirWords() throws Exception {
        ScriptedSession old = server("8.0.20")
                .on(
                        "SHOW SLAVE STATUS",
                        STATUS.stream()
                                .map(name -> name.replace("Source", "Master").replace("Replica", "Slave"))
                                .toList(),
                        "|src|3306|Yes|Yes|5|0|0")
                .on("SHOW SLAVE HOSTS", List.of("Server_id", "Host", "Port"), "7|sub|3306");
        DonorFacts facts = ask(old, Optional.of(DonorsFrom.BOTH));
        assertThat(facts.role()).isEqualTo(Role.REPLICA);
        assertThat(facts.lag()).hasValue(Duration.ofSeconds(5));
        assertThat(facts.neighbours())
                .extracting(Neighbour::address)
                .containsExactly(new DonorAddress("src", 3306), new DonorAddress("sub", 3306));
    }

    @Test
    void aMemberTellsItsStateAndTheOthers() throws Exception {
        DonorFacts facts = ask(member("ONLINE", "PRIMARY"), Optional.of(DonorsFrom.GROUP));
        assertThat(facts.role()).isEqualTo(Role.PRIMARY);
        assertThat(facts.memberState()).hasValue("ONLINE");
        assertThat(facts.lag()).hasValue(Duration.ofSeconds(4));
        assertThat(facts.neighbours()).containsExactly(new Neighbour(new DonorAddress("db2", 3307), Origin.GROUP));
        assertThat(facts.unseen()).containsExactly("the address of a member of the group: set report_host there");
        assertThat(ask(member("RECOVERING", "SECONDARY"), Optional.empty()).memberState())
                .hasValue("RECOVERING");
        assertThat(ask(member("ONLINE", "SECONDARY"), Optional.empty()).neighbours())
                .isEmpty();
    }

    @Test
    void aMemberThatIsNotInItsOwnListIsOffline() throws Exception {
        ScriptedSession session = member("", "").on("SELECT member_id", MEMBERS, "|||OFFLINE|");
        assertThat(ask(session, Optional.empty()).memberState()).hasValue("OFFLINE");
    }

    @Test
    void whatTheAccountMayNotSeeIsSaidAndNotGuessed() throws Exception {
        ScriptedSession session = member("ONLINE", "PRIMARY")
                .denies("SELECT member_id")
                .denies("SHOW REPLICA STATUS")
                .denies("SHOW REPLICAS");
        DonorFacts facts = ask(session, Optional.of(DonorsFrom.BOTH));
        assertThat(facts.role()).isEqualTo(Role.UNKNOWN);
        assertThat(facts.memberState()).isEmpty();
        assertThat(facts.lag()).isEmpty();
        assertThat(facts.unseen())
                .containsExactly(
                        "its state in the group: GRANT SELECT ON performance_schema.* TO 'cl''one'@'10.%';",
                        "its role and lag: GRANT REPLICATION CLIENT ON *.* TO 'cl''one'@'10.%';",
                        "its replicas: GRANT REPLICATION SLAVE ON *.* TO 'cl''one'@'10.%';");
    }
}
