package org.jclone.recipient.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import org.jclone.protocol.clone.CloneError;
import org.jclone.protocol.innodb.descriptor.SnapshotState;
import org.jclone.protocol.innodb.descriptor.StateDescriptor;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneEvent;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.DonorErrorException;
import org.jclone.recipient.journal.DonorIdentity;
import org.jclone.recipient.target.SnapshotCopy;
import org.jclone.recipient.target.TestSnapshots;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ReconnectorTest {

    private final ScriptedDonor donor = new ScriptedDonor();
    private final SnapshotCopy copy = TestSnapshots.empty();
    private final CloneException lost = ScriptedDonor.lost();
    private TestContext test = new TestContext(Path.of("target"));

    @AfterEach
    void close() {
        test.events();
    }

    private Reconnector reconnector() {
        return new Reconnector(test.context, donor, TestSnapshots.donor(Map.of()), Optional.of(ScriptedDonor.IDENTITY));
    }

    private static StateDescriptor start(SnapshotState state) {
        return new StateDescriptor(100, state, 0, 1, 1, 0, 0, StateDescriptor.START);
    }

    private static DonorErrorException refused(int number, String text) {
        return new DonorErrorException(CloneErrorCode.DONOR_ERROR, "refused: " + text, "hint", number, "", text);
    }

    private void unreachable(int attempts) {
        for (int i = 0; i < attempts; i++) {
            donor.open(ScriptedDonor.failure(CloneErrorCode.CONNECT_FAILED));
        }
    }

    private CloneException failure(Reconnector reconnector) {
        CloneException[] failure = new CloneException[1];
        assertThatExceptionOfType(CloneException.class)
                .isThrownBy(() -> reconnector.reconnect(copy, lost))
                .satisfies(thrown -> failure[0] = thrown);
        return failure[0];
    }

    @Test
    void connectsAtOnce() throws CloneException {
        reconnector().reconnect(copy, lost);

        assertThat(donor.said).containsExactly("1 open", "1 COM_REINIT");
        assertThat(test.sleeps()).isEmpty();
        assertThat(test.events(CloneEvent.Reconnected.class))
                .containsExactly(new CloneEvent.Reconnected(1, Duration.ZERO));
    }

    @Test
    void triesUntilTheDonorIsBackAndWaitsLongerEachTime() throws CloneException {
        unreachable(4);
        donor.reinit(refused(CloneError.ER_INTERNAL_ERROR, "Innodb Clone Restart wait for idle timeout"));
        reconnector().reconnect(copy, lost);

        assertThat(donor.said).containsSubsequence("5 COM_REINIT", "5 abandon", "6 open", "6 COM_REINIT");
        assertThat(test.sleeps()).hasSize(5);
        assertThat(test.sleeps().get(0)).isBetween(Duration.ofMillis(125), Duration.ofMillis(250));
        assertThat(test.sleeps().get(4)).isBetween(Duration.ofSeconds(2), Duration.ofSeconds(4));
        assertThat(test.events(CloneEvent.Reconnecting.class))
                .hasSize(6)
                .allSatisfy(
                        event -> assertThat(event.deadline()).isEqualTo(TestContext.BEGIN.plus(Duration.ofMinutes(5))));
    }

    @Test
    void givesUpWhenTheDonorWillHaveDroppedTheSnapshot() {
        unreachable(1000);
        CloneException failure = failure(reconnector());

        assertThat(failure.code()).isEqualTo(CloneErrorCode.CONNECTION_LOST);
        assertThat(failure).hasMessage("the line is cut; no way back in 300 s: the donor says CONNECT_FAILED");
        assertThat(test.now())
                .isBetween(
                        TestContext.BEGIN.plus(Duration.ofSeconds(295)),
                        TestContext.BEGIN.plus(Duration.ofSeconds(300)));
    }

    @Test
    void restartsTheWindowOnlyIfSomethingArrivedInBetween() throws CloneException {
        Reconnector reconnector = reconnector();
        reconnector.reconnect(copy, lost);
        test.pass(Duration.ofMinutes(4));
        reconnector.reconnect(copy, lost);
        assertThat(test.sleeps()).as("the second attempt waits").hasSize(1);

        test.pass(Duration.ofMinutes(2));
        assertThat(failure(reconnector)).hasMessageContaining("no way back");

        TestSnapshots.move(copy, start(SnapshotState.FILE_COPY));
        reconnector.reconnect(copy, lost);
        assertThat(donor.said).endsWith("3 open", "3 COM_REINIT");
    }

    @Test
    void doesNotTryWhereTheUserAllowsNoTime() {
        test.events();
        test = new TestContext(
                Path.of("target"), request -> request.interruptions(it -> it.withReconnectTimeout(Duration.ZERO)));

        assertThat(failure(reconnector())).isSameAs(lost);
        assertThat(donor.said).isEmpty();
    }

    @Test
    void staysAwayFromAnotherServer() {
        donor.identity = Optional.of(new DonorIdentity("another", 1));

        assertThat(failure(reconnector()).code()).isEqualTo(CloneErrorCode.CONNECT_FAILED);
        assertThat(donor.said).containsExactly("1 open", "1 abandon");
    }

    @Test
    void tellsThatTheSnapshotIsGone() {
        TestSnapshots.move(copy, start(SnapshotState.FILE_COPY));
        donor.reinit(refused(CloneError.ER_INTERNAL_ERROR, "Innodb Clone Restart failed"));
        CloneException failure = failure(reconnector());

        assertThat(failure.code()).isEqualTo(CloneErrorCode.SNAPSHOT_GONE);
        assertThat(failure)
                .hasMessage("db1:3306 no longer has the snapshot of this clone; FILE COPY was under way: error 1815:"
                        + " Innodb Clone Restart failed");
        assertThat(donor.said).containsExactly("1 open", "1 COM_REINIT", "1 abandon");
    }

    @Test
    void doesNotRepeatWhatTheDonorRefusesForGood() {
        donor.open(ScriptedDonor.failure(CloneErrorCode.ACCESS_DENIED));

        assertThat(failure(reconnector()).code()).isEqualTo(CloneErrorCode.ACCESS_DENIED);
        assertThat(donor.said).containsExactly("1 open");
    }

    @Test
    void stopsWaitingWhenTheCloneIsAborted() {
        unreachable(1000);
        test.context.abortion().demand(ScriptedDonor.failure(CloneErrorCode.ABORTED));

        assertThat(failure(reconnector()).code()).isEqualTo(CloneErrorCode.ABORTED);
        assertThat(donor.said).isEmpty();
    }

    @Test
    void resumesForAnotherProcessWhereTheDonorIsStillBusy() throws CloneException {
        donor.open(ScriptedDonor.failure(CloneErrorCode.DONOR_BUSY));
        reconnector().resume(copy);

        assertThat(donor.said).containsExactly("1 open", "2 open", "2 COM_REINIT");
    }

    /** How often to connect in all is for {@link Retries}, as with a new clone. */
    @Test
    void doesNotResumeForAnotherProcessWhereNobodyAnswers() {
        unreachable(1);
        assertThatExceptionOfType(CloneException.class)
                .isThrownBy(() -> reconnector().resume(copy));

        assertThat(donor.said).containsExactly("1 open");
    }

    @ParameterizedTest
    @CsvSource({"'', 5", "0, 0", "7, 7", "-1, 5", "12345, 5", "x, 5"})
    void readsTheWindowOfTheDonor(String setting, int minutes) {
        assertThat(Reconnector.windowOf(
                        TestSnapshots.donor(Map.of("clone_donor_timeout_after_network_failure", setting))))
                .isEqualTo(Duration.ofMinutes(minutes));
    }

    static Stream<Arguments> failures() {
        return Stream.of(
                Arguments.of(ScriptedDonor.lost(), true),
                Arguments.of(ScriptedDonor.failure(CloneErrorCode.CONNECT_FAILED), false),
                Arguments.of(ScriptedDonor.failure(CloneErrorCode.DISK_FULL), false),
                Arguments.of(ScriptedDonor.failure(CloneErrorCode.PROTOCOL), false),
                Arguments.of(refused(CloneError.ER_NET_READ_ERROR, "Got an error reading"), true),
                Arguments.of(refused(CloneError.ER_INTERNAL_ERROR, "whatever"), false),
                Arguments.of(
                        new CloneException(
                                CloneErrorCode.TLS_FAILED, "a record is broken", "hint", new SSLException("broken")),
                        true));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void tellsABrokenConnectionFromAnythingElse(CloneException failure, boolean network) {
        assertThat(Reconnector.isNetworkFailure(failure)).isEqualTo(network);
    }
}
