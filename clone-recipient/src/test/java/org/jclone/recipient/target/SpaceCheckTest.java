package org.jclone.recipient.target;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jclone.protocol.innodb.descriptor.FileDescriptor;
import org.jclone.protocol.innodb.descriptor.SnapshotState;
import org.jclone.protocol.innodb.page.SpaceIds;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneEvent;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.CloneRequest;
import org.jclone.recipient.api.DonorAddress;
import org.jclone.recipient.api.LoginSettings;
import org.jclone.recipient.api.Password;
import org.jclone.recipient.api.StorageException;
import org.jclone.recipient.apply.TargetFile;
import org.jclone.recipient.storage.RoomByVolume;
import org.jclone.recipient.storage.Volume;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Room on two file systems. Nothing is written: the other one is that of {@code /dev}, which every Linux has. */
class SpaceCheckTest {

    private static final Path OTHER_VOLUME = Path.of("/dev");
    private static final Path UNDO = OTHER_VOLUME.resolve("no-such-undo");
    private static final long MARGIN = 64 << 20;

    @TempDir
    Path temp;

    private final List<CloneEvent> events = new ArrayList<>();
    private Path root;
    private long freeInRoot;
    private long freeInUndo;
    private SpaceCheck check;

    @BeforeEach
    void measure() throws Exception {
        root = temp.resolve("clone");
        freeInRoot = Volume.room(temp).orElseThrow().usable();
        freeInUndo = Volume.room(OTHER_VOLUME).orElseThrow().usable();
        CloneRequest request = CloneRequest.builder()
                .donor(new DonorAddress("db1", 3306))
                .login(LoginSettings.of("clone", Password.empty()))
                .target(it -> it.withDirectory(root).withInnodb(it.innodb().withUndo(UNDO)))
                .build();
        check = new SpaceCheck(request.target(), Optional.empty(), events::add);
    }

    private static TargetFile file(Path path, long spaceId, long length, long allocated) {
        FileDescriptor descriptor = new FileDescriptor(
                100, SnapshotState.FILE_COPY, length, allocated, 0, 4096, 0, spaceId, 0, 1, 1, "x", Optional.empty());
        return new TargetFile(descriptor, path);
    }

    private static TargetFile undo(long bytes) {
        return file(UNDO.resolve("undo_001"), SpaceIds.UNDO_MAX, bytes, bytes);
    }

    private TargetFile table(long length, long allocated) {
        return file(root.resolve("shop/orders.ibd"), 7, length, allocated);
    }

    @Test
    void whatFitsInSumMustFitOnEachFileSystem() throws Exception {
        long undo = freeInUndo + 1;
        check.run(undo + MARGIN);

        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> check.run(List.of(table(MARGIN, MARGIN), undo(undo))))
                .withMessageMatching("the clone needs " + undo + " bytes, and \\d+ are free in " + UNDO)
                .satisfies(failure -> assertThat(failure.code()).isEqualTo(CloneErrorCode.DISK_FULL));
    }

    /** More than is free in the data directory's file system, and yet there is room for all of it. */
    @Test
    void whatFitsOnEachFileSystemIsNotRefused() throws Exception {
        long undo = freeInUndo / 2;
        check.run(freeInRoot / 2 + undo);
        check.run(List.of(table(freeInRoot / 2, freeInRoot / 2), undo(undo)));

        assertThat(events).isEmpty();
    }

    @Test
    void whatDoesNotEvenFitInSumIsRefusedAtOnce() {
        assertThatExceptionOfType(CloneException.class)
                .isThrownBy(() -> check.run(1L << 60))
                .withMessageContaining("all of its file systems together have less", root.toString(), UNDO.toString());
    }

    @Test
    void theRedoLogIsTheEstimateWithoutTheFiles() throws Exception {
        check.run(freeInRoot + freeInUndo / 2);

        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> check.run(List.of(table(MARGIN, MARGIN))))
                .withMessageContaining("are free in " + root);
    }

    @Test
    void filesWithHolesTakeWhatTheyTakeAtTheDonor() throws Exception {
        check.run(2 * MARGIN);
        check.run(List.of(table(1L << 47, MARGIN), undo(1 << 20)));

        assertThat(events).isEmpty();
    }

    @Test
    void lessThanTheMarginIsAWarning() throws Exception {
        check.run(freeInUndo);
        check.run(List.of(undo(freeInUndo - (1 << 20))));

        assertThat(events)
                .singleElement()
                .isInstanceOfSatisfying(
                        CloneEvent.Warning.class,
                        warning ->
                                assertThat(warning.text()).contains("are free in " + UNDO, RoomByVolume.MARGIN_REASON));
    }

    /** {@code /proc} says that it has no blocks at all. */
    @Test
    void unknownFreeSpaceIsAWarning() throws Exception {
        Path untold = Path.of("/proc/no-such-clone");
        CloneRequest request = CloneRequest.builder()
                .donor(new DonorAddress("db1", 3306))
                .login(LoginSettings.of("clone", Password.empty()))
                .target(it -> it.withDirectory(untold))
                .build();
        new SpaceCheck(request.target(), Optional.empty(), events::add).run(1L << 60);

        assertThat(events)
                .singleElement()
                .isInstanceOfSatisfying(
                        CloneEvent.Warning.class,
                        warning -> assertThat(warning.text())
                                .isEqualTo("the file system of " + untold
                                        + " does not say how much is free; the clone needs 1152921504606846976 bytes"));
    }

    @Test
    void countsTheRoomThatOldDataGivesBack() throws Exception {
        Volume.Room volume = Volume.room(temp).orElseThrow();

        assertThat(only(new RoomByVolume()
                                .need(root, volume.usable() + volume.used() / 2)
                                .freed(root, volume.used()))
                        .isShort())
                .isFalse();
        assertThat(only(new RoomByVolume().need(root, 1L << 60).freed(root, Long.MAX_VALUE))
                        .isShort())
                .as("no more than there is on the file system")
                .isTrue();
    }

    private static RoomByVolume.Need only(RoomByVolume room) {
        assertThat(room.needs()).hasSize(1);
        return room.needs().iterator().next();
    }
}
