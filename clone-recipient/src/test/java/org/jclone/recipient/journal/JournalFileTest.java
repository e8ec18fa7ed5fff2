package org.jclone.recipient.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalFileTest {

    private static final Path LOCKS = Path.of("/proc/locks");

    @TempDir
    Path folder;

    /** The kernel takes all locks of a process from a file as soon as the process closes any descriptor of it. */
    @Test
    void staysLockedForOtherProcessesWhenAnotherCloneOfThisOneIsRefused() throws Exception {
        assumeTrue(Files.isReadable(LOCKS), "no /proc/locks here");
        Path path = Files.createDirectories(folder.resolve("#clone")).resolve(JournalFile.NAME);
        try (JournalFile journal = JournalFile.create(path)) {
            assertThat(isLocked(path)).isTrue();

            assertThatExceptionOfType(CloneException.class)
                    .isThrownBy(() -> JournalFile.open(path))
                    .satisfies(e -> assertThat(e.code()).isEqualTo(CloneErrorCode.TARGET_NOT_USABLE));

            assertThat(isLocked(path)).isTrue();
            assertThat(journal.read()).isEmpty();
        }
        assertThat(isLocked(path)).isFalse();
        try (JournalFile again = JournalFile.open(path)) {
            assertThat(again.read()).isEmpty();
        }
    }

    private static boolean isLocked(Path path) throws IOException {
        String inode = ":" + Files.getAttribute(path, "unix:ino") + " ";
        return Files.readAllLines(LOCKS).stream().anyMatch(line -> line.contains(inode));
    }
}
