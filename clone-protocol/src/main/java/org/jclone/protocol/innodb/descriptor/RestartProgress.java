package org.jclone.protocol.innodb.descriptor;

import static org.jclone.protocol.wire.FieldWriter.requireU32;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongPredicate;
import org.jclone.protocol.wire.FieldReader;
import org.jclone.protocol.wire.MalformedPacketException;

/**
 * The chunks of the current state that a recipient has when it resumes: the tail of a restart {@link Locator}.
 *
 * <p>Byte order: big-endian. Offsets are relative to the start of the locator.
 *
 * <pre>
 * offset  size  type  field            meaning
 *     34     4  u32   incompleteCount  k, at most {@link #MAX_INCOMPLETE}
 *     38   8*k  u32*2 incomplete       chunk and block number, in ascending order of chunks
 * 38+8*k     4  u32   wordCount        w
 * 42+8*k   4*w  u32   bitmapWords      chunks that were started
 * </pre>
 *
 * <p>Chunk c is bit (c - 1) mod 32 of word (c - 1) / 32, where bit 0 is the least significant. A chunk is complete if
 * its bit is set and it has no incomplete entry. A donor rejects more words than it uses itself and accepts fewer. One
 * word for each 32 chunks is always correct.
 *
 * <p>Source: docs/protocol/02-innodb-clone-stream.md section 2.4.
 *
 * @param bitmapWords unsigned 32-bit words
 */
public record RestartProgress(List<IncompleteChunk> incomplete, List<Long> bitmapWords) {

    /** The maximum number of incomplete chunks that a donor accepts. */
    public static final int MAX_INCOMPLETE = 256;

    /** Our limit: enough for 33 million chunks, that is 2 PiB with pages of 16 KiB. */
    public static final int MAX_BITMAP_WORDS = 1 << 20;

    private static final int CHUNKS_PER_WORD = 32;

    public RestartProgress {
        incomplete = List.copyOf(incomplete);
        bitmapWords = List.copyOf(bitmapWords);
        requireAtMost("incomplete chunks", incomplete.size(), MAX_INCOMPLETE);
        requireAtMost("bitmap words", bitmapWords.size(), MAX_BITMAP_WORDS);
        for (long word : bitmapWords) {
            requireU32("bitmap word", word);
        }
    }

    /**
     * Builds the bitmap of the chunks 1 to {@code chunkCount}, with a bit set for each chunk that {@code isStarted}.
     */
    public static List<Long> bitmapWords(long chunkCount, LongPredicate isStarted) {
        List<Long> words = new ArrayList<>();
        for (long first = 1; first <= chunkCount; first += CHUNKS_PER_WORD) {
            long word = 0;
            for (int bit = 0; bit < CHUNKS_PER_WORD && first + bit <= chunkCount; bit++) {
                word |= isStarted.test(first + bit) ? 1L << bit : 0;
            }
            words.add(word);
        }
        return words;
    }

    /** Returns whether the bit of {@code chunk} (from 1) is set. */
    public boolean isStarted(long chunk) {
        long word = (chunk - 1) / CHUNKS_PER_WORD;
        return word < bitmapWords.size() && (bitmapWords.get((int) word) >> (chunk - 1) % CHUNKS_PER_WORD & 1) != 0;
    }

    /** Returns the encoded length in bytes. */
    int length() {
        return 2 * Integer.BYTES + 2 * Integer.BYTES * incomplete.size() + Integer.BYTES * bitmapWords.size();
    }

    void writeTo(ByteBuf out) {
        out.writeInt(incomplete.size());
        for (IncompleteChunk each : incomplete) {
            out.writeInt((int) each.chunk());
            out.writeInt((int) each.block());
        }
        out.writeInt(bitmapWords.size());
        for (long word : bitmapWords) {
            out.writeInt((int) word);
        }
    }

    /** Reads the {@code length} bytes that follow the fixed part of a locator. */
    static RestartProgress read(FieldReader fields, String message, long length) {
        int start = fields.offset();
        long incompleteCount = fields.u32("incompleteCount");
        if (incompleteCount > MAX_INCOMPLETE || 2 * Integer.BYTES + 2 * Integer.BYTES * incompleteCount > length) {
            throw new MalformedPacketException(
                    message,
                    "incompleteCount",
                    start,
                    incompleteCount + " (expected: <= " + MAX_INCOMPLETE + ", in " + length + " bytes)");
        }
        List<IncompleteChunk> incomplete = new ArrayList<>((int) incompleteCount);
        for (long i = 0; i < incompleteCount; i++) {
            incomplete.add(new IncompleteChunk(fields.u32("chunk"), fields.u32("block")));
        }
        int wordCountOffset = fields.offset();
        long wordCount = fields.u32("wordCount");
        long wordBytes = length - (fields.offset() - start);
        if (wordCount > MAX_BITMAP_WORDS || wordCount * Integer.BYTES != wordBytes) {
            throw new MalformedPacketException(
                    message,
                    "wordCount",
                    wordCountOffset,
                    wordCount + " (expected: <= " + MAX_BITMAP_WORDS + ", and " + wordBytes + " bytes of words)");
        }
        List<Long> words = new ArrayList<>((int) wordCount);
        for (long i = 0; i < wordCount; i++) {
            words.add(fields.u32("bitmapWords"));
        }
        return new RestartProgress(incomplete, words);
    }

    private static void requireAtMost(String what, int count, int max) {
        if (count > max) {
            throw new IllegalArgumentException(what + ": " + count + " (expected: <= " + max + ')');
        }
    }
}
