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
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jclone.protocol.innodb.descriptor.DataDescriptor;
import org.jclone.protocol.innodb.descriptor.SnapshotState;
import org.jclone.protocol.wire.MalformedPacketException;
import org.jclone.recipient.api.StorageException;
import org.jclone.recipient.storage.DirectIo;
import org.jclone.recipient.storage.Durable;
import org.jclone.recipient.storage.OpenFiles;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Written buffers come back through an event loop that the test turns itself, so that nothing depends on the disk's pace. */
class BlockWriterTest {

    private static final int MIB = 1 << 20;
    private static final int PAGE = Descriptors.PAGE_SIZE;

    @TempDir
    Path temp;

    private final FileTable files = new FileTable();
    private final BlockingQueue<Runnable> eventLoop = new LinkedBlockingQueue<>();
    private final List<Throwable> failures = new ArrayList<>();
    private int buffersFreed;
    private int drained;
    private OpenFiles openFiles;
    private WriterPool pool;
    private BlockWriter writer;

    @BeforeEach
    void setUp() throws Exception {
        Durable.createDirectory(temp.resolve("#clone"));
        openFiles = new OpenFiles(DirectIo.probe(temp, true));
        pool = new WriterPool(openFiles, PAGE);
        writer = new BlockWriter(files, pool, eventLoop::add, () -> buffersFreed++, failures::add);
        files.enter(SnapshotState.FILE_COPY);
    }

