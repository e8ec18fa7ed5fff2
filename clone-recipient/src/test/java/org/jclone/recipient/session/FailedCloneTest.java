package org.jclone.recipient.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneEvent;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.StorageException;
import org.jclone.recipient.compat.TargetFit;
import org.jclone.recipient.explain.Failure;
import org.jclone.recipient.journal.JournalFile;
import org.jclone.recipient.journal.JournalImage;
import org.jclone.recipient.session.FailedClone.Origin;
import org.jclone.recipient.storage.CloneFolder;
import org.jclone.recipient.target.SnapshotCopy;
import org.jclone.recipient.target.Target;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a clone leaves at the donor and in the directory, by when and how it fails. */
class FailedCloneTest {

    private static final CloneException LOST = ScriptedDonor.lost();
    private static final CloneException ABORTED = ScriptedDonor.failure(CloneErrorCode.ABORTED);

    @TempDir
    Path temp;

    private final ScriptedDonor donor = new ScriptedDonor();
    private Path root;
    private TestContext test;
    private StopRequests stops;
    private DonorSession session;
    private Target target;

    @BeforeEach
    void begin() throws CloneException {
        root = temp.resolve("clone");
        begin(new TestContext(root));
    }

    private void begin(TestContext context) throws CloneException {
        test = context;
        stops = new StopRequests(test.context.abortion());
        session = new DonorSession(test.context, donor, TargetFit.prepare(test.context.request()));
        session.begin();
        target = Target.create(test.target(), false, session.parameters(), session.copy(), false, TestContext.BEGIN);
        target.beginJournal();
        target.keepJournal(session.identify());
        donor.said.clear();
    }

    @AfterEach
    void close() {
        target.close();
        test.events();
    }

    /** Begins the clone again in a fresh directory, with another request. */
    private void beginWithoutJournal() throws CloneException {
        close();
        root = temp.resolve("other");
        begin(new TestContext(root, request -> request.interruptions(it -> it.withJournal(false))));
    }

    private CloneException leave(CloneException failure) {
        return leave(Origin.THIS_RUN, failure);
    }

    private CloneException leave(Origin origin, CloneException failure) {
        return new FailedClone(
                        test.context,
                        stops,
                        origin,
                        Optional.of(session),
                        Optional.of(target),
                        () -> donor.said.add("connections closed"))
                .leave(failure);
    }

    private void dataArrives() {
        test.context.progress().received(1000, 1100);
    }

    private void everythingArrives() throws CloneException {
        dataArrives();
        SnapshotCopy copy = session.copy();
        session.receive(copy, target);
        session.leave();
        donor.said.clear();
    }

    private List<String> warnings() {
        return test.events(CloneEvent.Warning.class).stream()
                .map(CloneEvent.Warning::text)
                .toList();
    }

    private String status() throws Exception {
        return Files.readString(root.resolve("#clone/#view_status"));
    }

    private JournalImage journal() throws Exception {
        target.close();
        try (JournalFile file = JournalFile.open(CloneFolder.in(root).journal())) {
            return JournalImage.of(file);
        }
    }

    @Test
    void leavesNothingIfNoDataHasArrived() {
        assertThat(leave(LOST)).isSameAs(LOST);

        assertThat(root).isEmptyDirectory();
        assertThat(donor.said).containsExactly("1 release", "connections closed");
        assertThat(warnings()).isEmpty();
    }

    @Test
    void saysThatAStoppedCloneHasLeftNothing() {
        stops.abort("SIGTERM");
        CloneException reported = leave(ABORTED);

        assertThat(reported).hasMessage("stopped: SIGTERM");
        assertThat(reported.hint()).isEqualTo(Failure.Aborted.NOTHING.hint());
        assertThat(root).isEmptyDirectory();
    }

    @Test
    void saysHowMuchRoomACloneNeedsThatFailedBeforeItsFirstByte() {
        CloneException reported =
                leave(new StorageException(CloneErrorCode.DISK_FULL, "full", "free some", root, -1, null));

        assertThat(reported).isInstanceOf(StorageException.class).hasMessage("full");
        assertThat(reported.hint()).isEqualTo(Failure.DiskFull.ESTIMATE.hint());
    }

    @Test
    void warnsOfADirectoryThatItCannotEmpty() throws Exception {
        Files.createFile(root.resolve("#clone/of-someone-else"));
        assertThat(leave(LOST)).isSameAs(LOST);

        assertThat(root.resolve("#clone/of-someone-else")).exists();
        assertThat(warnings())
                .containsExactly("what was copied to " + root + " cannot be used, and the donor keeps no snapshot");
    }

