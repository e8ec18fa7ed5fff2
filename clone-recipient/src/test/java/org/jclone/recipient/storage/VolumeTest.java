package org.jclone.recipient.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VolumeTest {

    @TempDir
    Path folder;

    /** Other processes write there while the test runs. */
    private static final Percentage ABOUT = Percentage.withPercentage(5);

    @Test
    void agreesWithTheMountTable() throws Exception {
        FileStore store = Files.getFileStore(folder);
        Volume.Room room = Volume.room(folder).orElseThrow();
        assertThat(room.usable()).isCloseTo(store.getUsableSpace(), ABOUT);
        assertThat(room.used()).isCloseTo(store.getTotalSpace() - store.getUnallocatedSpace(), ABOUT);
        assertThat(Volume.blockSize(folder)).isEqualTo((int) store.getBlockSize());
        assertThat(Volume.isReadOnly(folder)).isFalse();
    }

    @Test
    void readsTheBlockSizeWithoutAMountTable() throws Exception {
        assertThat(Volume.blockSizeOfStatvfs(folder))
                .hasValue((int) Files.getFileStore(folder).getBlockSize());
    }

    @Test
    void findsTheNearestAncestorThatExists() {
        assertThat(Volume.existing(folder)).isEqualTo(folder);
        assertThat(Volume.existing(folder.resolve("s/t.ibd"))).isEqualTo(folder);
    }

    @Test
    void reportsUnknownInsteadOfFailing() {
        Path missing = folder.resolve("missing");
        assertThat(Volume.room(missing)).isEmpty();
        assertThat(Volume.blockSizeOfStatvfs(missing)).isEmpty();
        assertThat(Volume.blockSize(missing)).isEqualTo(4096);
        assertThat(Volume.isReadOnly(missing)).isFalse();
    }
}
