package org.jclone.recipient.apply;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jclone.protocol.innodb.descriptor.IncompleteChunk;
import org.jclone.protocol.innodb.descriptor.RestartProgress;

/**
 * Which chunks of the current state are written: what a recipient that comes back may claim, so that the donor does not
 * send it again. It may claim less than it has, never more: what is claimed is never sent again.
 *
 * <p>Blocks of one chunk come in order on one connection, so for a chunk that is not whole the number of its last block
 * is enough. A chunk is known to be whole only when the connection that brought it has begun another. Numbers of chunks
 * and blocks count from 1 and begin anew in each state; what is left over from the state before would make the donor
 * skip, or read what is not there.
 *
 * <p>Source: docs/protocol/02-innodb-clone-stream.md, sections 2.4 and 11.3. Thread-safe.
 */
public final class ChunkMap {

    /** Blocks of a chunk up to one, or all of them. */
    public record Claim(long chunk, long block, boolean whole) {}

    /** Chunks beyond this are not claimed: a locator that named them all would be too long. */
    public static final long MAX_CHUNKS = 32L * RestartProgress.MAX_BITMAP_WORDS;

    private final BitSet whole = new BitSet();
    private final Map<Long, Long> incomplete = new TreeMap<>();
    private final Set<Long> changed = new TreeSet<>();
    private long chunkCount;
    private long advances;

    /** A state with {@code count} chunks begins, none of which is here. */
    public synchronized void begin(long count) {
        advances++;
        chunkCount = Math.min(count, MAX_CHUNKS);
        whole.clear();
        incomplete.clear();
        changed.clear();
    }

    /** What has been written since the last call, in the current state. */
    public synchronized List<Claim> drainChanges() {
        List<Claim> claims = new ArrayList<>(changed.size());
        for (long chunk : changed) {
            claims.add(new Claim(chunk, incomplete.getOrDefault(chunk, 0L), whole.get((int) chunk)));
        }
        changed.clear();
        return claims;
    }

    /** Takes up what another process has written. */
    public synchronized void restore(Claim claim) {
        if (claim.whole()) {
            wholeWritten(claim.chunk());
        } else {
            written(claim.chunk(), claim.block());
        }
        changed.clear();
    }

    /** The blocks of {@code chunk} up to {@code block} are written. */
    synchronized void written(long chunk, long block) {
        if (isClaimable(chunk) && block > incomplete.getOrDefault(chunk, 0L)) {
            advances++;
            incomplete.put(chunk, block);
            changed.add(chunk);
        }
    }

    /** All blocks of {@code chunk} are written. */
    synchronized void wholeWritten(long chunk) {
        if (isClaimable(chunk)) {
            advances++;
            whole.set((int) chunk);
            incomplete.remove(chunk);
            changed.add(chunk);
        }
    }

    private boolean isClaimable(long chunk) {
        return chunk >= 1 && chunk <= chunkCount && !whole.get((int) chunk);
    }

    /** What to claim. Of more incomplete chunks than a locator may hold those with the fewest blocks are given up. */
    public synchronized RestartProgress progress() {
        List<IncompleteChunk> claimed = new ArrayList<>(incomplete.size());
        incomplete.forEach((chunk, block) -> claimed.add(new IncompleteChunk(chunk, block)));
        if (claimed.size() > RestartProgress.MAX_INCOMPLETE) {
            claimed.sort(Comparator.comparingLong(IncompleteChunk::block).reversed());
            claimed.subList(RestartProgress.MAX_INCOMPLETE, claimed.size()).clear();
            claimed.sort(Comparator.comparingLong(IncompleteChunk::chunk));
        }
        BitSet started = (BitSet) whole.clone();
        claimed.forEach(each -> started.set((int) each.chunk()));
        return new RestartProgress(claimed, RestartProgress.bitmapWords(chunkCount, chunk -> started.get((int) chunk)));
    }

    /** Grows with each block and each state; what does not grow it has to be sent again. */
    public synchronized long advances() {
        return advances;
    }
}
