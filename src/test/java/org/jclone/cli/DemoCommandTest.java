package org.jclone.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jclone.recipient.api.CloneErrorCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoCommandTest {

    private final TestContext program = new TestContext();

    @TempDir
    private Path folder;

    @Test
    void clonesAndChecksEveryPage() {
        assertThat(program.run("demo", "--size=2")).as(program.err()).isZero();
        assertThat(program.out()).containsPattern("Copied \\d").containsPattern("Checked \\d{4} pages");
        assertThat(program.err()).contains("FILE COPY").contains("PAGE COPY").contains("TLSv1");
    }

    @Test
    void keepsTheCloneOnRequest() throws IOException {
        Path kept = folder.resolve("kept");
        assertThat(program.run("demo", "--size=1", "--keep=" + kept)).isZero();
        assertThat(kept.resolve("shop/new_name.ibd")).isRegularFile();
        assertThat(kept.resolve("shop/temporary.ibd")).doesNotExist();

        flipOneBit(kept.resolve("shop/orders.ibd"));
        PageVerifier verifier = new PageVerifier(DemoData.of(1), kept);
        assertThatIOException()
                .isThrownBy(() -> verifier.run(() -> false))
                .withMessage("shop/orders.ibd differs from the donor's at offset 70000");
        assertThat(verifier.run(() -> true)).as("stopped before the damage").isFalse();
    }

    private static void flipOneBit(Path file) throws IOException {
        try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
            open.seek(70_000);
            int found = open.read();
            open.seek(70_000);
            open.write(found ^ 1);
        }
    }

    @Test
    void namesADirectoryItCannotUse() throws IOException {
        Path missing = folder.resolve("missing");
        program.withEnvironment(Map.of("TMPDIR", missing.toString()));
        assertThat(program.run("demo", "--size=1")).isEqualTo(CloneErrorCode.STORAGE.exitStatus());
        assertThat(program.err())
                .contains("cannot create a directory: " + missing, "there is no such file", "Set TMPDIR");
    }

    @Test
    void leavesNoTemporaryFiles() {
        program.withEnvironment(Map.of("TMPDIR", folder.toString()));
        assertThat(program.run("demo", "--size=1")).isZero();
        assertThat(program.out()).contains("--dir=" + folder);
        assertThat(folder).isEmptyDirectory();
        assertThat(program.run("demo", "--size=1000000")).isEqualTo(CloneErrorCode.DISK_FULL.exitStatus());
        assertThat(program.err()).contains("Set TMPDIR").doesNotContain("--resume", "--dir");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void refusesADirectoryThatIsNotEmpty() throws IOException {
        Files.writeString(folder.resolve("mine"), "mine");
        assertThat(program.run("demo", "--size=1", "--keep=" + folder))
                .isEqualTo(CloneErrorCode.TARGET_NOT_USABLE.exitStatus());
        assertThat(folder.resolve("mine")).hasContent("mine");
    }
}
