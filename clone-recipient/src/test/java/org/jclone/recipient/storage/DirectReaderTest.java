package org.jclone.recipient.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DirectReaderTest {

    private static final int SIZE = 5 * 4096 + 100;

    @TempDir
    Path folder;

    private final byte[] content = new byte[SIZE];
    private Path file;

    @BeforeEach
    void write() throws IOException {
        new Random(1).nextBytes(content);
        file = Files.write(folder.resolve("file"), content);
    }

    private byte[] read(DirectReader reader, long offset, int length) throws IOException {
        ByteBuffer buffer = DirectReader.allocate(length);
        reader.read(buffer, offset, length);
        byte[] found = new byte[buffer.remaining()];
        buffer.get(found);
        return found;
    }

    @ParameterizedTest
    @CsvSource({
        "0, 4096, 4096",
        "4096, 8192, 8192",
        "0, 1, 1",
        "1024, 2048, 2048",
        "7168, 2048, 2048",
        "12288, 1000, 1000",
        "16384, 8192, 4196",
        "20480, 4096, 100",
        "20479, 2, 2",
        "20580, 10, 0",
        "30000, 4096, 0"
    })
    void readsWhatExistsFromAnyOffset(int offset, int length, int present) throws IOException {
        try (DirectReader reader = DirectReader.open(file)) {
            assertThat(reader.size()).isEqualTo(SIZE);
            byte[] expected = present == 0 ? new byte[0] : Arrays.copyOfRange(content, offset, offset + present);
            assertThat(read(reader, offset, length)).isEqualTo(expected);
        }
    }

    @Test
    void replacesWhatTheBufferHeld() throws IOException {
        ByteBuffer buffer = DirectReader.allocate(8192);
        try (DirectReader reader = DirectReader.open(file)) {
            reader.read(buffer, 0, 8192);
            reader.read(buffer, 20480, 4096);
            assertThat(buffer.remaining()).isEqualTo(100);
            reader.read(buffer, 4096, 8192);
            assertThat(buffer).isEqualTo(ByteBuffer.wrap(content, 4096, 8192));
        }
    }

    /** Returns memory that a direct read refuses. */
    private static ByteBuffer unaligned() {
        ByteBuffer memory = ByteBuffer.allocateDirect(3 * 4096 + 1).slice(1, 3 * 4096);
        return memory.alignmentOffset(0, 4096) == 0 ? memory.slice(1, 2 * 4096) : memory.slice(0, 2 * 4096);
    }

    @Test
    void readsThroughThePageCacheIfADirectReadIsRefused() throws IOException {
        ByteBuffer buffer = unaligned();
        try (DirectReader reader = DirectReader.open(file)) {
            reader.read(buffer, 4096, 4096);
            assertThat(buffer).isEqualTo(ByteBuffer.wrap(content, 4096, 4096));
        }
    }

    /** The cache may still hold what the disk has lost. */
    @Test
    void doesNotAskTheCacheForWhatTheDiskCannotRead() {
        assertThat(DirectReader.mayBeRefusal(new IOException("Input/output error")))
                .isFalse();
        assertThat(DirectReader.mayBeRefusal(new IOException("Invalid argument")))
                .isTrue();
    }

    @Test
    void followsNoSymbolicLink() throws IOException {
        Path link = Files.createSymbolicLink(folder.resolve("link"), file);
        assertThatExceptionOfType(IOException.class).isThrownBy(() -> DirectReader.open(link));
    }
}
