package org.jclone.recipient.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.jclone.recipient.api.StorageException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CloneFolderTest {

    @TempDir
    Path directory;

    private CloneFolder folder;

    @BeforeEach
    void createFolder() throws Exception {
        folder = CloneFolder.in(directory);
        Files.createDirectory(folder.path());
    }

    @Test
    void isMarkedUntilTheMarkIsRemoved() throws StorageException {
        assertThat(folder.isMarked()).isFalse();
        folder.setMark();
        folder.setMark();
        assertThat(folder.isMarked()).isTrue();
        assertThat(directory.resolve("#clone/#status_in_progress")).isEmptyFile();

        folder.removeMark();
        folder.removeMark();
        assertThat(folder.isMarked()).isFalse();
    }

    /** {@code mysqld} looks for the name only. */
    @Test
    void aBrokenLinkIsAMark() throws Exception {
        Files.createSymbolicLink(folder.mark(), Path.of("nowhere"));
        assertThat(folder.isMarked()).isTrue();
    }

    @Test
    void preparesTheFirstStartOnce() throws StorageException {
        folder.prepareFirstStart();
        folder.prepareFirstStart();
        assertThat(folder.isBeforeFirstStart()).isTrue();
        assertThat(directory.resolve("#clone/#status_fix")).isEmptyFile();
        assertThat(directory.resolve("#clone/#replace_files")).isEmptyFile();
    }

    @Test
    void knowsTheNamesThatPrecedeTheJournal() throws Exception {
        folder.setMark();
        Durable.replaceOwnFile(folder.viewStatus(), "");
        Durable.replaceOwnFile(folder.viewProgress(), "");
        Files.createFile(folder.journal());
        Files.createFile(folder.pageSums());
        assertThat(directory.resolve("#clone"))
                .isDirectoryContaining("glob:**")
                .isDirectoryNotContaining(
                        file -> !CloneFolder.isFirstName(file.getFileName().toString()));
        assertThat(CloneFolder.isFirstName("#view_status.tmp")).isTrue();
        assertThat(CloneFolder.isFirstName("jclone-manifest.json")).isFalse();
    }
}
