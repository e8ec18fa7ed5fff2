package org.jclone.recipient.apply;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.LongUnaryOperator;
import org.jclone.protocol.innodb.descriptor.DataDescriptor;
import org.jclone.protocol.innodb.descriptor.IncompleteChunk;
import org.jclone.protocol.innodb.descriptor.RestartProgress;
import org.jclone.protocol.innodb.descriptor.SnapshotState;
import org.jclone.protocol.innodb.descriptor.StateDescriptor;
import org.jclone.protocol.wire.MalformedPacketException;

/**
 * Tracks which chunks of the current state are written. All must be complete before the clone leaves the state. A recipient that reconnects claims the written chunks, and the donor never sends claimed chunks again. It may therefore claim less than it has, but never more.
 *
 * <p>Blocks of a chunk arrive in order on one connection, so the number of the last block describes an incomplete chunk. In PAGE COPY a donor omits the pages of dropped files; blocks after such a gap are not claimed. Chunks and blocks are numbered from 1 in each state. Claims left from the previous state would make the donor skip data, or read data that does not exist.
 *
 * <p>Source: docs/protocol/02-innodb-clone-stream.md, sections 2.4, 4.5, 5 and 11.3. Thread-safe.
 */
public final class ChunkMap {

    /** Completed blocks of a chunk, up to and including {@code block}. */
    public record Claim(long chunk, long block, boolean whole) {}

    /**
     * Consecutive blocks of a chunk.
     *
     * @param blocks number of blocks in the chunk
     */
    record Run(long chunk, long first, long last, int blocks) {}

    /** Largest number of incomplete chunks to claim; more would make the locator too long. */
    public static final long MAX_CHUNKS = 32L * RestartProgress.MAX_BITMAP_WORDS;

    private final int pageSize;
    private final BitSet whole = new BitSet();
    private final Map<Long, Long> incomplete = new TreeMap<>();
    private final Set<Long> changed = new TreeSet<>();
    private Optional<BlockOrder> order = Optional.empty();
    private long chunkCount;
    private long advances;
    private DataDescriptor endOfLog;

    /** @param pageSize the donor's {@code innodb_page_size} */
    public ChunkMap(int pageSize) {
        this.pageSize = pageSize;
    }

    /** Starts a state. Nothing of it has been written yet. */
    public synchronized void begin(StateDescriptor start) {
        advances++;
        order = Optional.of(new BlockOrder(start, pageSize));
        chunkCount = Math.min(start.chunkCount(), MAX_CHUNKS);
        whole.clear();
        incomplete.clear();
        changed.clear();
        endOfLog = null;
    }

    /**
     * Checks that a block is the next one of its chunk and has the right position.
     *
     * @param before the previous block of the same state on the same connection, or null
     * @return the number of blocks in the chunk
     * @throws MalformedPacketException if it is another block, or a block before it is missing
     */
    synchronized int expect(DataDescriptor block, TargetFile file, DataDescriptor before) {
        if (order.isEmpty()) {
            return Integer.MAX_VALUE; // before the first state; FileTable takes no block then
        }
        int blocks = order.get().blocksOfChunk(block, file);
        boolean continues = before != null && before.chunk() == block.chunk();
        long next = 1 + (continues ? before.block() : incomplete.getOrDefault(block.chunk(), 0L));
        boolean follows = continues ? block.block() == next : block.block() <= next;
        boolean sameFile = continues && before.fileIndex() == block.fileIndex();
        boolean mayBeBehindDroppedPages = block.state() == SnapshotState.PAGE_COPY && block.block() > next && !sameFile;
        boolean leavesOut = continues
                && block.state() == SnapshotState.REDO_COPY
                && block.fileOffset() != before.fileOffset() + before.dataLength();
        if (leavesOut || !follows && !mayBeBehindDroppedPages) {
            throw BlockOrder.malformed(
                    "block", 24, block.block(), next + " of chunk " + block.chunk() + " of " + file.displayName());
        }
        if (block.state() == SnapshotState.REDO_COPY
                && block.chunk() == order.get().start().chunkCount()) {
            endOfLog = block;
        }
        return blocks;
    }

