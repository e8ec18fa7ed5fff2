package org.jclone.provision.group;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jclone.provision.server.ScriptedSession;
import org.jclone.provision.server.Server;
import org.jclone.provision.server.ServerException;
import org.jclone.provision.server.ServerSession;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.DonorAddress;
import org.junit.jupiter.api.Test;

class OnlineWaitTest {

    private static final List<String> X = List.of("x");

    private final List<String> heard = new ArrayList<>();
    private final ScriptedSession self = new ScriptedSession("9.7.4");
    private Optional<ServerException> selfRefuses = Optional.empty();
    private long nanos;

    OnlineWaitTest() {
        own("RECOVERING", "u:1-3");
        self.on("SELECT COUNT(*) FROM information_schema.PLUGINS", X, "1")
                .on("SELECT VARIABLE_VALUE FROM performance_schema.global_variables", X, "ON");
        self.on("SELECT CONCAT(LAST_ERROR_NUMBER", X).on("SELECT CONCAT(ERROR_CODE", X);
    }

    private void own(String state, String executed) {
        self.on("SELECT MEMBER_STATE FROM", X, state)
                .on("SELECT RECEIVED_TRANSACTION_SET", List.of("set", "state"), "|ON")
                .on("SELECT @@GLOBAL.gtid_executed", X, executed);
    }

    private static ScriptedSession other() {
        return new ScriptedSession("9.7.4");
    }

    /** @param own state of the member that is asked */
    private static void sees(ScriptedSession member, String own, String joining) {
        String[] rows = joining.isEmpty() ? new String[] {"0|" + own} : new String[] {"0|" + own, "1|" + joining};
        member.on("SELECT m.MEMBER_ID", List.of("self", "state"), rows);
    }

    private Server server(ServerSession session) {
        return new Server() {
            @Override
            public DonorAddress address() {
                return new DonorAddress("db", 3306);
            }

            @Override
            public ServerSession connect() throws ServerException {
                if (session == self && selfRefuses.isPresent()) {
                    throw selfRefuses.get();
                }
                return session;
            }
        };
    }

    private OnlineWait wait(ScriptedSession... others) {
        List<Server> servers = new ArrayList<>();
        for (ScriptedSession each : others) {
            servers.add(server(each));
        }
        return new OnlineWait(
                "uuid",
                servers,
                Optional.of(server(self)),
                () -> List.of("[MY-011620] from the file"),
                Duration.ofSeconds(60),
                () -> nanos,
                new OnlineWait.Listener() {
                    @Override
                    public void onState(String state) {
                        heard.add(state);
                    }

                    @Override
                    public void onError(String text) {
                        heard.add(text);
                    }

                    @Override
                    public void onProgress(long missing, Duration sinceProgress) {}
                });
    }

    @Test
    void endsWhenAllOthersSeeItOnline() throws Exception {
        ScriptedSession first = other();
        ScriptedSession second = other();
        OnlineWait wait = wait(first, second);
        sees(first, "ONLINE", "");
        sees(second, "ONLINE", "");
        assertThat(wait.look()).isEmpty();
        sees(first, "ONLINE", "ONLINE");
        sees(second, "ONLINE", "RECOVERING");
        assertThat(wait.look()).isEmpty();
        sees(second, "ONLINE", "ONLINE");
        assertThat(wait.look()).hasValue(2);
        assertThat(heard).containsExactly("ABSENT", "RECOVERING", "ONLINE");
    }

    @Test
    void doesNotBelieveAMemberThatLeftTheGroup() throws Exception {
        ScriptedSession left = other();
        OnlineWait wait = wait(left);
        sees(left, "ERROR", "ONLINE");
        assertThat(wait.look()).isEmpty();
        assertThat(heard).isEmpty();
    }

