package org.jclone.donor.clone;

import java.util.List;
import org.jclone.donor.source.Block;
import org.jclone.protocol.innodb.page.ChunkGeometry;

/**
 * PAGE_COPY: each block is one page, and a chunk has up to 4096 blocks.
 *
 * <p>Source: docs/protocol/02-innodb-clone-stream.md section 5.
 */
final class PagePlan implements StatePlan {

    private static final int PAGES_PER_CHUNK = ChunkGeometry.PAGES_PER_CHUNK;

    private final List<Block> pages;

    PagePlan(List<Block> pages) {
        this.pages = pages;
    }

    @Override
    public long fileCount() {
        return pages.size();
    }

    @Override
    public long chunkCount() {
        return (pages.size() + PAGES_PER_CHUNK - 1L) / PAGES_PER_CHUNK;
    }

    @Override
    public long bytes() {
        return pages.stream().mapToLong(Block::length).sum();
    }

    @Override
    public int blockCount(long chunk) {
        return Math.min(PAGES_PER_CHUNK, pages.size() - first(chunk));
    }

    @Override
    public Block block(long chunk, int number) {
        return pages.get(first(chunk) + number - 1);
    }

    private static int first(long chunk) {
        return Math.toIntExact((chunk - 1) * PAGES_PER_CHUNK);
    }
}
