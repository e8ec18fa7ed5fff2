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
 * Which chunks of the current state are written: what must be complete before the clone leaves the state, and what a
 * recipient that comes back may claim, so that the donor does not send it again. It may claim less than it has, never
 * more: what is claimed is never sent again.
 *
 * <p>Blocks of one chunk come in order on one connection, so for a chunk that is not whole the number of its last block
 * is enough. In PAGE COPY a donor leaves out the pages of a file that was dropped; of such a chunk nothing behind the
 * gap is claimed. Numbers of chunks and blocks count from 1 and begin anew in each state; what is left over from the
 * state before would make the donor skip, or read what is not there.
 *
 * <p>Source: docs/protocol/02-innodb-clone-stream.md, sections 2.4, 4.5, 5 and 11.3. Thread-safe.
 */
public final class ChunkMap {

    /** Blocks of a chunk up to one, or all of them. */
    public record Claim(long chunk, long block, boolean whole) {}

    /**
     * Blocks of a chunk that followed each other.
     *
     * @param blocks that the chunk has
     */
    record Run(long chunk, long first, long last, int blocks) {}

    /** Chunks beyond this are not claimed: a locator that named them all would be too long. */
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

    /** A state begins, nothing of which is here. */
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
     * Checks that a block is the next of its chunk, and where it belongs.
     *
     * @param before the block of the same state that came before it on its connection, or null
     * @return how many blocks the chunk has
     * @throws MalformedPacketException if it is another block, or one before it was left out
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
     * Says what of the state was announced and never came, if anything. To be asked when the donor has said that it
     * has sent all of it, and what DDL has dropped.
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
                return Optional.of("chunk " + next + ", which is no file's");
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
     * The first of {@code count} chunks that is not whole. Of those that nobody can claim nothing is known. Another
     * version of this program may have left a claim of all blocks of a chunk that does not say that these are all.
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

    /** The blocks of {@code run} are written. */
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