    /**
     * Returns the first announced part of the state that has not arrived, if any. Call this when the donor has reported the end of the state and the files dropped by DDL.
     */
    public synchronized Optional<String> missing(FileTable files) {
        if (order.isEmpty()) {
            return Optional.empty();
        }
        return switch (order.get().start().state()) {
            case FILE_COPY -> missingOfFiles(order.get(), files);
            case PAGE_COPY -> files.hasDropped() ? Optional.empty() : missingChunk(1, chunkCount, order.get()::pagesOf);
            case REDO_COPY -> missingOfRedo(order.get());
            case NONE, INIT, DONE -> Optional.empty();
        };
    }

    private Optional<String> missingOfFiles(BlockOrder blocks, FileTable files) {
        long announced = blocks.start().fileCount();
        if (files.dataFileCount() < announced) {
            return Optional.of("files from " + files.dataFileCount() + " on, of " + announced);
        }
        long next = 1;
        for (long index = 0; index < announced; index++) {
            TargetFile file = files.dataFile(index);
            long chunks = blocks.chunksOf(file.announced());
            if (chunks > 0 && file.announced().firstChunk() != next) {
                return Optional.of("chunk " + next + ", which belongs to no file");
            }
            Optional<Long> chunk = file.isDropped()
                    ? Optional.empty()
                    : notWhole(next, chunks, number -> blocks.blocksOf(file.announced(), number));
            if (chunk.isPresent()) {
                long block = incomplete.getOrDefault(chunk.get(), 0L) + 1;
                return Optional.of(file.displayName() + " from offset "
                        + blocks.offset(file.announced(), chunk.get(), block) + " on (block " + block + " of chunk "
                        + chunk.get() + ')');
            }
            next += chunks;
        }
        return Optional.empty();
    }

    private Optional<String> missingOfRedo(BlockOrder blocks) {
        boolean empty = !whole.get(1) && !incomplete.containsKey(1L) && blocks.mayBeEmpty(1, endOfLog);
        return empty
                ? missingChunk(2, chunkCount - 1, blocks::blocksOfRedo)
                : missingChunk(1, chunkCount, blocks::blocksOfRedo);
    }

    private Optional<String> missingChunk(long first, long count, LongUnaryOperator blocksOf) {
        return notWhole(first, count, blocksOf)
                .map(chunk -> "block " + (incomplete.getOrDefault(chunk, 0L) + 1) + " of chunk " + chunk);
    }

    /**
     * Returns the first of {@code count} chunks that is not complete. Chunks that cannot be claimed are not tracked. Another version of this program may have recorded all blocks of a chunk without marking the chunk as complete.
     */
    private Optional<Long> notWhole(long first, long count, LongUnaryOperator blocksOf) {
        long end = Math.min(first + count - 1, chunkCount);
        long found = first;
        while (found <= end) {
            found = whole.nextClearBit((int) found);
            if (found <= end && incomplete.getOrDefault(found, 0L) != blocksOf.applyAsLong(found)) {
                return Optional.of(found);
            }
            found++;
        }
        return Optional.empty();
    }

    /** Returns what was written in the current state since the last call. */
    public synchronized List<Claim> drainChanges() {
        List<Claim> claims = new ArrayList<>(changed.size());
        for (long chunk : changed) {
            claims.add(new Claim(chunk, incomplete.getOrDefault(chunk, 0L), whole.get((int) chunk)));
        }
        changed.clear();
        return claims;
    }

    /** Restores what an earlier process wrote. */
    public synchronized void restore(Claim claim) {
        if (!isClaimable(claim.chunk())) {
            return;
        }
        if (claim.whole()) {
            whole.set((int) claim.chunk());
            incomplete.remove(claim.chunk());
        } else {
            incomplete.put(claim.chunk(), claim.block());
        }
        advances++;
    }

    /** Records the blocks of {@code run} as written. */
    synchronized void written(Run run) {
        long known = incomplete.getOrDefault(run.chunk(), 0L);
        if (!isClaimable(run.chunk()) || run.first() > known + 1 || run.last() <= known) {
            return;
        }
        advances++;
        if (run.last() == run.blocks()) {
            whole.set((int) run.chunk());
            incomplete.remove(run.chunk());
        } else {
            incomplete.put(run.chunk(), run.last());
        }
        changed.add(run.chunk());
    }

    private boolean isClaimable(long chunk) {
        return chunk >= 1 && chunk <= chunkCount && !whole.get((int) chunk);
    }

    /** Returns the claims. If there are more incomplete chunks than a locator can hold, omits those with the fewest blocks. */
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

    /** Returns a counter that grows with each recorded block and each state. */
    public synchronized long advances() {
        return advances;
    }
}
