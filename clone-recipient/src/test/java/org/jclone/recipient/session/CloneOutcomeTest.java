package org.jclone.recipient.session;

import static org.assertj.core.api.Assertions.assertThat;

import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.session.CloneOutcome.Data;
import org.jclone.recipient.session.CloneOutcome.Journal;
import org.jclone.recipient.session.CloneOutcome.State;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CloneOutcomeTest {

    /** A new clone with a journal, whose connection broke in the middle. */
    private CloneErrorCode failure = CloneErrorCode.CONNECTION_LOST;

    private boolean suspended;
    private boolean aborted;
    private boolean begunHere = true;
    private Data data = Data.SOME;
    private Journal journal = Journal.KEPT;
    private boolean donorWaits = true;

    private CloneOutcome outcome() {
        return CloneOutcome.of(new State(failure, suspended, aborted, begunHere, data, journal, donorWaits));
    }

    @ParameterizedTest
    @EnumSource(
            value = CloneErrorCode.class,
            names = {"CONNECTION_LOST", "CONNECT_FAILED", "STORAGE", "DISK_FULL"})
    void anInterruptionLeavesAResumableClone(CloneErrorCode code) {
        failure = code;
        assertThat(outcome()).isEqualTo(CloneOutcome.RESUMABLE);
    }

    @ParameterizedTest
    @EnumSource(
            value = CloneErrorCode.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"CONNECTION_LOST", "CONNECT_FAILED", "STORAGE", "DISK_FULL"})
    void anyOtherFailureReleasesTheSnapshot(CloneErrorCode code) {
        failure = code;
        assertThat(outcome()).isEqualTo(CloneOutcome.USELESS);
    }

    @Test
    void aSuspendedCloneIsResumable() {
        failure = CloneErrorCode.ABORTED;
        suspended = true;
        assertThat(outcome()).isEqualTo(CloneOutcome.RESUMABLE);
    }

    @Test
    void anAbortedCloneReleasesTheSnapshotEvenIfItWasSuspendedFirst() {
        failure = CloneErrorCode.ABORTED;
        suspended = true;
        aborted = true;
        assertThat(outcome()).isEqualTo(CloneOutcome.USELESS);
    }

    @Test
    void anAbortDuringAnInterruptionReleasesTheSnapshot() {
        aborted = true;
        assertThat(outcome()).isEqualTo(CloneOutcome.USELESS);
    }

    @Test
    void aCloneWithoutAJournalCannotBeResumed() {
        journal = Journal.NONE;
        assertThat(outcome()).isEqualTo(CloneOutcome.USELESS);
    }

    @Test
    void aCloneCannotBeResumedFromADonorThatDoesNotWait() {
        donorWaits = false;
        assertThat(outcome()).isEqualTo(CloneOutcome.USELESS);
    }

    @Test
    void aCloneThatFailsBeforeDataArrivesLeavesNothing() {
        data = Data.NONE;
        assertThat(outcome()).isEqualTo(CloneOutcome.NOTHING_BEGUN);
    }

    @Test
    void aCloneAbortedBeforeDataArrivesLeavesNothing() {
        data = Data.NONE;
        failure = CloneErrorCode.ABORTED;
        aborted = true;
        assertThat(outcome()).isEqualTo(CloneOutcome.NOTHING_BEGUN);
    }

    @Test
    void aCloneSuspendedBeforeDataArrivesIsKept() {
        data = Data.NONE;
        failure = CloneErrorCode.ABORTED;
        suspended = true;
        assertThat(outcome()).isEqualTo(CloneOutcome.RESUMABLE);
    }

    @Test
    void aCloneSuspendedBeforeItsJournalBeginsLeavesNothing() {
        data = Data.NONE;
        failure = CloneErrorCode.ABORTED;
        suspended = true;
        journal = Journal.NONE;
        assertThat(outcome()).isEqualTo(CloneOutcome.NOTHING_BEGUN);
    }

    @Test
    void aFailureAfterTheLastByteLeavesACompleteClone() {
        data = Data.ALL;
        donorWaits = false;
        assertThat(outcome()).isEqualTo(CloneOutcome.COMPLETE_UNFINISHED);
    }

    @Test
    void anAbortAfterTheLastByteLeavesACompleteClone() {
        data = Data.ALL;
        donorWaits = false;
        failure = CloneErrorCode.ABORTED;
        aborted = true;
        assertThat(outcome()).isEqualTo(CloneOutcome.COMPLETE_UNFINISHED);
    }

    @Test
    void damageFoundAfterTheLastByteIsRemembered() {
        data = Data.ALL;
        donorWaits = false;
        failure = CloneErrorCode.DAMAGED;
        assertThat(outcome()).isEqualTo(CloneOutcome.DAMAGED);
    }

    @Test
    void damageFoundWhileDataArrivesReleasesTheSnapshot() {
        failure = CloneErrorCode.DAMAGED;
        assertThat(outcome()).isEqualTo(CloneOutcome.USELESS);
    }

    @Test
    void aCompleteCloneWithoutAJournalCannotBeFinishedByAnotherProcess() {
        data = Data.ALL;
        donorWaits = false;
        journal = Journal.NONE;
        assertThat(outcome()).isEqualTo(CloneOutcome.USELESS);
    }

    @ParameterizedTest
    @EnumSource(CloneErrorCode.class)
    void aFoundCloneThatThisRunDidNotTouchStaysResumable(CloneErrorCode code) {
        failure = code;
        begunHere = false;
        data = Data.NONE;
        journal = Journal.UNTOUCHED;
        assertThat(outcome()).isEqualTo(CloneOutcome.RESUMABLE);
    }

    @Test
    void aRunThatFailsBeforeItBeginsAnythingHasNothingToUndo() {
        failure = CloneErrorCode.CONNECT_FAILED;
        begunHere = false;
        data = Data.NONE;
        journal = Journal.NONE;
        donorWaits = false;
        assertThat(outcome()).isEqualTo(CloneOutcome.USELESS);
    }
}
