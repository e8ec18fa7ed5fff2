package org.jclone.tests.files;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import org.jclone.protocol.innodb.descriptor.FileDescriptor;
import org.jclone.protocol.innodb.descriptor.SnapshotState;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.apply.ChunkMap.Claim;
import org.jclone.recipient.apply.FileLog;
import org.jclone.recipient.journal.JournalFile;
import org.jclone.recipient.journal.JournalImage;
import org.jclone.recipient.storage.CloneFolder;

/**
 * Simulates what a power loss or a failed flush destroys of a clone in FILE COPY: everything that its journal does not
 * record.
 */
public final class LostWrites {

    private static final int PAGE_SIZE = 16 << 10;
    private static final int BLOCK = 64 * PAGE_SIZE;
    private static final long CHUNK = 4096L * PAGE_SIZE;

    private LostWrites() {}

    /** Spoils the clone, and returns how many blocks remain and how many are spoiled. */
    public static int[] spoil(Path target) throws CloneException, IOException {
        JournalImage image;
        try (JournalFile journal = JournalFile.open(CloneFolder.in(target).journal())) {
            image = JournalImage.of(journal);
        }
        if (image.state() != SnapshotState.FILE_COPY) {
            throw new AssertionError("the clone is in " + image.state());
        }
        int[] counts = new int[2];
        for (FileLog.Entry entry : image.files()) {
            FileDescriptor file = entry.descriptor();
            Path path = target.resolve(file.name());
            if (!entry.redo() && Files.exists(path)) {
                spoil(path, file.firstChunk(), image.claims().toList(), counts);
            }
        }
        return counts;
    }

    private static void spoil(Path path, long firstChunk, List<Claim> claims, int[] counts) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
            for (long offset = 0; offset < channel.size(); offset += BLOCK) {
                long chunk = firstChunk + offset / CHUNK;
                long block = offset % CHUNK / BLOCK + 1;
                boolean claimed = claims.stream()
                        .anyMatch(claim -> claim.chunk() == chunk && (claim.whole() || claim.block() >= block));
                counts[claimed ? 0 : 1]++;
                if (!claimed) {
                    byte[] spoiled = new byte[(int) Math.min(BLOCK, channel.size() - offset)];
                    Arrays.fill(spoiled, (byte) 0xa5);
                    channel.write(ByteBuffer.wrap(spoiled), offset);
                }
            }
        }
    }
}
