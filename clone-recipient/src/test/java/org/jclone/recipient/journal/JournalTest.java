package org.jclone.recipient.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jclone.protocol.innodb.descriptor.FileDescriptor;
import org.jclone.protocol.innodb.descriptor.SnapshotState;
import org.jclone.protocol.innodb.descriptor.StateDescriptor;
import org.jclone.protocol.innodb.encryption.MasterKeyName;
import org.jclone.protocol.innodb.encryption.TablespaceKey;
import org.jclone.protocol.innodb.page.EncryptionInfo;
import org.jclone.protocol.wire.Bytes;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.apply.ChunkMap.Claim;
import org.jclone.recipient.apply.FileLog;
import org.jclone.recipient.storage.CloneFolder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {

    private static final JournalHead HEAD = new JournalHead(
            "db1:3306",
            Instant.ofEpochSecond(1_700_000_000, 5),
            0x0103,
            Bytes.of(new byte[34]),
            Map.of("version", "9.7.4"),
            Map.of("/ext", "/data/ext"),
            Map.of("undo-dir", "/undo"));
    private static final DonorIdentity DONOR = new DonorIdentity("3e11fa47", 1_699_000_000);
    private static final String PLAIN = "0123456789abcdefghijklmnopqrstuv0123456789ABCDEFGHIJKLMNOPQRSTUV";
    private static final Claim FIRST = new Claim(1, 0, true);
    private static final Claim SECOND = new Claim(2, 7, false);

    @TempDir
    Path folder;

    private static StateDescriptor start(SnapshotState state) {
        return new StateDescriptor(100, state, 0, 14, 1, 0, 0, StateDescriptor.START);
    }

    private static FileLog.Entry file(long index, String name) {
        FileDescriptor descriptor = new FileDescriptor(
                100, SnapshotState.FILE_COPY, 1, 1, 0x4021, 4096, 0, 7, index, 1, 1, name, Optional.empty());
        return new FileLog.Entry(false, index, descriptor, false, false, false, "");
    }

    /** A journal in the middle of FILE COPY, with one complete chunk and part of another. */
    private byte[] written() throws CloneException, IOException {
        Path path = new CloneFolder(Files.createDirectories(folder.resolve("#clone"))).journal();
        Files.deleteIfExists(path);
        try (Journal journal = new Journal(JournalFile.create(path))) {
            journal.begin(HEAD);
            journal.donor(DONOR);
            journal.state(start(SnapshotState.FILE_COPY));
            journal.note(file(0, "./t/a.ibd"), false);
            journal.metadataComplete();
            journal.flushed(List.of(FIRST), false);
            journal.size(0, 99);
            journal.flushed(List.of(SECOND), false);
        }
        return Files.readAllBytes(path);
    }

    private static JournalImage image(byte[] content) throws IOException {
        return JournalImage.of(JournalFile.parse(ByteBuffer.wrap(content)));
    }

    @Test
    void readsWhatWasWritten() throws Exception {
        JournalImage image = image(written());

        assertThat(image.head()).isEqualTo(HEAD);
        assertThat(image.identity()).contains(DONOR);
        assertThat(image.state()).isEqualTo(SnapshotState.FILE_COPY);
        assertThat(image.isMetadataComplete()).isTrue();
        assertThat(image.files()).containsExactly(file(0, "./t/a.ibd"));
        assertThat(image.size(image.files().get(0))).isEqualTo(99);
        assertThat(image.claims()).containsExactly(FIRST, SECOND);
        assertThat(image.isEnded()).isFalse();
    }

    @Test
    void namesTheMasterKeyAndKeepsKeysOnlyWrapped() throws Exception {
        written();
        Path path = CloneFolder.in(folder).journal();
        MasterKeyName name = new MasterKeyName("3e11fa47-7c1e-11ee-9a55-02fc00000001", 0xffff_ffffL);
        Bytes wrappedKey = Bytes.of(new byte[EncryptionInfo.LENGTH]);
        try (JournalFile file = JournalFile.open(path);
                Journal journal = new Journal(file);
                TablespaceKey key = TablespaceKey.of(PLAIN.getBytes(StandardCharsets.US_ASCII))) {
            file.read(entry -> {});
            journal.masterKey(name);
            FileDescriptor withKey = new FileDescriptor(
                    100, SnapshotState.REDO_COPY, 1, 1, 0x6021, 4096, 0x24, 8, 1, 1, 1, "./t/b.ibd", Optional.of(key));
            journal.note(new FileLog.Entry(false, 1, withKey, false, false, true, "", wrappedKey), true);
        }

        byte[] content = Files.readAllBytes(path);
        JournalImage image = image(content);
        assertThat(image.masterKey()).contains(name);
        assertThat(image.files().get(1).wrappedKey()).isEqualTo(wrappedKey);
        assertThat(image.files().get(1).descriptor().isEncrypted()).isTrue();
        assertThat(new String(content, StandardCharsets.ISO_8859_1)).doesNotContain(PLAIN.substring(0, 16));
        assertThat(image(written()).masterKey()).isEmpty();
    }

    @Test
    void beginsEachStateWithoutClaims() throws Exception {
        written();
        Path path = CloneFolder.in(folder).journal();
        try (JournalFile file = JournalFile.open(path)) {
            file.read(entry -> {});
            new Journal(file).state(start(SnapshotState.PAGE_COPY));
        }

        JournalImage image = image(Files.readAllBytes(path));
        assertThat(image.state()).isEqualTo(SnapshotState.PAGE_COPY);
        assertThat(image.claims()).isEmpty();
    }

    /** A journal torn at any byte contains fewer records, never different ones. */
    @Test
    void readsAJournalTornAtAnyByte() throws Exception {
        byte[] whole = written();
        int before = 0;
        for (int length = 0; length <= whole.length; length++) {
            byte[] torn = Arrays.copyOf(whole, length);
            List<JournalFile.Entry> entries = JournalFile.parse(ByteBuffer.wrap(torn));
            assertThat(entries.size()).isBetween(before, before + 1);
            before = entries.size();
        }
        assertThat(before).isEqualTo(8);
    }

    @Test
    void readsNothingBehindAFlippedBit() throws Exception {
        byte[] whole = written();
        int entries = JournalFile.parse(ByteBuffer.wrap(whole)).size();
        for (int position = 0; position < whole.length; position++) {
            byte[] flipped = whole.clone();
            flipped[position] ^= 0x10;
            assertThat(JournalFile.parse(ByteBuffer.wrap(flipped)).size()).isLessThan(entries);
        }
    }

    @Test
    void appendsBehindTheLastCompleteRecord() throws Exception {
        byte[] whole = written();
        Path path = CloneFolder.in(folder).journal();
        Files.write(path, Arrays.copyOf(whole, whole.length - 1));
        try (JournalFile file = JournalFile.open(path)) {
            List<Integer> types = new ArrayList<>();
            file.read(entry -> types.add(entry.type()));
            assertThat(types).hasSize(7);
            new Journal(file).flushed(List.of(new Claim(3, 1, false)), false);
        }

        assertThat(image(Files.readAllBytes(path)).claims()).containsExactly(FIRST, new Claim(3, 1, false));
    }

    /** A flush every half second and sixteen connections for a day result in a small image. */
    @Test
    void aDayOfFlushesIsReadInASmallHeap() throws Exception {
        Path path = folder.resolve("day");
        int flushes = 2 * 86_400;
        try (JournalFile file = JournalFile.create(path)) {
            new Journal(file).begin(HEAD);
            ByteArrayOutputStream state = new ByteArrayOutputStream();
            ByteBuf encoded = Unpooled.buffer();
            start(SnapshotState.FILE_COPY).encode(encoded);
            new DataOutputStream(state).writeShort(encoded.readableBytes());
            encoded.readBytes(state, encoded.readableBytes());
            file.append(RecordType.STATE, state.toByteArray());
            for (int flush = 0; flush < flushes; flush++) {
                ByteBuffer claims = ByteBuffer.allocate(4 + 16 * 9).putInt(16);
                for (int connection = 0; connection < 16; connection++) {
                    boolean whole = flush % 8 == 7;
                    claims.putInt(1 + flush / 8 * 16 + connection).putInt(whole ? 0 : flush % 8 + 1);
                    claims.put((byte) (whole ? 1 : 0));
                }
                file.append(RecordType.CLAIMS, claims.array());
            }
        }
        assertThat(Files.size(path)).isGreaterThan(16L << 20);

        Process reader = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx16m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        SmallReader.class.getName(),
                        path.toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(reader.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(said).endsWith("claims: " + flushes / 8 * 16 + "\n");
    }

    /** Reads a journal in a separate process. */
    static final class SmallReader {

        private SmallReader() {}

        public static void main(String[] arguments) throws Exception {
            try (JournalFile file = JournalFile.open(Path.of(arguments[0]))) {
                System.out.println("claims: " + JournalImage.of(file).claims().count());
            }
        }
    }

    /** Such a journal would be read only in part, and its later records lost. */
    @Test
    void refusesAJournalThatIsTooLong() throws Exception {
        written();
        Path path = CloneFolder.in(folder).journal();
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.allocate(1), JournalFile.MAX_FILE_LENGTH);
        }
        try (JournalFile file = JournalFile.open(path)) {
            assertThatExceptionOfType(IOException.class)
                    .isThrownBy(() -> JournalImage.of(file))
                    .withMessage("it has 1073741825 bytes (expected: up to 1073741824)");
        }
        assertThat(path).hasSize(JournalFile.MAX_FILE_LENGTH + 1);
    }

    @Test
    void refusesAFileThatIsNotAJournal() {
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> image(new byte[100]))
                .withMessage("it has no beginning");
    }

    @Test
    void identifiesAServerByItsStart() {
        assertThat(DONOR.isSameAs(new DonorIdentity("3e11fa47", 1_699_000_002))).isTrue();
        assertThat(DONOR.isSameAs(new DonorIdentity("3e11fa47", 1_699_000_003))).isFalse();
        assertThat(DONOR.isSameAs(new DonorIdentity("another", 1_699_000_000))).isFalse();
    }
}
