package org.jclone.protocol.recording;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.jclone.protocol.Hex;
import org.jclone.protocol.wire.Bytes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TeeRecordingTest {

    @Test
    void readsTheDocumentedFormat() throws IOException {
        byte[] content = Hex.bytes("""
                434c4f4e45544545310a                                    # CLONETEE1
                e803000000000000 0100 6f 00 00000000                    # 1 ms, c1, o
                d007000000000000 0201 3c 00 03000000 aabbcc             # 2 ms, c258, <
                """);

        assertThat(records(gzip(content)))
                .containsExactly(
                        new TeeRecord(1000, 1, TeeRecord.Kind.OPENED, Bytes.EMPTY),
                        new TeeRecord(2000, 258, TeeRecord.Kind.FROM_DONOR, Bytes.of(Hex.bytes("aabbcc"))));
    }

    @Test
    void readsEveryKind() throws IOException {
        TeeWriter writer = new TeeWriter();
        for (TeeRecord.Kind kind : TeeRecord.Kind.values()) {
            writer.event(1, kind.wireCode(), "");
        }

        assertThat(records(writer.toBytes())).extracting(TeeRecord::kind).containsExactly(TeeRecord.Kind.values());
    }

    @Test
    void aRecordingMayBeEmpty() throws IOException {
        assertThat(records(new TeeWriter().toBytes())).isEmpty();
    }

    @Test
    void rejectsOtherFiles() throws IOException {
        assertRefused("plain text".getBytes(StandardCharsets.US_ASCII), "not a recording: not a gzip file");
        assertRefused(new byte[0], "not a recording: not a gzip file");
        assertRefused(gzip(new byte[0]), "not a recording: does not begin with CLONETEE1");
        assertRefused(gzip(Hex.bytes("434c4f4e45544545320a")), "not a recording: does not begin with CLONETEE1");
    }

    @Test
    void rejectsATruncatedRecord() throws IOException {
        byte[] content = Hex.bytes("434c4f4e45544545310a 00*8 0100 3c 00 03000000 aabbcc");
        for (int length = 11; length < content.length; length++) {
            assertRefused(
                    gzip(Arrays.copyOf(content, length)),
                    length < 26
                            ? "record at offset 10: ends inside the header of a record"
                            : "record at offset 10: ends after " + (length - 26) + " of the 3 bytes of a record");
        }
    }

    @Test
    void rejectsATruncatedOrDamagedGzipStream() throws IOException {
        byte[] data = new byte[100_000];
        new Random(1).nextBytes(data);
        byte[] whole = new TeeWriter().record(1, '<', data).toBytes();
        assertRefused(Arrays.copyOf(whole, 50_000), "gzip data damaged after offset 26");
        whole[whole.length - 8] ^= 1;
        assertThatExceptionOfType(MalformedRecordingException.class).isThrownBy(() -> records(whole));
    }

    @Test
    void rejectsFieldsOutOfRange() throws IOException {
        byte[] none = new byte[0];
        assertRefused(new TeeWriter().raw(-1, 1, '<', 0, 0, none).toBytes(), "time: 18446744073709551615");
        assertRefused(new TeeWriter().raw(0, 0, '<', 0, 0, none).toBytes(), "connection and padding: 0, 0");
        assertRefused(new TeeWriter().raw(0, 1, '<', 7, 0, none).toBytes(), "connection and padding: 1, 7");
        assertRefused(new TeeWriter().raw(0, 1, 'x', 0, 0, none).toBytes(), "kind: 120");
        assertRefused(
                new TeeWriter()
                        .raw(0, 1, '<', 0, TeeRecording.MAX_DATA_LENGTH + 1, none)
                        .toBytes(),
                "length: 16777217 (expected: <= 16777216)");
        assertRefused(new TeeWriter().raw(0, 1, '<', 0, 0xffff_ffffL, none).toBytes(), "length: 4294967295");
    }

    @Test
    void reportsAMissingFileSeparately(@TempDir Path directory) {
        assertThatExceptionOfType(NoSuchFileException.class)
                .isThrownBy(() -> TeeRecording.open(directory.resolve("none.tee.gz")));
    }

    private static void assertRefused(byte[] compressed, String message) {
        assertThatExceptionOfType(MalformedRecordingException.class)
                .isThrownBy(() -> records(compressed))
                .withMessageContaining(message);
    }

    private static List<TeeRecord> records(byte[] compressed) throws IOException {
        List<TeeRecord> records = new ArrayList<>();
        try (TeeRecording recording = TeeRecording.open(new ByteArrayInputStream(compressed))) {
            for (Optional<TeeRecord> next = recording.next(); next.isPresent(); next = recording.next()) {
                records.add(next.get());
            }
        }
        return records;
    }

    private static byte[] gzip(byte[] content) throws IOException {
        ByteArrayOutputStream compressed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(compressed)) {
            gzip.write(content);
        }
        return compressed.toByteArray();
    }
}
