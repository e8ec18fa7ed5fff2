package org.jclone.provision.donor;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.ConnectException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.jclone.provision.server.ScriptedSession;
import org.jclone.provision.server.Server;
import org.jclone.provision.server.ServerException;
import org.jclone.provision.server.ServerSession;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.DonorAddress;
import org.junit.jupiter.api.Test;

class DonorWatchTest {

    private final Deque<Object> connections = new ArrayDeque<>();
    private String uuid = "u1";
    private long start = 1_000_000;
    private Object state = "ONLINE";
    private Optional<ServerException> broken = Optional.empty();
    private long received;

    private final BlockingQueue<CloneException> lost = new LinkedBlockingQueue<>();
    private final DonorWatch watch = new DonorWatch(
            new Server() {
                @Override
                public DonorAddress address() {
                    return new DonorAddress("db1", 3306);
                }

                @Override
                public ServerSession connect() throws ServerException {
                    Object next = connections.size() > 1 ? connections.remove() : connections.element();
                    if (next instanceof ServerException failure) {
                        throw failure;
                    }
                    return (ServerSession) next;
                }
            },
            Duration.ofMillis(10),
            () -> received,
            lost::add);

    private ScriptedSession session() {
        return new ScriptedSession("9.7.4")
                .on(
                        "SELECT @@server_uuid",
                        () -> broken.<Object>map(failure -> failure)
                                .orElseGet(() -> ScriptedSession.rows(List.of("a", "b"), uuid + '|' + start)))
                .on(
                        "SELECT member_state",
                        () -> state instanceof String text
                                ? text.isEmpty()
                                        ? ScriptedSession.rows(List.of("s"))
                                        : ScriptedSession.rows(List.of("s"), text)
                                : state);
    }

    private static ServerException noListener() {
        return ScriptedSession.unreachable(
                CloneErrorCode.CONNECT_FAILED, "cannot connect", new ConnectException("refused"));
    }

    @Test
    void aHealthyDonorIsNotLost() {
        connections.add(session());
        for (int i = 0; i < 10; i++) {
            assertThat(watch.look()).isEmpty();
        }
        assertThat(connections).hasSize(1);
    }

    @Test
    void noticesARestart() {
        connections.add(session());
        assertThat(watch.look()).isEmpty();
        start += 5;
        assertThat(watch.look().orElseThrow())
                .hasMessage("db1:3306 was restarted during the clone")
                .extracting(CloneException::code)
                .isEqualTo(CloneErrorCode.SNAPSHOT_GONE);
    }

    @Test
    void noticesThatAMemberLeftItsGroup() {
        connections.add(session());
        assertThat(watch.look()).isEmpty();
        state = "ERROR";
        CloneException left = watch.look().orElseThrow();
        assertThat(left).hasMessage("db1:3306 left its group during the clone: it is ERROR");
        assertThat(FailureClass.of(left)).isEqualTo(FailureClass.NEXT_DONOR);
        state = "";
        assertThat(watch.look().orElseThrow()).hasMessageEndingWith("it is no member");
    }

    @Test
    void noticesOfflineModeOfAMember() {
        connections.add(session());
        connections.add(ScriptedSession.offlineMode());
        assertThat(watch.look()).isEmpty();
        broken = Optional.of(ScriptedSession.unreachable(CloneErrorCode.CONNECTION_LOST, "lost", null));
        assertThat(watch.look()).isEmpty();
        assertThat(watch.look().orElseThrow()).hasMessageEndingWith("it is in offline mode");
    }

    @Test
    void whatCannotBeSeenIsNoReason() {
        connections.add(session());
        assertThat(watch.look()).isEmpty();
        state = ScriptedSession.refusal(1142, "denied");
        assertThat(watch.look()).isEmpty();
    }

    @Test
    void aServerThatWasInNoGroupMayStayOutOfIt() {
        state = "";
        connections.add(session());
        assertThat(watch.look()).isEmpty();
        state = "OFFLINE";
        assertThat(watch.look()).isEmpty();
    }

    @Test
    void anotherServerBehindARouterSaysNothing() {
        connections.add(session());
        assertThat(watch.look()).isEmpty();
        uuid = "u2";
        start += 100;
        state = "OFFLINE";
        assertThat(watch.look()).isEmpty();
    }

    @Test
    void silenceIsNoReason() {
        connections.add(session());
        assertThat(watch.look()).isEmpty();
        broken = Optional.of(ScriptedSession.unreachable(CloneErrorCode.CONNECTION_LOST, "no answer", null));
        connections.clear();
        connections.add(ScriptedSession.unreachable(CloneErrorCode.CONNECT_FAILED, "no login in time", null));
        for (int i = 0; i < 20; i++) {
            assertThat(watch.look()).isEmpty();
        }
    }

    @Test
    void aClosedPortIsAReasonIfItLastsAndNothingArrives() {
        connections.add(noListener());
        for (int i = 0; i < 10; i++) {
            received += 1000;
            assertThat(watch.look()).isEmpty();
        }
        for (int i = 1; i < DonorWatch.CLOSED - 1; i++) {
            assertThat(watch.look()).isEmpty();
        }
        assertThat(watch.look().orElseThrow())
                .hasMessage("db1:3306 is gone: cannot connect")
                .extracting(CloneException::code)
                .isEqualTo(CloneErrorCode.CONNECT_FAILED);
    }

    @Test
    void aPortThatOpensAgainStartsTheCountAgain() {
        connections.add(noListener());
        connections.add(noListener());
        connections.add(noListener());
        connections.add(session());
        for (int i = 0; i < 10; i++) {
            assertThat(watch.look()).isEmpty();
        }
    }

    @Test
    void reportsFromItsOwnThread() throws Exception {
        start = 1;
        ScriptedSession session = session();
        connections.add(session);
        watch.look();
        start = 2;
        watch.start();
        assertThat(lost.take()).hasMessageContaining("restarted");
        watch.close();
    }

    @Test
    void isSilentAfterItsEnd() throws Exception {
        connections.add(session());
        watch.look();
        start++;
        watch.close();
        watch.start();
        assertThat(watch.join()).isTrue();
        assertThat(lost).isEmpty();
    }
}
