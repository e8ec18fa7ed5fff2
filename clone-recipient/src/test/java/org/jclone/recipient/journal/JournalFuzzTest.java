package org.jclone.recipient.journal;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jclone.protocol.innodb.descriptor.SnapshotState;
import org.jclone.protocol.innodb.descriptor.StateDescriptor;
import org.jclone.protocol.wire.Bytes;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.apply.ChunkMap.Claim;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A journal of any bytes is read or refused with words. The bytes are taken as a file, which checksums keep shallow,
 * and as records whose checksums are right: type, length of two bytes, payload.
 */
class JournalFuzzTest {

    static Stream<Arguments> seeds() throws IOException, CloneException {
        Path folder = Files.createTempDirectory("journal");
        Path path = folder.resolve("journal");
        try (Journal journal = new Journal(JournalFile.create(path))) {
            Bytes locator = Bytes.of(new byte[32]);
            journal.begin(
                    new JournalHead("db:3306", Instant.EPOCH, 0x0104, locator, Map.of("a", "b"), Map.of(), Map.of()));
            journal.donor(new DonorIdentity("uuid", 7));
            journal.state(new StateDescriptor(100, SnapshotState.FILE_COPY, 0, 4, 2, 0, 0, 0));
            journal.size(0, 99);
            journal.metadataComplete();
            journal.flushed(List.of(new Claim(1, 2, true)), true);
            journal.finishing();
            journal.resume();
        }
        byte[] file = Files.readAllBytes(path);
        Files.delete(path);
        Files.delete(folder);
        return Stream.of(file, asRecords(file)).map(Arguments::of);
    }

    private static byte[] asRecords(byte[] file) {
        ByteBuffer records = ByteBuffer.allocate(file.length);
        for (JournalFile.Entry entry : JournalFile.parse(ByteBuffer.wrap(file))) {
            records.put((byte) entry.type()).putShort((short) entry.payload().remaining());
            records.put(entry.payload());
        }
        byte[] bytes = new byte[records.position()];
        records.flip().get(bytes);
        return bytes;
    }

    @MethodSource("seeds")
    @FuzzTest
    void journal(byte[] bytes) {
        ByteBuffer file = ByteBuffer.wrap(bytes);
        List<JournalFile.Entry> entries = JournalFile.parse(file);
        assertThat(file.position()).isBetween(0, bytes.length);
        read(entries);
        read(records(ByteBuffer.wrap(bytes)));
    }

    private static List<JournalFile.Entry> records(ByteBuffer bytes) {
        List<JournalFile.Entry> entries = new ArrayList<>();
        while (bytes.remaining() > Byte.BYTES + Short.BYTES) {
            int type = Byte.toUnsignedInt(bytes.get());
            int length = Math.min(bytes.getShort() & 0xffff, bytes.remaining());
            entries.add(new JournalFile.Entry(type, bytes.slice(bytes.position(), length)));
            bytes.position(bytes.position() + length);
        }
        return entries;
    }

    private static void read(List<JournalFile.Entry> entries) {
        try {
            JournalImage image = JournalImage.of(entries);
            assertThat(image.head()).isNotNull();
            assertThat(image.state()).isNotNull();
            assertThat(image.claims()).hasSizeLessThan(1 << 20);
            image.files().forEach(file -> {
                assertThat(image.firstDescriptor(file)).isNotNull();
                assertThat(image.size(file)).isNotNegative();
            });
        } catch (IOException e) {
            assertThat(e.getMessage()).isNotBlank();
        }
    }
}
