package org.jclone.recipient.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jclone.protocol.clone.CloneError;
import org.jclone.protocol.innodb.descriptor.SnapshotState;
import org.jclone.protocol.innodb.descriptor.StateDescriptor;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneEvent;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.DonorErrorException;
import org.jclone.recipient.compat.TargetFit;
import org.jclone.recipient.target.SnapshotCopy;
import org.jclone.recipient.target.Target;
import org.jclone.recipient.target.TestSnapshots;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DonorSessionTest {

    private static final String WINDOW = "clone_donor_timeout_after_network_failure";

    @TempDir
    Path temp;

    private final ScriptedDonor donor = new ScriptedDonor();
    private TestContext test;
    private DonorSession session;
    private SnapshotCopy copy;
    private Target target;

    @BeforeEach
    void create() throws CloneException {
        test = new TestContext(temp.resolve("clone"));
        session = new DonorSession(test.context, donor, TargetFit.prepare(test.context.request()));
    }

    @AfterEach
    void close() {
        if (target != null) {
            target.close();
        }
        test.events();
    }

    /** Begins a clone whose snapshot is open. */
    private void begin() throws CloneException {
        session.begin();
        session.identify();
        copy = session.copy();
        target = Target.create(test.target(), false, session.parameters(), copy, session.isTls(), TestContext.BEGIN);
        donor.said.clear();
    }

    private void receive() throws CloneException {
        session.receive(copy, target);
    }

    /** Lets the copy reach a state, as the stream does. */
    private void reach(SnapshotState state) throws CloneException {
        while (copy.state() != state) {
            target.endState();
            target.move(new StateDescriptor(
                    100, SnapshotState.values()[copy.state().ordinal() + 1], 0, 1, 1, 0, 0, StateDescriptor.START));
        }
    }

    private void assertFails(ThrowingCall call, CloneErrorCode code) {
        assertThatExceptionOfType(CloneException.class)
                .isThrownBy(call::run)
                .satisfies(failure -> assertThat(failure.code()).isEqualTo(code));
    }

    private interface ThrowingCall {
        void run() throws Exception;
    }

    private static DonorErrorException snapshotGone() {
        return new DonorErrorException(
                CloneErrorCode.DONOR_ERROR,
                "refused",
                "see there",
                CloneError.ER_INTERNAL_ERROR,
                "",
                "Innodb Clone Restart failed");
    }

    @Test
    void asksForASnapshotReceivesItAndLeaves() throws CloneException {
        session.begin();
        assertThat(donor.said).containsExactly("1 open", "1 COM_INIT");
        assertThat(session.holdsSnapshot()).isTrue();
        session.release();

        donor.said.clear();
        begin();
        receive();
        assertThat(session.isEverythingHere()).isTrue();
        session.leave();

        assertThat(donor.said).containsExactly("2 COM_EXECUTE", "2 COM_EXIT");
        assertThat(session.isEverythingHere()).isTrue();
        assertThat(session.isResumable()).isFalse();
    }

    @Test
    void connectsAgainWhereAConnectionBreaksBeforeDataFlows() throws CloneException {
        donor.open(ScriptedDonor.lost()).init(ScriptedDonor.lost());
        session.begin();

        assertThat(donor.said).containsExactly("1 open", "2 open", "2 COM_INIT", "2 abandon", "3 open", "3 COM_INIT");
        assertThat(test.sleeps()).hasSize(2);
        assertThat(test.events(CloneEvent.Connected.class)).hasSize(2);
    }

    @Test
    void givesUpConnectingAfterTheFifthTime() {
        for (int i = 0; i < 5; i++) {
            donor.init(ScriptedDonor.lost());
        }
        assertFails(session::begin, CloneErrorCode.CONNECTION_LOST);

        assertThat(donor.said).filteredOn(each -> each.endsWith("open")).hasSize(5);
        assertThat(donor.said).endsWith("5 COM_INIT", "5 release", "5 abandon");
        assertThat(session.holdsSnapshot()).isFalse();
    }

    @Test
    void releasesASnapshotThatTheDonorRefusedOrMayHaveCreated() throws CloneException {
        donor.init(ScriptedDonor.failure(CloneErrorCode.PLUGIN_MISSING));
        assertFails(session::begin, CloneErrorCode.PLUGIN_MISSING);
        assertThat(donor.said).containsExactly("1 open", "1 COM_INIT", "1 release", "1 abandon");

        session.begin();
        assertThat(donor.said).as("a later try").endsWith("2 open", "2 COM_INIT");
    }

    @Test
    void waitsForItsOwnLostCloneButNotForThatOfAnother() throws CloneException {
        donor.init(ScriptedDonor.failure(CloneErrorCode.DONOR_BUSY));
        assertFails(session::begin, CloneErrorCode.DONOR_BUSY);

        donor.said.clear();
        donor.init(ScriptedDonor.lost()).init(ScriptedDonor.failure(CloneErrorCode.DONOR_BUSY));
        session.begin();
        assertThat(donor.said).filteredOn(each -> each.endsWith("COM_INIT")).hasSize(3);
    }

    @Test
    void returnsToTheSnapshotWhereAConnectionBreaks() throws CloneException {
        begin();
        donor.stream(() -> {
            reach(SnapshotState.FILE_COPY);
            throw ScriptedDonor.lost();
        });
        receive();
        session.leave();

        assertThat(donor.said)
                .containsExactly(
                        "1 COM_EXECUTE", "1 abandon stream", "2 open", "2 COM_REINIT", "2 COM_EXECUTE", "2 COM_EXIT");
        assertThat(test.events(CloneEvent.Reconnected.class)).hasSize(1);
    }

    @Test
    void needsNoDonorWhereAConnectionBreaksAfterTheLastBlock() throws CloneException {
        begin();
        donor.stream(() -> {
            reach(SnapshotState.DONE);
            throw ScriptedDonor.lost();
        });
        receive();
        session.leave();

        assertThat(donor.said).containsExactly("1 COM_EXECUTE", "1 abandon stream");
        assertThat(session.isEverythingHere()).isTrue();
    }

    @Test
    void asksForAnotherSnapshotWhereTheDonorDroppedOneThatItHadNotBegunToSend() throws CloneException {
        begin();
        donor.stream(() -> {
                    throw ScriptedDonor.lost();
                })
                .reinit(snapshotGone());
        receive();

        assertThat(donor.said)
                .containsExactly(
                        "1 COM_EXECUTE",
                        "1 abandon stream",
                        "2 open",
                        "2 COM_REINIT",
                        "2 abandon",
                        "3 open",
                        "3 COM_INIT",
                        "3 COM_EXECUTE");
    }

    @Test
    void refusesAnotherServerAtTheDonorsAddress() throws CloneException {
        begin();
        donor.stream(() -> {
                    donor.parameters = TestSnapshots.donor(Map.of("version", "8.4.0"));
                    throw ScriptedDonor.lost();
                })
                .reinit(snapshotGone());

        assertFails(this::receive, CloneErrorCode.INCOMPATIBLE);
        session.release();
        assertThat(donor.said).endsWith("3 COM_INIT", "3 release");
    }

    @Test
    void cannotContinueWhereTheDonorDroppedASnapshotThatItWasSending() throws CloneException {
        begin();
        donor.stream(() -> {
                    reach(SnapshotState.FILE_COPY);
                    throw ScriptedDonor.lost();
                })
                .reinit(snapshotGone());

        assertFails(this::receive, CloneErrorCode.SNAPSHOT_GONE);
        assertThat(session.holdsSnapshot()).isFalse();
        donor.said.clear();
        session.release();
        session.rest();
        assertThat(donor.said).as("nothing to release").isEmpty();
    }

    @ParameterizedTest
    @EnumSource(
            value = CloneErrorCode.class,
            names = {"PROTOCOL", "STORAGE", "DISK_FULL", "DAMAGED", "ABORTED"})
    void doesNotReconnectAfterAFailureOfItsOwn(CloneErrorCode code) throws CloneException {
        begin();
        donor.stream(() -> {
            throw ScriptedDonor.failure(code);
        });
        assertFails(this::receive, code);
        assertThat(session.holdsSnapshot()).isTrue();

        session.release();
        assertThat(donor.said).containsExactly("1 COM_EXECUTE", "1 release");
        assertThat(session.holdsSnapshot()).isFalse();
    }

    @Test
    void passesAnAbortToTheStreamThatRuns() throws CloneException {
        begin();
        donor.stream(() -> {
            test.context.abortion().demand(ScriptedDonor.failure(CloneErrorCode.ABORTED));
            throw ScriptedDonor.failure(CloneErrorCode.ABORTED);
        });
        assertFails(this::receive, CloneErrorCode.ABORTED);

        assertThat(donor.said).containsExactly("1 COM_EXECUTE", "1 abort: the donor says ABORTED");
    }

    @Test
    void streamsNothingAfterAnAbort() throws CloneException {
        begin();
        test.context.abortion().demand(ScriptedDonor.failure(CloneErrorCode.ABORTED));

        assertFails(this::receive, CloneErrorCode.ABORTED);
        assertThat(donor.said).doesNotContain("1 COM_EXECUTE");
    }

    @Test
    void breaksOffBeforeAndWhileBlocksFlowSoThatTheDonorWaits() throws CloneException {
        begin();
        session.rest();
        session.rest();
        assertThat(donor.said).containsExactly("1 break off 3");
        session.release();
        assertThat(donor.said).as("an abort after the rest").endsWith("1 release");

        donor.identity = Optional.of(ScriptedDonor.IDENTITY);
        DonorSession other = new DonorSession(test.context, donor, TargetFit.prepare(test.context.request()));
        other.begin();
        donor.said.clear();
        donor.stream(() -> {
            throw ScriptedDonor.failure(CloneErrorCode.DISK_FULL);
        });
        assertFails(() -> other.receive(other.copy(), target), CloneErrorCode.DISK_FULL);
        other.rest();
        assertThat(donor.said).containsExactly("2 COM_EXECUTE", "2 abandon stream");
        other.release();
        assertThat(donor.said).endsWith("2 release");
    }

    @Test
    void tellsUntilWhenAndHowTheDonorWaits() throws CloneException {
        donor.parameters = TestSnapshots.donor(Map.of(WINDOW, "7"));
        begin();
        assertThat(session.isResumable()).isTrue();
        test.pass(Duration.ofMinutes(1));
        session.rest();
        test.pass(Duration.ofMinutes(2));

        assertThat(session.resumableUntil()).isEqualTo(TestContext.BEGIN.plus(Duration.ofMinutes(8)));
        assertThat(session.wayOut())
                .isEqualTo("The same command with --resume resumes it until then."
                        + " KILL 41 at the donor drops it at once.");
    }

    @Test
    void countsTheTimeOfTheDonorFromTheLossOfTheConnection() throws CloneException {
        begin();
        donor.stream(() -> {
            test.pass(Duration.ofMinutes(1));
            reach(SnapshotState.FILE_COPY);
            throw ScriptedDonor.lost();
        });
        for (int i = 0; i < 500; i++) {
            donor.open(ScriptedDonor.failure(CloneErrorCode.CONNECT_FAILED));
        }
        assertFails(this::receive, CloneErrorCode.CONNECTION_LOST);

        assertThat(session.resumableUntil()).isEqualTo(TestContext.BEGIN.plus(Duration.ofMinutes(6)));
        assertThat(session.wayOut()).isEqualTo("The same command with --resume resumes it until then.");
    }

    @Test
    void isNotResumableFromADonorThatDoesNotWaitOrDoesNotSayWhoItIs() throws CloneException {
        donor.parameters = TestSnapshots.donor(Map.of(WINDOW, "0"));
        session.begin();
        session.identify();
        assertThat(session.isResumable()).isFalse();
        session.release();

        donor.parameters = TestSnapshots.donor(Map.of());
        donor.identity = Optional.empty();
        session.begin();
        session.identify();
        assertThat(session.isResumable()).isFalse();
    }

    @Test
    void refusesStepsOutOfOrder() throws CloneException {
        assertThatIllegalStateException().isThrownBy(session::leave).withMessageContaining("expected: Complete");
        begin();
        assertThatIllegalStateException().isThrownBy(session::begin).withMessageContaining("expected: Unconnected");
        assertThat(donor.said).as("a needless connection").isEmpty();
        receive();
        session.leave();
        assertThatIllegalStateException().isThrownBy(session::leave);
        assertThatIllegalStateException().isThrownBy(session::begin);
    }
}
