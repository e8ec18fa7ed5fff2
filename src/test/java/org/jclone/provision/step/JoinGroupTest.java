package org.jclone.provision.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jclone.provision.Requests;
import org.jclone.provision.api.ProvisionEvent;
import org.jclone.provision.api.ProvisionRequest;
import org.jclone.provision.group.Group;
import org.jclone.provision.record.ProvisionRecord;
import org.jclone.provision.record.ProvisionRecord.Fact;
import org.jclone.provision.server.GtidSet;
import org.jclone.provision.server.ScriptedSession;
import org.jclone.provision.server.Server;
import org.jclone.provision.server.ServerException;
import org.jclone.provision.server.ServerSession;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.DonorAddress;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JoinGroupTest {

    private static final String UUID = "aaaaaaaa-0000-0000-0000-000000000000:";
    private static final List<String> X = List.of("x");

    @TempDir
    Path directory;

    /** What each server that answers has purged. Those whose name begins with {@code db} are members. */
    private final Map<String, String> purged = new TreeMap<>();

    /** What the members show of a server that is gone, until its name was noted. */
    private Optional<String> earlier = Optional.empty();

    private final List<String> notes = new ArrayList<>();
    private ProvisionRecord record;

    @BeforeEach
    void begin() {
        record = ProvisionRecord.inMemory(directory);
    }

    private Server server(DonorAddress address) {
        return new Server() {
            @Override
            public DonorAddress address() {
                return address;
            }

            @Override
            public ServerSession connect() throws ServerException {
                if (!purged.containsKey(address.host())) {
                    throw ScriptedSession.unreachable(
                            CloneErrorCode.CONNECT_FAILED, address + " does not answer", new Exception());
                }
                return session(address.host());
            }
        };
    }

    private ScriptedSession session(String host) {
        return new ScriptedSession("9.7.4")
                .on(
                        "SELECT MEMBER_ID",
                        List.of("id", "host", "port", "state", "role", "version", "self"),
                        members(host))
                .on(
                        "SHOW GLOBAL VARIABLES",
                        List.of("name", "value"),
                        "server_uuid|" + host,
                        "group_replication_group_name|g")
                .on("SELECT RECEIVED_TRANSACTION_SET", X)
                .on("SELECT @@GLOBAL.gtid_executed", X, UUID + "1-9")
                .on("SELECT @@GLOBAL.gtid_purged", X, purged.get(host))
                .on("SHOW REPLICA STATUS", List.of("Channel_Name", "Source_Host", "Source_Port"), "|db2|3306");
    }

    private String[] members(String host) {
        if (!host.startsWith("db")) {
            return new String[0];
        }
        List<String> members = new ArrayList<>(
                List.of("db1|db1|3306|ONLINE|PRIMARY|9.7.4|" + host, "db2|db2|3306|ONLINE|SECONDARY|9.7.4|" + host));
        earlier.ifPresent(member -> members.add(member + host));
        return members.toArray(String[]::new);
    }

    private interface Question<T> {
        T ask(JoinGroup group) throws CloneException;
    }

    private <T> T with(ProvisionRequest request, Question<T> question) throws CloneException {
        try (Run run = new Run(request, record, event -> {}, Clock.systemUTC(), System::nanoTime)) {
            return question.ask(new JoinGroup(run, request.join().orElseThrow(), this::server));
        }
    }

    private Group requireFits(String clone) throws CloneException {
        return with(Requests.joining(directory), group -> group.requireFits(GtidSet.parse(UUID + clone)));
    }

    private Group ask(String donor, String... source) throws CloneException {
        record.set(Fact.DONOR, donor + ":3306");
        return with(Requests.joining(directory, source), JoinGroup::ask);
    }

    @Test
    void theCloneIsUselessIfEachMemberHasPurgedWhatIsMissing() {
        purged.putAll(Map.of("db1", UUID + "1-7", "db2", UUID + "1-6"));
        assertThatThrownBy(() -> requireFits("1-5"))
                .hasMessage("each member has purged transactions that the new server lacks: " + UUID + "6");
        assertThat(record.has(Fact.CLONE_USELESS)).isTrue();
    }

    @Test
    void theCloneIsOfUseAsLongAsOneMemberDoesNotAnswer() {
        purged.put("db1", UUID + "1-7");
        assertThatThrownBy(() -> requireFits("1-5"))
                .hasMessageContaining("each member has purged")
                .hasMessageContaining("not asked: db2:3306 does not answer");
        assertThat(record.has(Fact.CLONE_USELESS)).isFalse();
    }

    @Test
    void fetchesFromTheMemberThatHasWhatIsMissing() throws Exception {
        purged.putAll(Map.of("db1", UUID + "1-7", "db2", UUID + "1-5"));
        requireFits("1-5");
        assertThat(record.fact(Fact.SOURCE)).hasValue("db2:3306");
    }

    @Test
    void asksWhatIsPurgedBeforeTheOldServerIsStopped() throws Exception {
        purged.putAll(Map.of("db1", UUID + "1-7", "db2", UUID + "1-6"));
        record.set(Fact.DONOR_EXECUTED, UUID + "1-5");
        assertThatThrownBy(() -> with(Requests.joining(directory), group -> {
                    group.requireNotPurged();
                    return group;
                }))
                .hasMessageContaining("each member has purged");
        assertThat(record.has(Fact.CLONE_USELESS)).isTrue();
    }

    @Test
    void continuesIfNobodyAnswersBeforeTheOldServerIsStopped() throws Exception {
        record.set(Fact.DONOR_EXECUTED, UUID + "1-5");
        assertThatCode(() -> with(Requests.joining(directory), group -> {
                    group.requireNotPurged();
                    return group;
                }))
                .doesNotThrowAnyException();
    }

    @Test
    void findsTheGroupThroughTheDonorsSource() throws Exception {
        purged.putAll(Map.of("replica", "", "db1", "", "db2", ""));
        assertThatThrownBy(() -> ask("replica")).hasMessageContaining("replica:3306 is in no group");
        assertThat(ask("replica", "DONORS-SOURCE").addresses()).contains(new DonorAddress("db2", 3306));
        record.forget(Fact.GROUP_MEMBERS);
        assertThat(ask("replica", "ANY").addresses()).contains(new DonorAddress("db2", 3306));
    }

    /** The others show it for some seconds. */
    @Test
    void waitsUntilAnEarlierServerOfTheTargetIsExpelled() throws Exception {
        purged.putAll(Map.of("db1", "", "db2", ""));
        earlier = Optional.of("old|db3|3306|UNREACHABLE||9.7.4|");
        awaitExpelled(Optional.of(new DonorAddress("db3", 3306)));
        assertThat(notes).singleElement().asString().contains("the earlier server db3:3306 as UNREACHABLE: waiting");
        assertThat(earlier).isEmpty();
    }

    @Test
    void doesNotWaitForAServerElsewhere() throws Exception {
        purged.putAll(Map.of("db1", "", "db2", ""));
        earlier = Optional.of("other|db4|3306|UNREACHABLE||9.7.4|");
        awaitExpelled(Optional.of(new DonorAddress("db3", 3306)));
        assertThat(notes).isEmpty();
    }

    private void awaitExpelled(Optional<DonorAddress> address) throws Exception {
        ProvisionRequest request = Requests.joining(directory);
        try (Run run = new Run(
                request,
                record,
                event -> {
                    if (event instanceof ProvisionEvent.Note note) {
                        notes.add(note.text());
                        earlier = Optional.empty();
                    }
                },
                Clock.systemUTC(),
                System::nanoTime)) {
            new JoinGroup(run, request.join().orElseThrow(), this::server).awaitExpelled(address);
        }
    }

    @Test
    void anyMeansTheDonorsOwnGroupFirst() throws Exception {
        purged.putAll(Map.of("db1", "", "db2", ""));
        ask("db1", "ANY");
        assertThat(record.fact(Fact.GROUP_MEMBERS)).hasValue("db1:3306,db2:3306");
    }
}
