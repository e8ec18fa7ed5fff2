package org.jclone.donor.clone;

import java.util.Arrays;
import java.util.List;
import org.jclone.donor.source.Block;
import org.jclone.donor.source.SourceFile;
import org.jclone.protocol.innodb.page.ChunkGeometry;

/**
 * FILE_COPY: the chunks of the files, file by file. An empty file has no chunk.
 *
 * <p>Source: docs/protocol/02-innodb-clone-stream.md sections 4.1 and 5.
 */
final class FilePlan implements StatePlan {

    private final List<SourceFile> files;
    private final ChunkGeometry geometry;

    /** First chunk of each file, followed by the number of chunks plus one. */
    private final long[] firstChunks;

    FilePlan(List<SourceFile> files, int pageSize) {
        this.files = files;
        geometry = new ChunkGeometry(pageSize);
        firstChunks = new long[files.size() + 1];
        firstChunks[0] = 1;
        for (int i = 0; i < files.size(); i++) {
            firstChunks[i + 1] =
                    firstChunks[i] + geometry.chunkCount(files.get(i).size());
        }
    }

    long firstChunk(int fileIndex) {
        return firstChunks[fileIndex];
    }

    long lastChunk(int fileIndex) {
        return firstChunks[fileIndex + 1] - 1;
    }

    @Override
    public long fileCount() {
        return files.size();
    }

    @Override
    public long chunkCount() {
        return firstChunks[files.size()] - 1;
    }

    @Override
    public long bytes() {
        return files.stream().mapToLong(SourceFile::size).sum();
    }

    @Override
    public int blockCount(long chunk) {
        int fileIndex = fileOf(chunk);
        return geometry.blockCount(
                chunk - firstChunks[fileIndex], files.get(fileIndex).size());
    }

    @Override
    public Block block(long chunk, int number) {
        int fileIndex = fileOf(chunk);
        long fileSize = files.get(fileIndex).size();
        long offset = geometry.blockOffset(chunk - firstChunks[fileIndex], number);
        return new Block(fileIndex, offset, (int) Math.min(geometry.blockBytes(), fileSize - offset), fileSize);
    }

    private int fileOf(long chunk) {
        if (chunk < 1 || chunk > chunkCount()) {
            throw new IndexOutOfBoundsException("chunk " + chunk + " of " + chunkCount());
        }
        int found = Arrays.binarySearch(firstChunks, chunk);
        int index = found >= 0 ? found : -found - 2;
        // Several files may begin with the same chunk. All but the last of them are empty.
        while (firstChunks[index + 1] == chunk) {
            index++;
        }
        return index;
    }
}
