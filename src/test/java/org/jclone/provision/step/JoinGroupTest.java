package org.jclone.provision.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jclone.provision.Requests;
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

    private final List<String> asked = new ArrayList<>();
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
                asked.add(address.host());
                if (!purged.containsKey(address.host())) {
                    throw ScriptedSession.unreachable(
                            CloneErrorCode.CONNECT_FAILED, address + " does not answer", new Exception());
                }
                return session(address.host());
            }
        };
    }

    private ScriptedSession session(String host) {
        String[] members = purgedMembers(host);
        return new ScriptedSession("9.7.4")
                .on("SELECT MEMBER_ID", List.of("id", "host", "port", "state", "role", "version", "self"), members)
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

    private static String[] purgedMembers(String host) {
        return host.startsWith("db")
                ? new String[] {
                    "db1|db1|3306|ONLINE|PRIMARY|9.7.4|" + host, "db2|db2|3306|ONLINE|SECONDARY|9.7.4|" + host
                }
                : new String[0];
    }

    private interface Question<T> {
        T ask(JoinGroup group) throws CloneException;
    }

    private <T> T with(ProvisionRequest request, Question<T> question) throws CloneException {
        try (Run run = new Run(request, record, event -> {})) {
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

    @Test
    void anyMeansTheDonorsOwnGroupFirst() throws Exception {
        purged.putAll(Map.of("db1", "", "db2", ""));
        ask("db1", "ANY");
        assertThat(record.fact(Fact.GROUP_MEMBERS)).hasValue("db1:3306,db2:3306");
    }
}
