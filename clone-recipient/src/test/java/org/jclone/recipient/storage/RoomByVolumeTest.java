package org.jclone.recipient.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Network file systems that report nearly 8 EiB. What real ones report is in {@code SpaceCheckTest}. */
class RoomByVolumeTest {

    private static final Path OTHER_VOLUME = Path.of("/dev");
    private static final long HUGE = Long.MAX_VALUE - (1 << 20);
    private static final long USED = 4 << 20;

    @TempDir
    Path root;

    private final RoomByVolume room = new RoomByVolume(path -> Optional.of(new Volume.Room(HUGE, USED)));

    @Test
    void twoHugeFileSystemsHaveRoomInSum() {
        room.need(root, 1).need(OTHER_VOLUME, 1);

        assertThat(room.needs()).hasSize(2);
        assertThat(room.isShortInSum(1 << 20)).isFalse();
    }

    @Test
    void aHugeFileSystemHasRoomWhenMoreIsFreed() {
        room.need(root, 1 << 20).freed(root, USED);

        assertThat(room.isShortInSum(1 << 20)).isFalse();
        assertThat(room.needs()).singleElement().satisfies(need -> {
            assertThat(need.isShort()).isFalse();
            assertThat(need.isTight()).isFalse();
        });
    }
}
