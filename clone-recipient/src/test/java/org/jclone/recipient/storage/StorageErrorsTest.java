package org.jclone.recipient.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileLockInterruptionException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.StorageException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StorageErrorsTest {

    private static final Path FILE = Path.of("/data/clone/ibdata1");

    @Test
    void namesActionPlaceAndReason() {
        IOException cause = new IOException("Input/output error");
        StorageException failure = StorageErrors.of("write", FILE, 4096, cause);

        assertThat(failure)
                .hasMessage("cannot write /data/clone/ibdata1 at offset 4096: Input/output error")
                .hasCause(cause);
        assertThat(failure.code()).isEqualTo(CloneErrorCode.STORAGE);
        assertThat(failure.path()).isEqualTo(FILE);
        assertThat(failure.offset()).isEqualTo(4096);
    }

    @ParameterizedTest
    @ValueSource(strings = {"No space left on device", "Disk quota exceeded"})
    void recognisesAFullDisk(String reason) {
        for (IOException cause : new IOException[] {new IOException(reason), fileSystem(reason)}) {
            StorageException failure = StorageErrors.of("write", FILE, 0, cause);

            assertThat(failure.code()).isEqualTo(CloneErrorCode.DISK_FULL);
            assertThat(failure).hasMessage("cannot write /data/clone/ibdata1 at offset 0: " + reason);
            assertThat(failure.hint())
                    .startsWith("Free space on the file system of /data/clone (df -h /data/clone,")
                    .contains("--dir");
        }
    }

    @Test
    void doesNotBlameTheDiskForAnInterrupt() {
        for (IOException cause :
                new IOException[] {new ClosedByInterruptException(), new FileLockInterruptionException()}) {
            StorageException failure = StorageErrors.of("flush", FILE, -1, cause);

            assertThat(failure.code()).isEqualTo(CloneErrorCode.ABORTED);
            assertThat(failure).hasMessage("interrupted: cannot flush /data/clone/ibdata1");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "Permission denied,     write permission; see ls -ld /data/clone.",
        "Read-only file system, mounted read-only",
        "Too many open files,   ulimit -n",
        "Input/output error,    dmesg",
        "No such file or directory, a file system for data",
        "Operation not supported,   a file system for data",
    })
    void hintsAtWhatToDo(String reason, String hintPart) {
        for (IOException cause : new IOException[] {new IOException(reason), fileSystem(reason)}) {
            StorageException failure = StorageErrors.of("create", FILE, -1, cause);

            assertThat(failure.code()).isEqualTo(CloneErrorCode.STORAGE);
            assertThat(failure).hasMessage("cannot create /data/clone/ibdata1: " + reason);
            assertThat(failure.hint()).contains(hintPart);
        }
    }

    @Test
    void describesExceptionsWithoutAReason() {
        String name = FILE.toString();

        assertThat(StorageErrors.of("create", FILE, -1, new FileAlreadyExistsException(name)))
                .hasMessageEndingWith("ibdata1: it already exists");
        assertThat(StorageErrors.of("create", FILE, -1, new AccessDeniedException(name)))
                .hasMessageEndingWith("ibdata1: permission denied");
        assertThat(StorageErrors.of("open", FILE, -1, new NoSuchFileException(name)))
                .hasMessageEndingWith("ibdata1: there is no such file");
        assertThat(StorageErrors.of("open", FILE, -1, new IOException())).hasMessageEndingWith("ibdata1: IOException");
    }

    private static FileSystemException fileSystem(String reason) {
        return new FileSystemException(FILE.toString(), null, reason);
    }
}
