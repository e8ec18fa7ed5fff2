package org.jclone.recipient.apply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.jclone.recipient.apply.Descriptors.block;
import static org.jclone.recipient.apply.Descriptors.table;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jclone.protocol.innodb.descriptor.FileDescriptor;
import org.jclone.protocol.innodb.descriptor.SnapshotState;
import org.jclone.protocol.innodb.encryption.EncryptionInfoBlock;
import org.jclone.protocol.innodb.encryption.TablespaceKey;
import org.jclone.protocol.innodb.page.FspFlags;
import org.jclone.protocol.innodb.page.TablespaceFirstPage;
import org.jclone.recipient.api.EncryptionSettings;
import org.jclone.recipient.encryption.TargetKeys;
import org.jclone.recipient.storage.DirectIo;
import org.jclone.recipient.storage.Durable;
import org.jclone.recipient.storage.OpenFiles;
import org.jclone.recipient.verify.CopyCheck;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A plain key in a page 0 is nowhere in the writer's memory, nor on disk, whether its page comes whole, in part, or
 * badly.
 */
class BlockWriterSecretsTest {

    private static final int PAGE = Descriptors.PAGE_SIZE;
    private static final FspFlags FLAGS = new FspFlags(Descriptors.TABLE);
    private static final byte[] SECRET = secret();
    private static final Set<Integer> SECRET_PARTS = parts(SECRET).boxed().collect(Collectors.toSet());

    @TempDir
    Path temp;

    private SnapshotState state = SnapshotState.INIT;
    private final FileTable files = new FileTable(PAGE, () -> state);
    private final List<Throwable> failures = new ArrayList<>();
    private OpenFiles openFiles;
    private Path path;

    private static byte[] secret() {
        byte[] secret = new byte[TablespaceKey.LENGTH];
        new Random(1).nextBytes(secret);
        return secret;
    }

    private static byte[] pageWithKey() {
        ByteBuffer page = TablespaceFirstPage.create(100, FLAGS, PAGE, 90704, Optional.empty());
        EncryptionInfoBlock.putPlainInFirstPage(page, FLAGS, PAGE, TablespaceKey.of(SECRET), "u".repeat(36));
        return page.array();
    }

    @BeforeEach
    void setUp() throws Exception {
        Durable.createDirectory(temp.resolve("#clone"));
        openFiles = new OpenFiles(DirectIo.probe(temp, true));
        path = temp.resolve("a.ibd");
        Durable.createFile(path);
        files.addDataFile(new TargetFile(
                table(0, "a.ibd").flagged(FileDescriptor.FLAG_ENCRYPTED).file(), path));
        state = SnapshotState.PAGE_COPY;
    }

    @AfterEach
    void closeEverything() throws Exception {
        openFiles.closeIdle();
    }

    private BlockWriter writer(EncryptionSettings settings) {
        KeyBlocks keyBlocks = new KeyBlocks(new TargetKeys(settings, true), PAGE);
        return new BlockWriter(
                files,
                new SegmentWriter(openFiles, PAGE, CopyCheck.off()),
                keyBlocks,
                new ChunkMap(PAGE),
                failures::add);
    }

    private static EncryptionSettings publicKey() {
        return new EncryptionSettings(Optional.empty(), true);
    }

    /** Begins a block and gives it what has come; the memory behind the writer stays in reach. */
    private static ByteBuf receive(BlockWriter writer, long offset, byte[] content, int length) {
        writer.begin(block(SnapshotState.PAGE_COPY, 0, offset, content.length, 7L * PAGE));
        ByteBuf memory = writer.buffer();
        memory.writeBytes(content, 0, length);
        writer.received(length);
        if (length == content.length) {
            writer.end();
        }
        return memory.duplicate().setIndex(0, memory.capacity());
    }

    /** All four bytes in a row. */
    private static IntStream parts(byte... bytes) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        return IntStream.rangeClosed(0, bytes.length - Integer.BYTES).map(buffer::getInt);
    }

    private static boolean holdsPart(ByteBuf memory) {
        return parts(ByteBufUtil.getBytes(memory)).anyMatch(SECRET_PARTS::contains);
    }

    @Test
    void afterAWholePage() throws Exception {
        BlockWriter writer = writer(publicKey());
        ByteBuf memory = receive(writer, 0, pageWithKey(), PAGE);
        assertThat(holdsPart(memory)).as("before it is written").isFalse();

        assertThat(writer.flush()).isTrue();
        assertThat(holdsPart(memory)).isFalse();
        assertThat(holdsPart(Unpooled.wrappedBuffer(Files.readAllBytes(path)))).isFalse();
        assertThat(Files.size(path)).isEqualTo(PAGE);
    }

    @Test
    void afterAPartialPageAndKeepsCompleteBlocks() throws Exception {
        byte[] page = pageWithKey();
        for (int missing : new int[] {1, 100, PAGE - 10_440}) {
            BlockWriter writer = writer(publicKey());
            byte[] other = new byte[PAGE];
            Arrays.fill(other, (byte) missing);
            receive(writer, PAGE, other, PAGE);
            ByteBuf memory = receive(writer, 0, page, PAGE - missing);
            assertThat(holdsPart(memory)).as("on its way").isTrue();
            assertThat(writer.isSecret()).isTrue();

            writer.abandon();
            assertThat(holdsPart(memory)).as("%d bytes were missing", missing).isFalse();
            writer.abandon();
            writer.writeWhole();

            byte[] written = Files.readAllBytes(path);
            assertThat(Arrays.copyOfRange(written, PAGE, 2 * PAGE)).isEqualTo(other);
            assertThat(Arrays.copyOf(written, PAGE)).containsOnly(0);
            assertThat(failures).isEmpty();
        }
    }

    @Test
    void afterAPageThatCannotBeWrapped() throws Exception {
        BlockWriter writer = writer(EncryptionSettings.NONE);
        ByteBuf memory = receive(writer, 0, pageWithKey(), PAGE);

        assertThat(failures).singleElement().asString().contains("there is no keyring for its key");
        assertThat(writer.flush()).isFalse();
        assertThat(holdsPart(memory)).isFalse();
        assertThat(path).isEmptyFile();

        ByteBuf second = receive(writer, 0, pageWithKey(), PAGE);
        assertThat(holdsPart(second)).as("after a failure").isFalse();
    }

    /** Complete blocks are written even if the next block is refused. */
    @Test
    void keepsTheBlockBeforeOneThatIsRefused() throws Exception {
        BlockWriter writer = writer(publicKey());
        byte[] other = new byte[PAGE];
        Arrays.fill(other, (byte) 7);
        receive(writer, PAGE, other, PAGE);
        assertThat(catchThrowable(() -> receive(writer, 0, new byte[1024], 1024)))
                .hasMessageContaining("1024 at the beginning of file ");

        writer.abandon();
        writer.writeWhole();
        assertThat(Arrays.copyOfRange(Files.readAllBytes(path), PAGE, 2 * PAGE)).isEqualTo(other);
    }
}
