package org.jclone.recipient.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.StorageException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DurableTest {

    @TempDir
    Path temp;

    private static String mode(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 0022, 0027, 0077, 0777})
    void usesTheModesOfMysqldRegardlessOfTheUmask(int mask) throws Exception {
        Path file = temp.resolve("file");
        Path directory = temp.resolve("directory");
        Path text = temp.resolve("text");
        Path own = temp.resolve("own");
        try (Umask umask = new Umask(mask)) {
            assertThat(umask).isNotNull();
            Durable.createFile(file);
            Durable.createDirectory(directory);
            Durable.replaceFile(text, "text");
            Durable.replaceOwnFile(own, "text");
        }

        assertThat(mode(file)).isEqualTo("rw-r-----");
        assertThat(mode(directory)).isEqualTo("rwxr-x---");
        assertThat(mode(text)).isEqualTo("rw-r-----");
        assertThat(mode(own)).isEqualTo("rw-r-----");
    }

    @Test
    void refusesToCreateAnExistingFile() throws Exception {
        Path path = temp.resolve("x");
        Durable.createFile(path);

        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> Durable.createFile(path))
                .withMessage("cannot create " + path + ": it already exists");
        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> Durable.createDirectory(path))
                .withMessage("cannot create directory " + path + ": it already exists");
    }

    @Test
    void doesNotCreateParents() {
        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> Durable.createDirectory(temp.resolve("a/b")))
                .satisfies(failure -> assertThat(failure.code()).isEqualTo(CloneErrorCode.STORAGE));
        assertThat(temp).isEmptyDirectory();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void replacesAFileAsAWhole(boolean flushed) throws Exception {
        Path file = temp.resolve("#view_status");
        replace(flushed, file, "a text that is longer\n");
        replace(flushed, file, "short\n");

        assertThat(file).hasContent("short\n");
        assertThat(temp.toFile().list()).as("no temporary file is left").containsExactly("#view_status");
    }

    private static void replace(boolean flushed, Path file, String content) throws StorageException {
        if (flushed) {
            Durable.replaceOwnFile(file, content);
        } else {
            Durable.replaceOwnFileUnflushed(file, content);
        }
    }

    @Test
    void replacesATemporaryFileLeftByACrash() throws Exception {
        Path file = temp.resolve("text");
        Files.writeString(temp.resolve("text.tmp"), "half a te");
        Durable.replaceOwnFile(file, "whole");

        assertThat(file).hasContent("whole");
        assertThat(temp.resolve("text.tmp")).doesNotExist();
    }

    @Test
    void doesNotTouchOtherFilesInASharedDirectory() throws Exception {
        Path file = Files.writeString(temp.resolve("my.cnf"), "old");
        Path other = Files.writeString(temp.resolve("my.cnf.tmp"), "an editor's");
        Durable.replaceFile(file, "new");

        assertThat(file).hasContent("new");
        assertThat(other).hasContent("an editor's");
        assertThat(temp.toFile().list()).containsExactlyInAnyOrder("my.cnf", "my.cnf.tmp");
    }

    @Test
    void doesNotWriteThroughALink() throws Exception {
        Path victim = Files.writeString(temp.resolve("victim"), "precious");
        Files.createSymbolicLink(temp.resolve("text"), victim);
        Files.createSymbolicLink(temp.resolve("text.tmp"), victim);
        Durable.replaceOwnFile(temp.resolve("text"), "new");

        assertThat(victim).hasContent("precious");
        assertThat(temp.resolve("text")).hasContent("new").isRegularFile();
        assertThat(Files.isSymbolicLink(temp.resolve("text"))).isFalse();
    }

    @Test
    void leavesTheOldContentWhenTheNewCannotBeWritten() throws Exception {
        Path file = Files.writeString(temp.resolve("text"), "old");
        Path blocked = Files.createDirectories(temp.resolve("text.tmp/full"));

        assertThatExceptionOfType(StorageException.class).isThrownBy(() -> Durable.replaceOwnFile(file, "new"));
        assertThat(file).hasContent("old");
        assertThat(blocked).exists();
    }

    @Test
    void leavesNoTemporaryFileWhenAFileCannotBeReplaced() throws Exception {
        Path blocked = Files.createDirectories(temp.resolve("text/full"));

        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> Durable.replaceFile(blocked.getParent(), "new"));
        assertThat(temp.toFile().list()).containsExactly("text");
    }

    @Test
    void renamesOverAnExistingFile() throws Exception {
        Path from = Files.writeString(temp.resolve("from"), "content");
        Path to = Files.writeString(temp.resolve("to"), "placeholder");
        Durable.rename(from, to);

        assertThat(from).doesNotExist();
        assertThat(to).hasContent("content");
    }

    @Test
    void namesBothEndsOfARenameThatFails() {
        Path from = temp.resolve("from");
        Path to = temp.resolve("to");

        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> Durable.rename(from, to))
                .withMessageStartingWith("cannot rename " + from + " to " + to);
    }

    @Test
    void deletesAnExistingFile() throws Exception {
        Path file = Files.createFile(temp.resolve("x"));
        Durable.delete(file);
        Durable.delete(file);

        assertThat(file).doesNotExist();
    }

    @Test
    void flushesAnExistingDirectory() throws Exception {
        Durable.flushDirectory(temp);

        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> Durable.flushDirectory(temp.resolve("gone")))
                .withMessageStartingWith("cannot flush directory " + temp.resolve("gone"));
    }
}
