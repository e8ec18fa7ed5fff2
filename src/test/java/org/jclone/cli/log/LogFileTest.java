package org.jclone.cli.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogFileTest {

    @TempDir
    Path folder;

    @Test
    void appendsToAFileThatOthersCannotRead() throws IOException {
        Path file = folder.resolve("log");
        for (String text : new String[] {"one", "two"}) {
            try (LogFile log = LogFile.open(file, otherwise -> {})) {
                log.accept(text);
            }
        }
        assertThat(file).hasContent("one\ntwo\n");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-r-----");
    }

    /** The owner of the directory could let root write to any file. */
    @Test
    void followsNoSymbolicLink() throws IOException {
        Path victim = Files.writeString(folder.resolve("victim"), "precious");
        for (String target : new String[] {"victim", "missing"}) {
            Path link = Files.createSymbolicLink(folder.resolve("link-" + target), folder.resolve(target));
            assertThatExceptionOfType(FileSystemException.class)
                    .isThrownBy(() -> LogFile.open(link, otherwise -> {}).close())
                    .withMessageContaining("it is a symbolic link; give the file it leads to");
        }
        assertThat(victim).hasContent("precious");
        assertThat(folder.resolve("missing")).doesNotExist();
    }
}
