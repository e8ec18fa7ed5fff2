package org.jclone.recipient.apply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.jclone.recipient.apply.Descriptors.block;
import static org.jclone.recipient.apply.Descriptors.table;

import io.netty.buffer.ByteBuf;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jclone.protocol.innodb.descriptor.DataDescriptor;
import org.jclone.protocol.innodb.descriptor.SnapshotState;
import org.jclone.protocol.wire.MalformedPacketException;
import org.jclone.recipient.api.EncryptionSettings;
import org.jclone.recipient.api.StorageException;
import org.jclone.recipient.encryption.TargetKeys;
import org.jclone.recipient.storage.DirectIo;
import org.jclone.recipient.storage.Durable;
import org.jclone.recipient.storage.OpenFiles;
import org.jclone.recipient.verify.CopyCheck;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BlockWriterTest {

    private static final int MIB = 1 << 20;
    private static final int PAGE = Descriptors.PAGE_SIZE;

    @TempDir
    Path temp;

    private SnapshotState state = SnapshotState.INIT;
    private final FileTable files = new FileTable(Descriptors.PAGE_SIZE, () -> state);
    private final ChunkMap chunks = new ChunkMap(PAGE);
    private final List<Throwable> failures = new ArrayList<>();
    private final TargetKeys keys = new TargetKeys(EncryptionSettings.NONE, true);
    private OpenFiles openFiles;
    private BlockWriter writer;

    @BeforeEach
    void setUp() throws Exception {
        Durable.createDirectory(temp.resolve("#clone"));
        openFiles = new OpenFiles(DirectIo.probe(temp, true));
        SegmentWriter segments = new SegmentWriter(openFiles, PAGE, CopyCheck.off());
        writer = new BlockWriter(files, segments, new KeyBlocks(keys, PAGE), chunks, failures::add);
        state = SnapshotState.FILE_COPY;
    }

    @AfterEach
    void closeEverything() throws StorageException {
        openFiles.closeIdle();
    }

    private Path addFile(String name) throws StorageException {
        Path path = temp.resolve(name);
        Durable.createFile(path);
        addFile(path, 100L * MIB);
        return path;
    }

    private TargetFile addFile(Path path, long size) {
        TargetFile file = new TargetFile(
                table(files.dataFileCount(), path.getFileName().toString())
                        .sized(size)
                        .file(),
                path);
        files.addDataFile(file);
        return file;
    }

    /** Receives a block as the decoder does. */
    private void receive(DataDescriptor block, byte[] content) {
        writer.begin(block);
        int received = 0;
        while (received < content.length) {
            ByteBuf buffer = writer.buffer();
            int count = Math.min(buffer.writableBytes(), content.length - received);
            buffer.writeBytes(content, received, count);
            writer.received(count);
            received += count;
        }
        writer.end();
    }

    private void copy(long index, long offset, byte[] content) {
        receive(block(SnapshotState.FILE_COPY, index, offset, content.length, 100L * MIB), content);
    }

    private static byte[] content(int seed, int length) {
        byte[] content = new byte[length];
        for (int i = 0; i < length; i++) {
            content[i] = (byte) (seed + i ^ i >> 8);
        }
        return content;
    }

    @Test
    void writesBlocksAtTheirPositions() throws Exception {
        Path first = addFile("a.ibd");
        Path second = addFile("b.ibd");
        copy(1, 2 * PAGE, content(1, PAGE));
        copy(0, 0, content(2, 3 * PAGE));
        copy(1, 0, content(3, 2 * PAGE));
        copy(0, 5 * PAGE, content(4, 1000));
        assertThat(writer.flush()).isTrue();

        byte[] a = Files.readAllBytes(first);
        assertThat(a).hasSize(5 * PAGE + 1000);
        assertThat(Arrays.copyOf(a, 3 * PAGE)).isEqualTo(content(2, 3 * PAGE));
        assertThat(Arrays.copyOfRange(a, 3 * PAGE, 5 * PAGE)).containsOnly(0);
        assertThat(Arrays.copyOfRange(a, 5 * PAGE, a.length)).isEqualTo(content(4, 1000));
        byte[] b = Files.readAllBytes(second);
        assertThat(Arrays.copyOf(b, 2 * PAGE)).isEqualTo(content(3, 2 * PAGE));
        assertThat(Arrays.copyOfRange(b, 2 * PAGE, b.length)).isEqualTo(content(1, PAGE));
        assertThat(failures).isEmpty();
    }

    @Test
    void fillsABufferWithContiguousBlocks() throws Exception {
        Path path = addFile("a.ibd");
        byte[] whole = content(1, MIB);
        for (int offset = 0; offset < MIB; offset += 1000) {
            copy(0, offset, Arrays.copyOfRange(whole, offset, Math.min(MIB, offset + 1000)));
        }
        assertThat(path).as("without a flush").hasBinaryContent(whole);
    }

    @Test
    void alignsTheStartOfEachRun() throws Exception {
        Path path = addFile("a.ibd");
        int runs = MIB / DirectIo.ALIGNMENT + 10;
        for (int i = 0; i < runs; i++) {
            copy(0, i * 2000L, content(i, 1000));
        }
        assertThat(writer.flush()).isTrue();

        byte[] written = Files.readAllBytes(path);
        for (int i = 0; i < runs; i++) {
            assertThat(Arrays.copyOfRange(written, i * 2000, i * 2000 + 1000))
                    .as("run %d", i)
                    .isEqualTo(content(i, 1000));
        }
    }

    @Test
    void givesALargeBlockABufferOfItsOwn() throws Exception {
        Path path = addFile("a.ibd");
        copy(0, 0, content(1, PAGE));
        copy(0, PAGE, content(2, MIB));
        assertThat(path).as("without a flush").hasSize(MIB + PAGE);

        byte[] written = Files.readAllBytes(path);
        assertThat(Arrays.copyOf(written, PAGE)).isEqualTo(content(1, PAGE));
        assertThat(Arrays.copyOfRange(written, PAGE, written.length)).isEqualTo(content(2, MIB));
    }

    @Test
    void spreadsAHugeBlockOverBuffers() throws Exception {
        Path path = addFile("a.ibd");
        byte[] huge = content(1, 2 * MIB + PAGE);
        copy(0, 0, huge);

        assertThat(writer.flush()).isTrue();
        assertThat(path).hasBinaryContent(huge);
    }

    @Test
    void holdsBackLessThanOneBuffer() throws Exception {
        Path path = addFile("a.ibd");
        copy(0, 0, content(1, MIB));
        copy(0, MIB, content(2, PAGE));
        assertThat(path).hasSize(MIB);

        assertThat(writer.flush()).isTrue();
        assertThat(path).hasSize(MIB + PAGE);
        copy(0, MIB + PAGE, content(3, PAGE));
        assertThat(writer.flush()).as("of the next state").isTrue();
        assertThat(path).hasSize(MIB + 2 * PAGE);
    }

    @Test
    void hasNothingToFlushAtFirst() {
        assertThat(writer.flush()).isTrue();
    }

    @Test
    void reportsTheFirstOfItsFailuresOnly() throws Exception {
        addFile(Path.of("/dev/full"), 100L * MIB);
        copy(0, 0, content(1, 2 * MIB + PAGE));
        assertThat(writer.flush()).isFalse();

        assertThat(failures).singleElement().isInstanceOf(StorageException.class);
        assertThat(failures.get(0)).hasMessageStartingWith("cannot write /dev/full at offset ");
        copy(0, 0, content(1, 2 * MIB));
        assertThat(writer.flush()).as("after a failure").isFalse();
        assertThat(failures).hasSize(1);
    }

    @Test
    void discardsBlocksOfADroppedFile() throws Exception {
        Path path = addFile("a.ibd");
        copy(0, 0, content(1, PAGE));
        files.dataFile(0).drop();
        copy(0, PAGE, content(2, PAGE));
        assertThat(writer.flush()).isTrue();

        assertThat(path).isEmptyFile();
        assertThat(failures).isEmpty();
    }

    @Test
    void refusesABlockOfAnUnknownFile() {
        assertThatExceptionOfType(MalformedPacketException.class)
                .isThrownBy(() -> copy(0, 0, content(1, PAGE)))
                .withMessageContaining("fileIndex");
    }

    @Test
    void readsTheSizeOfATablespaceFromPageZero() throws Exception {
        Path path = temp.resolve("a.ibd");
        Durable.createFile(path);
        TargetFile file = addFile(path, 7 * PAGE);
        receive(block(SnapshotState.FILE_COPY, 0, 0, PAGE, 5L * MIB), content(1, PAGE));
        assertThat(file.size()).as("after page 0 of FILE COPY").isEqualTo(7 * PAGE);

        state = SnapshotState.PAGE_COPY;
        receive(block(SnapshotState.PAGE_COPY, 0, PAGE, PAGE, 5L * MIB), content(1, PAGE));
        assertThat(file.size()).as("after page 1").isEqualTo(7 * PAGE);

        receive(block(SnapshotState.PAGE_COPY, 0, 0, PAGE, 5L * MIB), content(1, PAGE));
        assertThat(file.size()).as("after page 0").isEqualTo(5 * MIB);

        receive(block(SnapshotState.PAGE_COPY, 0, 0, PAGE, 7L * PAGE), content(1, PAGE));
        assertThat(file.size()).as("never shrinks").isEqualTo(5 * MIB);
        assertThat(writer.flush()).isTrue();
    }
}