    @Test
    void keepsWhatIsHereAndLetsTheDonorWaitAfterAnInterruption() throws Exception {
        dataArrives();
        assertThat(leave(LOST)).isSameAs(LOST);

        assertThat(donor.said).containsExactly("1 break off 3");
        assertThat(warnings())
                .containsExactly("the clone is unfinished, and the donor keeps its snapshot until about"
                        + " 2026-01-01T00:05:00Z");
        assertThat(root.resolve("#clone/#status_in_progress")).exists();
        assertThat(status()).contains("the line is cut");
        assertThat(journal().identity()).contains(ScriptedDonor.IDENTITY);
    }

    @Test
    void keepsACloneThatIsSuspendedBeforeItsFirstByte() {
        stops.suspend("SIGHUP");
        CloneException reported = leave(Failure.Aborted.UNFINISHED.exception("stopped: SIGHUP"));

        assertThat(reported.hint()).isEqualTo(Failure.Aborted.UNFINISHED.hint());
        assertThat(donor.said).containsExactly("1 break off 3");
        assertThat(root).exists();
    }

    @Test
    void releasesTheSnapshotIfACloneIsAborted() throws Exception {
        dataArrives();
        stops.suspend("SIGHUP");
        stops.abort("SIGTERM");
        CloneException reported = leave(ABORTED);

        assertThat(reported).hasMessage("stopped: SIGTERM");
        assertThat(reported.hint()).isEqualTo(Failure.Aborted.BEGUN.hint());
        assertThat(donor.said).containsExactly("1 release");
        assertThat(status()).contains("stopped: SIGTERM");
    }

    /** Both may take seconds. */
    @Test
    void releasesTheSnapshotIfACloneIsAbortedWhileTheConnectionsAreBroken() {
        dataArrives();
        donor.onBreakOff = () -> stops.abort("SIGTERM");
        leave(LOST);

        assertThat(donor.said).containsExactly("1 break off 3", "1 release");
    }

    @Test
    void cannotKeepACloneWithoutAJournal() throws CloneException {
        beginWithoutJournal();
        dataArrives();
        leave(new StorageException(CloneErrorCode.STORAGE, "broken", "see there", root, -1, null));

        assertThat(donor.said).containsExactly("2 release");
        assertThat(warnings()).singleElement().asString().contains("cannot be used");
        assertThat(test.events(CloneEvent.Warning.class))
                .extracting(CloneEvent.Warning::hint)
                .containsExactly("Remove the directory before you clone again.");
    }

    @Test
    void needsNoDonorAfterTheLastByte() throws Exception {
        everythingArrives();
        stops.abort("SIGTERM");
        CloneException reported = leave(ABORTED);

        assertThat(reported).hasMessage("stopped: SIGTERM");
        assertThat(reported.hint()).isEqualTo(Failure.Aborted.UNFINISHED.hint());
        assertThat(donor.said).isEmpty();
        assertThat(warnings()).containsExactly("everything was copied, but the clone is not finished");
        assertThat(journal().isDamaged()).isFalse();
    }

    @Test
    void remembersDamage() throws Exception {
        everythingArrives();
        CloneException damaged = ScriptedDonor.failure(CloneErrorCode.DAMAGED);
        assertThat(leave(damaged)).isSameAs(damaged);

        assertThat(warnings()).isEmpty();
        assertThat(journal().isDamaged()).isTrue();
    }

    @Test
    void leavesTheCloneOfAnotherProcessAloneIfItHasChangedNothing() {
        FailedClone failed = new FailedClone(
                test.context, stops, Origin.ANOTHER_PROCESS, Optional.of(session), Optional.empty(), () -> {});
        CloneException incompatible = ScriptedDonor.failure(CloneErrorCode.INCOMPATIBLE);

        assertThat(failed.leave(incompatible)).isSameAs(incompatible);
        assertThat(donor.said).containsExactly("1 break off 3");
        assertThat(warnings()).singleElement().asString().contains("keeps its snapshot until");
    }

    @Test
    void hasNothingToLeaveBeforeItKnowsHowToConnect() {
        FailedClone failed =
                new FailedClone(test.context, stops, Origin.NONE, Optional.empty(), Optional.empty(), () -> {});
        stops.suspend("SIGHUP");
        CloneException reported = failed.leave(ABORTED);

        assertThat(reported.hint()).isEqualTo(Failure.Aborted.BEGUN.hint());
        assertThat(root).exists();
        assertThat(donor.said).isEmpty();
    }
}
