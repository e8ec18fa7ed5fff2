package org.jclone.recipient.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServerLockTest {

    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"ibdata1", "ibdata12", "mysql.ibd", "undo_001", "more.ibu"})
    void refusesADirectoryWhoseFilesAServerHasLocked(String name) throws Exception {
        Path file = Files.createFile(directory.resolve(name));
        ServerLock.requireUnused(directory);
        assertThat(ServerLock.isUsed(directory)).isFalse();

        try (FileChannel server = FileChannel.open(file, StandardOpenOption.WRITE);
                FileLock lock = server.lock()) {
            assertThat(lock.isValid()).isTrue();
            assertThat(ServerLock.isUsed(directory)).isTrue();
            assertThatExceptionOfType(CloneException.class)
                    .isThrownBy(() -> ServerLock.requireUnused(directory))
                    .withMessage(directory + " is in use: a mysqld holds a lock on " + name)
                    .satisfies(failure -> assertThat(failure.code()).isEqualTo(CloneErrorCode.TARGET_NOT_USABLE));
        }
        ServerLock.requireUnused(directory);
    }

    @Test
    void asksForNoLockOnOtherFilesAndLinks() throws Exception {
        Path table = Files.createFile(directory.resolve("table.ibd"));
        Files.createSymbolicLink(directory.resolve("ibdata1"), table);
        Files.createDirectory(directory.resolve("undo_001"));

        try (FileChannel other = FileChannel.open(table, StandardOpenOption.WRITE);
                FileLock lock = other.lock()) {
            assertThat(lock.isValid()).isTrue();
            ServerLock.requireUnused(directory);
        }
    }

    @Test
    void acceptsADirectoryThatDoesNotExist() throws CloneException {
        ServerLock.requireUnused(directory.resolve("missing"));
    }
}