    @Test
    void failsWhenTheGroupRefusesTheServer() throws Exception {
        ScriptedSession member = other();
        sees(member, "ONLINE", "");
        own("OFFLINE", "u:1-3,errant:1");
        OnlineWait wait = wait(member);
        assertThat(wait.look()).isEmpty(); // it has not begun
        self.on("SELECT CONCAT(ERROR_CODE", X, "MY-011735 Plugin group_replication reported: '[GCS] no peer'");
        assertThat(wait.look()).isEmpty(); // it tries again
        self.on("SELECT CONCAT(ERROR_CODE", X, "MY-011526 Plugin group_replication reported: 'Local: errant:1'");
        assertThatThrownBy(wait::look)
                .isInstanceOf(CloneException.class)
                .hasMessageContaining("could not join")
                .hasMessageContaining("errant:1");
        assertThat(heard).anyMatch(text -> text.contains("[GCS] no peer"));
    }

    @Test
    void readsTheLogOfAServerThatWentIntoOfflineMode() {
        ScriptedSession member = other();
        sees(member, "ONLINE", "RECOVERING");
        selfRefuses = Optional.of(ScriptedSession.offlineMode());
        assertThatThrownBy(() -> wait(member).look()).hasMessageContaining("[MY-011620] from the file");
    }

    @Test
    void failsWhenTheServerLeavesAgain() throws Exception {
        ScriptedSession member = other();
        sees(member, "ONLINE", "RECOVERING");
        self.on("SELECT CONCAT(LAST_ERROR_NUMBER", X, "1045: Access denied");
        OnlineWait wait = wait(member);
        assertThat(wait.look()).isEmpty();
        sees(member, "ONLINE", "");
        assertThatThrownBy(wait::look)
                .hasMessageContaining("left it")
                .hasMessageContaining("its last error: 1045: Access denied");
        assertThat(heard).containsExactly("RECOVERING", "1045: Access denied", "ABSENT");
    }

    @Test
    void doesNotWaitForAServerWithoutThePlugin() {
        ScriptedSession member = other();
        sees(member, "ONLINE", "");
        self.on("SELECT COUNT(*) FROM information_schema.PLUGINS", X, "0");
        assertThatThrownBy(() -> wait(member).look()).hasMessageContaining("group_replication is not active");
    }

    @Test
    void doesNotWaitForAServerThatDoesNotJoinByItself() {
        ScriptedSession member = other();
        sees(member, "ONLINE", "");
        own("OFFLINE", "u:1-3");
        self.on("SELECT VARIABLE_VALUE FROM performance_schema.global_variables", X, "OFF");
        assertThatThrownBy(() -> wait(member).look()).hasMessageContaining("group_replication_start_on_boot=OFF");
    }

    @Test
    void waitsAsLongAsSomethingMoves() throws Exception {
        ScriptedSession member = other();
        sees(member, "ONLINE", "RECOVERING");
        OnlineWait wait = wait(member);
        for (int i = 4; i < 10; i++) {
            nanos += Duration.ofSeconds(50).toNanos();
            own("RECOVERING", "u:1-" + i);
            assertThat(wait.look()).isEmpty();
        }
        nanos += Duration.ofSeconds(61).toNanos();
        assertThatThrownBy(wait::look)
                .hasMessageContaining("no progress for 61 s")
                .hasMessageContaining("RECOVERING");
    }

    /** A server that comes back is a member until the group has expelled it. */
    @Test
    void doesNotCountAnEarlierMembershipAsSeen() throws Exception {
        ScriptedSession member = other();
        OnlineWait wait = wait(member);
        sees(member, "ONLINE", "UNREACHABLE");
        assertThat(wait.look()).isEmpty();
        sees(member, "ONLINE", "");
        assertThat(wait.look()).isEmpty();
        sees(member, "ONLINE", "ONLINE");
        assertThat(wait.look()).hasValue(1);
    }

    /** They show it ONLINE until they suspect it, with the same UUID. */
    @Test
    void doesNotBelieveTheOthersAsLongAsTheServerItselfIsOffline() throws Exception {
        ScriptedSession other = other();
        OnlineWait wait = wait(other);
        own("OFFLINE", "u:1-3");
        sees(other, "ONLINE", "ONLINE");
        assertThat(wait.look()).isEmpty();
        sees(other, "ONLINE", "");
        assertThat(wait.look()).isEmpty();
        own("ONLINE", "u:1-3");
        sees(other, "ONLINE", "ONLINE");
        assertThat(wait.look()).hasValue(1);
    }
}
