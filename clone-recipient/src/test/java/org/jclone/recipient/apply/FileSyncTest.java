package org.jclone.recipient.apply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.jclone.recipient.apply.Descriptors.redo;
import static org.jclone.recipient.apply.Descriptors.table;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.StorageException;
import org.jclone.recipient.storage.StopCheck;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FileSyncTest {

    private static final int PAGE = Descriptors.PAGE_SIZE;

    @TempDir
    Path temp;

    /** A file of {@code length} bytes, ending in a byte that is not zero, known to have {@code size} at the end. */
    private TargetFile file(Descriptors described, long length, long size) throws IOException {
        Path path = temp.resolve("t" + described.index());
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            if (length > 0) {
                channel.write(ByteBuffer.wrap(new byte[] {7}), length - 1);
            }
        }
        return new TargetFile(described.sized(size).file(), path);
    }

    /** Columns: FSP flags, page size, length of the file, size known at the end, length afterwards. */
    @ParameterizedTest
    @CsvSource({
        // shorter than known: to what is known, whole extents or not
        "0x4021, 16384,       0,  114688,   114688",
        "0x4021, 16384,  114688,  131072,   131072",
        "0x4021, 16384, 5242880, 5767168,  5767168",
        // as long as known, up to one extent: as it is
        "0x4021, 16384,  671744,  671744,   671744",
        "0x4021, 16384, 1048576, 1048576,  1048576",
        // longer than one extent: whole extents, so that 9.1 MiB become 10
        "0x4021, 16384, 9551872, 9551872, 10485760",
        "0x4021, 16384, 1064960, 1064960,  2097152",
        "0x4021, 16384, 2097152, 2097152,  2097152",
        // longer than known: never cut
        "0x4021, 16384,  671744,  114688,   671744",
        "0x4021, 16384, 9551872,  114688, 10485760",
        // extents of other page sizes
        "0x40e1,  4096, 1052672, 1052672,  2097152",
        "0x40a1,  8192, 1056768, 1056768,  2097152",
        "0x4161, 32768, 2129920, 2129920,  4194304",
        "0x41e1, 65536, 4194304, 4194304,  4194304",
        "0x41e1, 65536, 4259840, 4259840,  8388608",
        // extents of compressed rows: 64 pages of 8 KiB
        "0x4029, 16384,  524288,  524288,   524288",
        "0x4029, 16384,  532480,  532480,  1048576",
        // flags that make no sense: an extent would be 4 GiB
        "0x401f,  4096, 1052672, 1052672,  1052672",
    })
    void extendsEveryTablespaceToItsSize(String fspFlags, int pageSize, long length, long known, long expected)
            throws Exception {
        TargetFile file = file(table(0, "./s/a.ibd").withSpace(7, Long.decode(fspFlags)), length, known);
        new FileSync(pageSize).run(List.of(file), StopCheck.NEVER);

        assertThat(file.path()).hasSize(expected);
        assertTail(file.path(), length);
    }

    private static void assertTail(Path path, long length) throws IOException {
        byte[] content = Files.readAllBytes(path);
        byte[] zeros = new byte[content.length - (int) length];
        assertThat(Arrays.equals(content, (int) length, content.length, zeros, 0, zeros.length))
                .as("zeros behind %d", length)
                .isTrue();
        if (length > 0) {
            assertThat(content[(int) length - 1]).as("last byte of before").isEqualTo((byte) 7);
        }
    }

    @ParameterizedTest
    @CsvSource({"2560, 8388608, 8388608", "8388608, 8388608, 8388608", "9551872, 8388608, 9551872"})
    void extendsRedoFilesToExactlyTheKnownSize(long length, long known, long expected) throws Exception {
        TargetFile file = file(redo(0, known), length, known);
        new FileSync(PAGE).run(List.of(file), StopCheck.NEVER);

        assertThat(file.path()).hasSize(expected);
        assertTail(file.path(), length);
    }

    @Test
    void usesTheSizeFromPageZero() throws Exception {
        TargetFile file = file(table(0, "./s/a.ibd"), 114_688, 114_688);
        file.raiseSize(3 << 20);
        new FileSync(PAGE).run(List.of(file), StopCheck.NEVER);

        assertThat(file.path()).hasSize(3 << 20);
    }

    @Test
    void syncsManyFiles() throws Exception {
        List<TargetFile> files = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            files.add(file(table(i, "./s/t.ibd"), PAGE, 7 * PAGE));
        }
        new FileSync(PAGE).run(files, StopCheck.NEVER);

        assertThat(files).allSatisfy(file -> assertThat(file.path()).hasSize(7 * PAGE));
    }

    @Test
    void stopsBeforeAFile() throws Exception {
        TargetFile file = file(table(0, "./s/a.ibd"), PAGE, 7 * PAGE);

        assertThatExceptionOfType(CloneException.class)
                .isThrownBy(() -> new FileSync(PAGE).run(List.of(file), () -> {
                    throw new CloneException(CloneErrorCode.ABORTED, "stopped", "");
                }))
                .withMessage("stopped");
        assertThat(file.path()).hasSize(PAGE);
    }

    @Test
    void acceptsAnEmptyListOfFiles() throws Exception {
        new FileSync(PAGE).run(List.of(), StopCheck.NEVER);

        assertThat(temp).isEmptyDirectory();
    }

    /** An empty file instead of a lost one would look like a tablespace of zeros. */
    @Test
    void failsIfAFileIsMissing() throws Exception {
        TargetFile kept = file(table(0, "./s/a.ibd"), PAGE, PAGE);
        TargetFile lost = file(table(1, "./s/b.ibd"), PAGE, PAGE);
        Files.delete(lost.path());

        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> new FileSync(PAGE).run(List.of(kept, lost), StopCheck.NEVER))
                .withMessage("cannot flush " + lost.path() + ": there is no such file")
                .satisfies(failure -> assertThat(failure.code()).isEqualTo(CloneErrorCode.STORAGE));
        assertThat(lost.path()).doesNotExist();
    }

    @Test
    void followsNoSymbolicLink() throws Exception {
        Path victim = Files.writeString(temp.resolve("victim"), "precious");
        TargetFile file = file(table(0, "./s/a.ibd"), PAGE, 7 * PAGE);
        Files.delete(file.path());
        Files.createSymbolicLink(file.path(), victim);

        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> new FileSync(PAGE).run(List.of(file), StopCheck.NEVER));
        assertThat(victim).hasContent("precious");
    }
}
