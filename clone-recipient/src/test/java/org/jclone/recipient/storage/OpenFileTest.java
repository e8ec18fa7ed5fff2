package org.jclone.recipient.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.stream.Stream;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.StorageException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class OpenFileTest {

    private static final int BLOCK = DirectIo.ALIGNMENT;

    @TempDir
    Path temp;

    private Path path;

    @BeforeEach
    void setUp() throws Exception {
        path = temp.resolve("t.ibd");
        Durable.createDirectory(temp.resolve("#clone"));
        Durable.createFile(path);
    }

    private OpenFile open(boolean directWanted) {
        return new OpenFile(path, DirectIo.probe(temp, directWanted));
    }

    /** Returns an aligned off-heap buffer filled with {@code value}. */
    private static ByteBuffer filled(int value, int length) {
        ByteBuffer buffer = DirectIo.allocate(length);
        while (buffer.hasRemaining()) {
            buffer.put((byte) value);
        }
        return buffer.flip();
    }

    private void assertRun(byte[] content, int from, int to, int value) {
        for (int i = from; i < to; i++) {
            if (content[i] != value) {
                assertThat(content[i]).as("byte at %d", i).isEqualTo((byte) value);
            }
        }
    }

    private long allocatedBytes() throws IOException, InterruptedException {
        Process stat = new ProcessBuilder("stat", "-c", "%b", path.toString()).start();
        String blocks = new String(stat.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip();
        assertThat(stat.waitFor()).isZero();
        return Long.parseLong(blocks) * 512;
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void writesAlignedAndUnalignedPlaces(boolean directWanted) throws Exception {
        OpenFile file = open(directWanted);
        file.write(filled(1, 4 * BLOCK), 0);
        file.write(filled(2, BLOCK + 100), 4 * BLOCK);
        file.write(filled(3, 512), 2048);
        file.write(filled(4, BLOCK), 5 * BLOCK + 100);
        file.write(filled(5, 10), 8 * BLOCK);
        file.close();

        byte[] content = Files.readAllBytes(path);
        assertThat(content).hasSize(8 * BLOCK + 10);
        assertRun(content, 0, 2048, 1);
        assertRun(content, 2048, 2048 + 512, 3);
        assertRun(content, 2048 + 512, 4 * BLOCK, 1);
        assertRun(content, 4 * BLOCK, 5 * BLOCK + 100, 2);
        assertRun(content, 5 * BLOCK + 100, 6 * BLOCK + 100, 4);
        assertRun(content, 6 * BLOCK + 100, 8 * BLOCK, 0);
        assertRun(content, 8 * BLOCK, 8 * BLOCK + 10, 5);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void writesOnlyFromPositionToLimit(boolean directWanted) throws Exception {
        OpenFile file = open(directWanted);
        ByteBuffer buffer = filled(1, 4 * BLOCK);
        buffer.put(BLOCK, (byte) 7).position(BLOCK).limit(2 * BLOCK + 1);
        file.write(buffer, BLOCK);
        file.close();

        byte[] content = Files.readAllBytes(path);
        assertThat(content).hasSize(2 * BLOCK + 1);
        assertRun(content, 0, BLOCK, 0);
        assertRun(content, BLOCK, BLOCK + 1, 7);
        assertRun(content, BLOCK + 1, 2 * BLOCK + 1, 1);
        assertThat(buffer.hasRemaining()).isFalse();
    }

    @Test
    void makesHolesThatUseNoSpace() throws Exception {
        OpenFile file = open(false);
        file.write(filled(1, 16 * BLOCK), 0);
        boolean made = file.punchHole(2 * BLOCK, 12 * BLOCK);
        file.close();

        byte[] content = Files.readAllBytes(path);
        assertThat(content).hasSize(16 * BLOCK);
        assertRun(content, 0, 2 * BLOCK, 1);
        assertRun(content, 2 * BLOCK, 14 * BLOCK, made ? 0 : 1);
        assertRun(content, 14 * BLOCK, 16 * BLOCK, 1);
        assertThat(allocatedBytes()).isLessThanOrEqualTo(made ? 4 * BLOCK : 16 * BLOCK);
    }

    @Test
    void keepsTheSizeWhenAHoleIsBehindTheEnd() throws Exception {
        OpenFile file = open(false);
        file.write(filled(1, BLOCK), 0);
        file.punchHole(8 * BLOCK, BLOCK);
        file.close();

        assertThat(path).hasSize(BLOCK);
    }

    @Test
    void stopsTryingHolesWhereTheyAreNotSupported() throws Exception {
        OpenFile device = new OpenFile(Path.of("/dev/null"), DirectIo.probe(temp, false));
        assertThat(device.punchHole(0, BLOCK)).isFalse();
        assertThat(device.punchHole(0, BLOCK)).isFalse();
        device.close();

        OpenFile missing = new OpenFile(temp.resolve("missing"), DirectIo.probe(temp, false));
        assertThat(missing.punchHole(0, BLOCK)).isFalse();
        assertThat(missing.punchHole(0, BLOCK)).isFalse();
        missing.close();
    }

    /** A file system other than that of the data directory, where direct I/O was probed. */
    private static DirectIo refusing(Exception reason) {
        return new DirectIo(true) {
            @Override
            FileChannel openDirect(Path file) throws IOException {
                if (reason instanceof IOException failure) {
                    throw failure;
                }
                throw (RuntimeException) reason;
            }
        };
    }

    static Stream<Exception> refusals() {
        return Stream.of(
                new FileSystemException("t.ibd", null, "Invalid argument"),
                new UnsupportedOperationException("Error getting I/O alignment"));
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void writesThroughThePageCacheWhereTheFileRefusesDirectIo(Exception reason) throws Exception {
        OpenFile file = new OpenFile(path, refusing(reason));

        file.write(filled(1, 2 * BLOCK + 100), 0);
        file.write(filled(2, BLOCK), 3 * BLOCK);

        assertThat(file.isUnflushed()).isTrue();
        file.flush();
        file.close();
        byte[] content = Files.readAllBytes(path);
        assertThat(content).hasSize(4 * BLOCK);
        assertRun(content, 0, 2 * BLOCK + 100, 1);
        assertRun(content, 3 * BLOCK, 4 * BLOCK, 2);
    }

    @Test
    void writesThroughThePageCacheWhenOnlyTheWriteIsRefused() throws Exception {
        DirectIo oddBlocks = new DirectIo(true) {
            @Override
            FileChannel openDirect(Path file) throws IOException {
                return FileChannel.open(Path.of("/dev/full"), StandardOpenOption.WRITE);
            }
        };
        OpenFile file = new OpenFile(path, oddBlocks);

        file.write(filled(1, 2 * BLOCK), BLOCK);

        file.close();
        byte[] content = Files.readAllBytes(path);
        assertThat(content).hasSize(3 * BLOCK);
        assertRun(content, BLOCK, 3 * BLOCK, 1);
    }

    @Test
    void reportsAFullDisk() throws Exception {
        OpenFile full = new OpenFile(Path.of("/dev/full"), DirectIo.probe(temp, false));

        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> full.write(filled(1, BLOCK), 3 * BLOCK))
                .withMessage("cannot write /dev/full at offset 12288: No space left on device")
                .satisfies(failure -> {
                    assertThat(failure.code()).isEqualTo(CloneErrorCode.DISK_FULL);
                    assertThat(failure.offset()).isEqualTo(3 * BLOCK);
                });
        full.close();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void doesNotFollowLinks(boolean directWanted) throws Exception {
        Path victim = Files.writeString(temp.resolve("victim"), "precious");
        Files.delete(path);
        Files.createSymbolicLink(path, victim);
        OpenFile file = open(directWanted);

        assertThatExceptionOfType(StorageException.class).isThrownBy(() -> file.write(filled(1, BLOCK), 0));
        assertThat(file.punchHole(0, BLOCK)).isFalse();
        file.close();
        assertThat(victim).hasContent("precious");
    }

    @Test
    void doesNotCreateFiles() throws Exception {
        Files.delete(path);
        OpenFile file = open(false);

        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> file.write(filled(1, BLOCK), 0))
                .withMessage("cannot write " + path + " at offset 0: there is no such file");
        assertThat(path).doesNotExist();
    }

    @Test
    void alignsItsBuffers() {
        for (int bytes : new int[] {1, BLOCK - 1, BLOCK, 10 * BLOCK + 1}) {
            ByteBuffer buffer = DirectIo.allocate(bytes);

            assertThat(buffer.capacity()).isEqualTo(bytes);
            assertThat(buffer.alignmentOffset(0, BLOCK))
                    .as("of %d bytes", bytes)
                    .isZero();
        }
    }

    @Test
    void probesDirectIoAndLeavesNoFile() {
        boolean direct = DirectIo.probe(temp, true).isEnabled();

        assertThat(temp.resolve("#clone")).isEmptyDirectory();
        assertThat(DirectIo.probe(temp, true).isEnabled())
                .as("same answer again")
                .isEqualTo(direct);
        assertThat(DirectIo.probe(temp, false).isEnabled()).as("not wanted").isFalse();
    }

    @Test
    void usesThePageCacheWhereDirectIoCannotBeProbed() throws Exception {
        Path empty = Files.createDirectory(temp.resolve("empty"));

        assertThat(DirectIo.probe(empty, true).isEnabled()).isFalse();
        assertThat(empty).isEmptyDirectory();
        assertThat(Arrays.asList(temp.toFile().list())).contains("#clone");
    }
}
