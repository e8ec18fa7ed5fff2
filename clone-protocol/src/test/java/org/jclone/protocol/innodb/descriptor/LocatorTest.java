package org.jclone.protocol.innodb.descriptor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.jclone.protocol.GoldenBytes.assertDecodes;
import static org.jclone.protocol.GoldenBytes.assertEncodesAndDecodes;
import static org.jclone.protocol.GoldenBytes.assertMalformed;
import static org.jclone.protocol.GoldenBytes.assertRejectsEveryTruncation;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jclone.protocol.Hex;
import org.junit.jupiter.api.Test;

class LocatorTest {

    private static final byte[] VERSION = Hex.bytes("00000064 00000022 00000001 00*22");

    private static final byte[] OF_DONOR = Hex.bytes("""
            00000064 00000022 00000001             # version 100, length 34, type 1
            0000000000000003 0000000000000004      # clone 3, snapshot 4
            00000000 01 00                         # index 0, INIT, no metadata yet
            """);

    private static final byte[] RESTART = Hex.bytes("""
            00000064 00000036 00000001             # version 100, length 54, type 1
            0000000000000007 0000000000000008      # clone 7, snapshot 8
            00000000 02 01                         # index 0, FILE_COPY, all metadata
            00000001 0000000b 0000000b             # one incomplete chunk: 11, up to block 11
            00000001 000007ff                      # one word: chunks 1 to 11
            """);

    @Test
    void encodesAndDecodesTheVersionLocator() {
        assertEncodesAndDecodes(Locator.CODEC, Locator.forVersion(), VERSION);
    }

    @Test
    void ignoresThePaddingOfAServersVersionLocator() {
        assertDecodes(Locator.CODEC::decode, Arrays.copyOf(VERSION, 128), Locator.forVersion());
    }

    @Test
    void encodesAndDecodesTheDonorsLocator() {
        assertEncodesAndDecodes(
                Locator.CODEC, new Locator(100, 3, 4, 0, SnapshotState.INIT, false, Optional.empty()), OF_DONOR);
    }

    @Test
    void encodesAndDecodesARestartLocator() {
        RestartProgress progress = new RestartProgress(
                List.of(new IncompleteChunk(11, 11)), RestartProgress.bitmapWords(14, c -> c <= 11));

        assertEncodesAndDecodes(
                Locator.CODEC,
                new Locator(100, 7, 8, 0, SnapshotState.FILE_COPY, true, Optional.of(progress)),
                RESTART);
    }

    @Test
    void encodesAndDecodesEmptyProgress() {
        assertEncodesAndDecodes(
                Locator.CODEC,
                new Locator(
                        100,
                        1,
                        2,
                        0,
                        SnapshotState.PAGE_COPY,
                        false,
                        Optional.of(new RestartProgress(List.of(), List.of()))),
                Hex.bytes("00000064 0000002a 00000001 0000000000000001 0000000000000002 00000000 03 00 00*8"));
    }

    @Test
    void encodesAndDecodesTheHighestValues() {
        RestartProgress progress = new RestartProgress(
                List.of(new IncompleteChunk(0xffff_ffffL, 0x8000_0000L)), List.of(0xffff_ffffL, 0x8000_0000L, 0L));

        assertEncodesAndDecodes(
                Locator.CODEC,
                new Locator(
                        100,
                        Long.MAX_VALUE,
                        Long.MAX_VALUE,
                        0xffff_ffffL,
                        SnapshotState.DONE,
                        true,
                        Optional.of(progress)),
                Hex.bytes("""
                        00000064 0000003e 00000001 7fffffffffffffff 7fffffffffffffff ffffffff 05 01
                        00000001 ffffffff 80000000
                        00000003 ffffffff 80000000 00000000
                        """));
    }

    @Test
    void rejectsEveryTruncation() {
        assertRejectsEveryTruncation(Locator.CODEC::decode, OF_DONOR);
        assertRejectsEveryTruncation(Locator.CODEC::decode, RESTART);
    }

    @Test
    void rejectsALengthThatEndsInsideTheProgress() {
        for (int length = Locator.BASE_LENGTH + 1; length < RESTART.length; length++) {
            byte[] bytes = RESTART.clone();
            bytes[7] = (byte) length;
            String field = length < 50 ? "incompleteCount" : "wordCount";
            assertMalformed(Locator.CODEC::decode, bytes, field, length < 50 ? 34 : 46);
        }
    }