    @AfterEach
    void closeEverything() throws StorageException {
        pool.close();
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

    /** Lets one written buffer come back. */
    private void turnEventLoop() throws InterruptedException {
        Runnable task = eventLoop.poll(20, TimeUnit.SECONDS);
        assertThat(task).as("a written buffer").isNotNull();
        task.run();
    }

    private int drain() throws InterruptedException {
        int before = drained;
        writer.drain(() -> drained++);
        int buffers = 0;
        while (drained == before) {
            turnEventLoop();
            buffers++;
        }
        return buffers;
    }

    /** Receives a block as the decoder does, as far as there are buffers; returns how many bytes that were. */
    private int receive(DataDescriptor block, byte[] content) {
        writer.begin(block);
        int received = 0;
        ByteBuf buffer = writer.buffer();
        while (received < content.length && buffer != null) {
            int count = Math.min(buffer.writableBytes(), content.length - received);
            buffer.writeBytes(content, received, count);
            writer.received(count);
            received += count;
            buffer = received < content.length ? writer.buffer() : null;
        }
        if (received == content.length) {
            writer.end();
        }
        return received;
    }

    private int copy(long index, long offset, byte[] content) {
        return receive(block(SnapshotState.FILE_COPY, index, offset, content.length, 100L * MIB), content);
    }

    private static byte[] content(int seed, int length) {
        byte[] content = new byte[length];
        for (int i = 0; i < length; i++) {
            content[i] = (byte) (seed + i ^ i >> 8);
        }
        return content;
    }

    @Test
    void writesBlocksWhereTheyBelong() throws Exception {
        Path first = addFile("a.ibd");
        Path second = addFile("b.ibd");
        copy(1, 2 * PAGE, content(1, PAGE));
        copy(0, 0, content(2, 3 * PAGE));
        copy(1, 0, content(3, 2 * PAGE));
        copy(0, 5 * PAGE, content(4, 1000));
        assertThat(drain()).as("buffers").isEqualTo(1);

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
    void fillsABufferWithBlocksThatFollowEachOther() throws Exception {
        Path path = addFile("a.ibd");
        byte[] whole = content(1, MIB);
        for (int offset = 0; offset < MIB; offset += 1000) {
            copy(0, offset, Arrays.copyOfRange(whole, offset, Math.min(MIB, offset + 1000)));
        }
        turnEventLoop();

        assertThat(drain()).as("further buffers").isZero();
        assertThat(path).hasBinaryContent(whole);
    }

    @Test
    void beginsEachRunAligned() throws Exception {
        Path path = addFile("a.ibd");
        int runs = MIB / DirectIo.ALIGNMENT + 10;
        for (int i = 0; i < runs; i++) {
            copy(0, i * 2000L, content(i, 1000));
        }
        assertThat(drain()).as("buffers").isEqualTo(2);

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
        assertThat(drain()).as("buffers").isEqualTo(2);

        byte[] written = Files.readAllBytes(path);
        assertThat(Arrays.copyOf(written, PAGE)).isEqualTo(content(1, PAGE));
        assertThat(Arrays.copyOfRange(written, PAGE, written.length)).isEqualTo(content(2, MIB));
    }

    @Test
    void spreadsAHugeBlockOverBuffers() throws Exception {
        Path path = addFile("a.ibd");
        byte[] huge = content(1, 2 * MIB + PAGE);
        assertThat(copy(0, 0, huge)).isEqualTo(huge.length);

        assertThat(drain()).as("buffers").isEqualTo(3);
        assertThat(path).hasBinaryContent(huge);
    }

    @Test
    void hasThreeBuffersWhateverComes() throws Exception {
        addFile("a.ibd");
        assertThat(copy(0, 0, content(1, 10 * MIB))).isEqualTo(3 * MIB);
        assertThat(writer.buffer()).isNull();
        assertThat(buffersFreed).isZero();

        turnEventLoop();
        assertThat(buffersFreed).isEqualTo(1);
        ByteBuf buffer = writer.buffer();
        assertThat(buffer.writableBytes()).isEqualTo(MIB);
        assertThat(writer.buffer()).as("the same until it is full").isSameAs(buffer);

        turnEventLoop();
        turnEventLoop();
        assertThat(buffersFreed).isEqualTo(3);
    }

    @Test
    void usesItsBuffersAgain() throws Exception {
        Path path = addFile("a.ibd");
        byte[] whole = content(1, 8 * MIB);
        for (int i = 0; i < 8; i++) {
            if (i >= BlockWriter.MAX_BUFFERS) {
                turnEventLoop();
            }
            int from = i * MIB;
            assertThat(copy(0, from, Arrays.copyOfRange(whole, from, from + MIB)))
                    .isEqualTo(MIB);
        }
        drain();

        assertThat(Arrays.equals(Files.readAllBytes(path), whole)).isTrue();
    }

    @Test
    void isDrainedAtOnceWhereNothingIsUnderWay() {
        writer.drain(() -> drained++);

        assertThat(drained).isEqualTo(1);
    }

    @Test
    void isDrainedWhenTheLastBufferIsWritten() throws Exception {
        Path path = addFile("a.ibd");
        copy(0, 0, content(1, MIB));
        copy(0, MIB, content(2, PAGE));
        writer.drain(() -> drained++);
        assertThat(drained).isZero();

        turnEventLoop();
        assertThat(drained).as("after the first of two").isZero();
        turnEventLoop();
        assertThat(drained).isEqualTo(1);
        assertThat(path).hasSize(MIB + PAGE);

        copy(0, MIB + PAGE, content(3, PAGE));
        assertThat(drain()).as("buffers of the next state").isEqualTo(1);
        assertThat(drained).isEqualTo(2);
    }

    @Test
    void reportsTheFirstOfItsFailuresOnly() throws Exception {
        addFile(Path.of("/dev/full"), 100L * MIB);
        copy(0, 0, content(1, 2 * MIB + PAGE));
        writer.drain(() -> drained++);
        turnEventLoop();
        turnEventLoop();
        turnEventLoop();

        assertThat(failures).singleElement().isInstanceOf(StorageException.class);
        assertThat(failures.get(0)).hasMessageStartingWith("cannot write /dev/full at offset ");
        assertThat(buffersFreed).as("buffers to go on with").isZero();
        assertThat(drained).isZero();

        writer.drain(() -> drained++);
        assertThat(drained).as("drained after a failure").isZero();
    }

    @Test
    void throwsAwayWhatComesForADroppedFile() throws Exception {
        Path path = addFile("a.ibd");
        copy(0, 0, content(1, PAGE));
        files.dataFile(0).drop();
        copy(0, PAGE, content(2, PAGE));
        drain();

        assertThat(path).isEmptyFile();
        assertThat(failures).isEmpty();
    }

    @Test
    void refusesABlockOfNoFile() {
        assertThatExceptionOfType(MalformedPacketException.class)
                .isThrownBy(() -> copy(0, 0, content(1, PAGE)))
                .withMessageContaining("fileIndex");
    }

    @Test
    void learnsFromPageZeroHowLargeATablespaceHasBecome() throws Exception {
        Path path = temp.resolve("a.ibd");
        Durable.createFile(path);
        TargetFile file = addFile(path, 7 * PAGE);
        receive(block(SnapshotState.FILE_COPY, 0, 0, PAGE, 5L * MIB), content(1, PAGE));
        assertThat(file.size()).as("after page 0 of FILE COPY").isEqualTo(7 * PAGE);

        files.enter(SnapshotState.PAGE_COPY);
        receive(block(SnapshotState.PAGE_COPY, 0, PAGE, PAGE, 5L * MIB), content(1, PAGE));
        assertThat(file.size()).as("after page 1").isEqualTo(7 * PAGE);

        receive(block(SnapshotState.PAGE_COPY, 0, 0, PAGE, 5L * MIB), content(1, PAGE));
        assertThat(file.size()).as("after page 0").isEqualTo(5 * MIB);

        receive(block(SnapshotState.PAGE_COPY, 0, 0, PAGE, 7L * PAGE), content(1, PAGE));
        assertThat(file.size()).as("never shrinks").isEqualTo(5 * MIB);
        drain();
    }
}
