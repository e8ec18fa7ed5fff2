package org.jclone.provision.step;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.jclone.provision.server.GtidSet;
import org.jclone.provision.server.ScriptedSession;
import org.jclone.provision.server.Server;
import org.jclone.provision.server.ServerException;
import org.jclone.provision.server.ServerSession;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.DonorAddress;
import org.junit.jupiter.api.Test;

class PurgeWatchTest {

    private static final String UUID = "aaaaaaaa-0000-0000-0000-000000000000:";

    private final List<String> seen = new ArrayList<>();
    private final AtomicInteger connections = new AtomicInteger();
    private String purged = "";
    private String donor = UUID + "1-10";
    private Optional<CloneErrorCode> failure = Optional.empty();

    private Server server(String name, ServerSession session) {
        return new Server() {
            @Override
            public DonorAddress address() {
                return new DonorAddress(name, 3306);
            }

            @Override
            public ServerSession connect() throws ServerException {
                connections.incrementAndGet();
                if (failure.isPresent()) {
                    throw ScriptedSession.unreachable(failure.get(), "no", null);
                }
                return session;
            }
        };
    }

    private PurgeWatch watch(Optional<GtidSet> before) {
        return new PurgeWatch(
                server(
                        "db1",
                        new ScriptedSession("9.7.4")
                                .on("SELECT @@GLOBAL.gtid_purged", () -> ScriptedSession.rows(List.of("p"), purged))),
                server(
                        "db2",
                        new ScriptedSession("9.7.4")
                                .on("SELECT @@GLOBAL.gtid_executed", () -> ScriptedSession.rows(List.of("e"), donor))),
                before,
                new PurgeWatch.Sink() {
                    @Override
                    public void note(String text) {
                        seen.add("note " + text);
                    }

                    @Override
                    public void warn(String text, String hint) {
                        seen.add("warning " + text);
                    }
                });
    }

    @Test
    void aPurgeOfWhatTheDonorHasIsNotedOnce() {
        PurgeWatch watch = watch(Optional.of(GtidSet.EMPTY));
        purged = UUID + "1-4";
        watch.look();
        watch.look();
        purged = UUID + "1-5";
        watch.look();
        assertThat(seen)
                .containsExactly("note the source db1:3306 has purged 4 transactions from its binary logs since the run"
                        + " began; the donor has them, and so will the clone");
    }

    @Test
    void aPurgeOfWhatTheDonorLacksIsAWarningAtOnce() {
        PurgeWatch watch = watch(Optional.of(GtidSet.parse(UUID + "1-3")));
        purged = UUID + "1-3";
        watch.look();
        assertThat(seen).isEmpty();
        purged = UUID + "1-12";
        watch.look();
        watch.look();
        assertThat(seen).hasSize(1);
        assertThat(seen.get(0))
                .startsWith("warning the source db1:3306 has purged 9 transactions")
                .endsWith("the donor lacks 2 of those that are purged: " + UUID + "11-12");
    }

    /** Without an earlier figure only what changes from now on is known. */
    @Test
    void aResumedCopyBeginsWithWhatIsPurgedNow() {
        PurgeWatch watch = watch(Optional.empty());
        purged = UUID + "1-12";
        watch.look();
        assertThat(seen).isEmpty();
        purged = UUID + "1-13";
        watch.look();
        assertThat(seen).hasSize(1);
    }

    @Test
    void asksAgainAfterAFailure() {
        PurgeWatch watch = watch(Optional.of(GtidSet.EMPTY));
        failure = Optional.of(CloneErrorCode.CONNECT_FAILED);
        watch.look();
        failure = Optional.empty();
        purged = UUID + "1";
        watch.look();
        assertThat(seen).hasSize(1);
    }

    @Test
    void doesNotRepeatALoginThatIsRefused() throws Exception {
        failure = Optional.of(CloneErrorCode.ACCESS_DENIED);
        PurgeWatch watch = watch(Optional.of(GtidSet.EMPTY));
        watch.look();
        assertThat(watch.isOver()).isTrue();
        watch.start();
        watch.close();
        assertThat(connections).hasValue(1);
    }
}