    @Test
    void rejectsALengthThatExceedsTheProgress() {
        byte[] bytes = Arrays.copyOf(RESTART, RESTART.length + 4);
        bytes[7] = (byte) bytes.length;
        assertMalformed(Locator.CODEC::decode, bytes, "wordCount", 46);
    }

    @Test
    void rejectsCountsBeforeAllocating() {
        byte[] chunks = RESTART.clone();
        Arrays.fill(chunks, 34, 38, (byte) 0xff);
        assertMalformed(Locator.CODEC::decode, chunks, "incompleteCount", 34);
        byte[] words = RESTART.clone();
        Arrays.fill(words, 46, 50, (byte) 0xff);
        assertMalformed(Locator.CODEC::decode, words, "wordCount", 46);
    }

    @Test
    void limitsIncompleteChunksAsADonorDoes() {
        byte[] most = withIncompleteChunks(RestartProgress.MAX_INCOMPLETE);
        RestartProgress progress = new RestartProgress(
                Collections.nCopies(RestartProgress.MAX_INCOMPLETE, new IncompleteChunk(0, 0)), List.of());
        assertDecodes(
                Locator.CODEC::decode,
                most,
                new Locator(100, 0, 0, 0, SnapshotState.NONE, false, Optional.of(progress)));

        byte[] tooMany = withIncompleteChunks(RestartProgress.MAX_INCOMPLETE + 1);
        assertMalformed(Locator.CODEC::decode, tooMany, "incompleteCount", 34);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new RestartProgress(
                        Collections.nCopies(RestartProgress.MAX_INCOMPLETE + 1, new IncompleteChunk(1, 1)), List.of()));
    }

    @Test
    void rejectsMoreWordsThanTheLimitEvenIfPresent() {
        int words = RestartProgress.MAX_BITMAP_WORDS + 1;
        byte[] bytes = Arrays.copyOf(Hex.bytes("00000064 00000000 00000001 00*22 00000000 00100001"), 42 + 4 * words);
        ByteBuffer.wrap(bytes).putInt(4, bytes.length);
        assertMalformed(Locator.CODEC::decode, bytes, "wordCount", 38);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new RestartProgress(List.of(), Collections.nCopies(words, 0L)));
    }

    @Test
    void rejectsUnknownStatesAndSubStates() {
        byte[] state = OF_DONOR.clone();
        state[32] = 6;
        assertMalformed(Locator.CODEC::decode, state, "state", 32);
        byte[] subState = OF_DONOR.clone();
        subState[33] = 2;
        assertMalformed(Locator.CODEC::decode, subState, "metadataTransferred", 33);
    }

    @Test
    void rejectsABaseLengthBelow34() {
        byte[] bytes = OF_DONOR.clone();
        bytes[7] = 33;
        assertMalformed(Locator.CODEC::decode, bytes, "length", 4);
    }

    @Test
    void mapsChunksToBitsFromTheLeastSignificant() {
        assertThat(RestartProgress.bitmapWords(0, chunk -> true)).isEmpty();
        assertThat(RestartProgress.bitmapWords(32, chunk -> true)).containsExactly(0xffff_ffffL);
        assertThat(RestartProgress.bitmapWords(33, chunk -> true)).containsExactly(0xffff_ffffL, 1L);
        assertThat(RestartProgress.bitmapWords(65, Set.of(1L, 32L, 34L)::contains))
                .containsExactly(0x8000_0001L, 2L, 0L);
    }

    @Test
    void findsChunksInItsBitmap() {
        RestartProgress progress =
                new RestartProgress(List.of(), RestartProgress.bitmapWords(65, Set.of(1L, 32L, 65L)::contains));

        assertThat(progress.isStarted(1)).isTrue();
        assertThat(progress.isStarted(2)).isFalse();
        assertThat(progress.isStarted(32)).isTrue();
        assertThat(progress.isStarted(33)).isFalse();
        assertThat(progress.isStarted(65)).isTrue();
        assertThat(progress.isStarted(97)).isFalse();
    }

    private static byte[] withIncompleteChunks(int count) {
        ByteBuffer bytes = ByteBuffer.allocate(42 + 8 * count);
        bytes.putInt(100).putInt(bytes.capacity()).putInt(1).putInt(34, count);
        return bytes.array();
    }
}
