package org.jclone.provision.group;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.jclone.provision.group.Groups.address;
import static org.jclone.provision.group.Groups.gtids;
import static org.jclone.provision.group.Groups.uuid;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jclone.provision.server.ScriptedSession;
import org.jclone.provision.server.Server;
import org.jclone.provision.server.ServerException;
import org.jclone.provision.server.ServerSession;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.DonorAddress;
import org.junit.jupiter.api.Test;

class GroupInquiryTest {

    private static final List<String> MEMBERS = List.of("id", "host", "port", "state", "role", "version", "self");

    private final Map<DonorAddress, ScriptedSession> servers = new HashMap<>();

    private ScriptedSession member(int number, String state) {
        ScriptedSession session = new ScriptedSession("9.7.4")
                .on(
                        "SELECT MEMBER_ID",
                        MEMBERS,
                        uuid(1) + "|db1|3306|ONLINE|PRIMARY|9.7.4|" + uuid(number),
                        uuid(2) + "|db2|3306|" + state + "|SECONDARY|9.7.4|" + uuid(number),
                        uuid(3) + "|db3|3306|ONLINE|SECONDARY|9.7.4|" + uuid(number))
                .on(
                        "SHOW GLOBAL VARIABLES",
                        List.of("name", "value"),
                        "server_uuid|" + uuid(number),
                        "server_id|" + number,
                        "group_replication_group_name|g")
                .on("SELECT RECEIVED_TRANSACTION_SET", List.of("x"), Groups.UUID + ":5-9")
                .on("SELECT @@GLOBAL.gtid_executed", List.of("x"), Groups.UUID + ":1-8")
                .on("SELECT @@GLOBAL.gtid_purged", List.of("x"), Groups.UUID + ":1-2");
        servers.put(address(number), session);
        return session;
    }

    private Server server(DonorAddress address) {
        return new Server() {
            @Override
            public DonorAddress address() {
                return address;
            }

            @Override
            public ServerSession connect() throws ServerException {
                if (!servers.containsKey(address)) {
                    throw ScriptedSession.unreachable(
                            CloneErrorCode.CONNECT_FAILED, address + " does not answer", new Exception());
                }
                return servers.get(address);
            }
        };
    }

    private GroupInquiry inquiry() {
        return new GroupInquiry(this::server, address -> Optional.empty());
    }

    @Test
    void asksEachMemberThatIsOnline() throws Exception {
        member(1, "ONLINE");
        member(2, "ONLINE");
        Group group = inquiry().ask(List.of(address(1)));
        assertThat(group.name()).isEqualTo("g");
        assertThat(group.online()).hasSize(3);
        assertThat(group.addresses()).containsExactly(address(1), address(2));
        assertThat(group.facts().get(0).primary()).isTrue();
        assertThat(group.facts().get(1).purged()).isEqualTo(gtids("1-2"));
        assertThat(group.transactions()).isEqualTo(gtids("1-9"));
        assertThat(group.unseen()).containsExactly("db3:3306 does not answer");
    }

    @Test
    void entersByTheFirstMemberThatIsOnline() throws Exception {
        member(2, "ERROR");
        member(3, "ERROR");
        Group group = inquiry().ask(List.of(address(1), address(2), address(3)));
        assertThat(group.addresses()).containsExactly(address(3));
        servers.remove(address(3));
        assertThatThrownBy(() -> inquiry().ask(List.of(address(1), address(2))))
                .hasMessageContaining("db1:3306 does not answer")
                .hasMessageContaining("db2:3306 is ERROR in its group");
    }

    @Test
    void saysWhichPrivilegeIsMissing() {
        member(1, "ONLINE").denies("SELECT MEMBER_ID");
        assertThatThrownBy(() -> inquiry().ask(List.of(address(1))))
                .hasMessageContaining("GRANT SELECT ON performance_schema.*");
    }

    @Test
    void connectsToNoMemberThatIsForbidden() throws Exception {
        member(1, "ONLINE");
        Group group =
                new GroupInquiry(this::server, address -> Optional.of("not in the list")).ask(List.of(address(1)));
        assertThat(group.unseen()).allMatch(reason -> reason.endsWith(": not in the list"));
    }
}
