package org.jclone.recipient.target;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.fail;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jclone.protocol.innodb.descriptor.FileDescriptor;
import org.jclone.protocol.innodb.descriptor.SnapshotState;
import org.jclone.protocol.innodb.descriptor.StateDescriptor;
import org.jclone.recipient.api.CarriedReplication;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneEvent;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.CloneRequest;
import org.jclone.recipient.api.CloneResult;
import org.jclone.recipient.api.Compatibility;
import org.jclone.recipient.api.DonorAddress;
import org.jclone.recipient.api.LoginSettings;
import org.jclone.recipient.api.Password;
import org.jclone.recipient.api.StorageException;
import org.jclone.recipient.api.TargetConfiguration;
import org.jclone.recipient.progress.ProgressTracker;
import org.jclone.recipient.storage.RoomByVolume;
import org.jclone.recipient.storage.StopCheck;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TargetTest {

    private static final TargetConfiguration CONFIGURATION = new TargetConfiguration(
            "[mysqld]\n",
            List.of(),
            Map.of(),
            Optional.empty(),
            new Compatibility(List.of(), List.of()),
            CarriedReplication.NOT_ASKED);

    private static final DonorAddress DONOR = new DonorAddress("db1", 3306);
    private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");
    private static final Clock CLOCK = Clock.fixed(BEGIN.plusSeconds(5), ZoneOffset.UTC);

    @TempDir
    Path temp;

    private final ProgressTracker progress = new ProgressTracker(CLOCK, () -> 0);
    private final List<CloneEvent> events = new ArrayList<>();
    private final SnapshotCopy copy = TestSnapshots.empty();
    private Path root;
    private CloneRequest request;
    private Target target;

    @BeforeEach
    void create() throws CloneException {
        root = temp.resolve("clone");
        request = CloneRequest.builder()
                .donor(DONOR)
                .login(LoginSettings.of("clone_user", Password.empty()))
                .target(it -> it.withDirectory(root))
                .build();
        UnfinishedClone.find(request);
        assertThat(root).as("after a look").doesNotExist();
        TargetContext context = new TargetContext(
                request, progress, CLOCK, System::nanoTime, events::add, failure -> fail("of the journal", failure));
        target = Target.create(context, false, TestSnapshots.donor(Map.of()), copy, true, BEGIN);
    }

    @AfterEach
    void close() {
        target.close();
    }

    private List<String> status() throws Exception {
        return Files.readAllLines(root.resolve("#clone/#view_status"));
    }

    @Test
    void marksTheDirectory() {
        assertThat(root.resolve("#clone/#status_in_progress")).exists();
        assertThat(root.resolve("#clone").toFile().list())
                .as("nothing of a trial is left")
                .containsExactlyInAnyOrder("#status_in_progress", "jclone-page-sums");
        assertThatExceptionOfType(CloneException.class)
                .isThrownBy(() -> UnfinishedClone.find(request))
                .withMessage(root + " holds an unfinished clone");
    }

    @Test
    void wantsRoomForAllThatTheDonorHas() throws Exception {
        SpaceCheck check = new SpaceCheck(request.target(), Optional.empty(), events::add);
        check.run(1 << 20);

        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> check.run(1L << 60))
                .withMessageMatching("the clone needs 1152921504606846976 bytes, and \\d+ are free in .*/clone")
                .satisfies(failure -> assertThat(failure.code()).isEqualTo(CloneErrorCode.DISK_FULL));
    }

    @Test
    void warnsWhereThereIsNoRoomForMoreThanTheDonorHas() throws Exception {
        SpaceCheck check = new SpaceCheck(request.target(), Optional.empty(), events::add);
        check.run(root.toFile().getUsableSpace() / 100 * 97);

        assertThat(events).singleElement().isInstanceOfSatisfying(CloneEvent.Warning.class, warning -> {
            assertThat(warning.text()).contains("are free in " + root, RoomByVolume.MARGIN_REASON);
            assertThat(warning.hint()).startsWith("Free space there");
        });
    }

    @Test
    void aFailureThatCannotBeRecordedIsNoOther() throws Exception {
        Files.delete(root.resolve("#clone/#status_in_progress"));
        Files.delete(root.resolve("#clone/jclone-page-sums"));
        Files.delete(root.resolve("#clone"));
        target.showProgress(() -> "");
        target.fail(new CloneException(CloneErrorCode.ABORTED, "stopped", "again"));

        assertThat(root.resolve("#clone")).doesNotExist();
    }

    @Test
    void recordsWhyItFailed() throws Exception {
        target.fail(new CloneException(CloneErrorCode.ABORTED, "stopped", "again"));
        assertThat(status()).element(4).isEqualTo("stopped");
        assertThat(root.resolve("#clone/#status_in_progress")).exists();
    }

    @Test
    void publishesACompleteClone() throws Exception {
        target.endState();
        target.move(
                new StateDescriptor(100, SnapshotState.FILE_COPY, 0, 1, 1, 1 << 20, 1 << 20, StateDescriptor.START));
        assertThat(target.apply(new FileDescriptor(
                        100,
                        SnapshotState.FILE_COPY,
                        1 << 20,
                        1 << 20,
                        0x4021,
                        4096,
                        0,
                        7,
                        0,
                        1,
                        1,
                        "/ext/shop/orders.ibd",
                        Optional.empty())))
                .as("all files are known")
                .isTrue();
        progress.received(1000, 1100);
        progress.setConnections(3);
        target.sync(StopCheck.NEVER);
        target.publish(false);

        assertThat(root.resolve("shop/orders.ibd")).hasSize(1 << 20);
        assertThat(root.resolve("#clone/#status_in_progress")).doesNotExist();
        assertThat(status()).first().isEqualTo("2 1");
        assertThat(target.result(Duration.ofSeconds(5), CONFIGURATION, Optional.empty()))
                .isEqualTo(new CloneResult(
                        DONOR,
                        "9.7.4",
                        root,
                        1,
                        1000,
                        0,
                        1100,
                        3,
                        Duration.ofSeconds(5),
                        progress.stages(),
                        Map.of("/ext/shop/orders.ibd", root.resolve("shop/orders.ibd")),
                        Optional.empty(),
                        TestSnapshots.SETTINGS,
                        CONFIGURATION,
                        Optional.empty()));
        assertThat(events)
                .containsExactly(new CloneEvent.TablespaceRelocated(
                        "/ext/shop/orders.ibd", root.resolve("shop/orders.ibd").toString()));
    }
}
