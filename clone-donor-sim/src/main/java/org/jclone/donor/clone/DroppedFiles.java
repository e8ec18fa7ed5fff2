package org.jclone.donor.clone;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jclone.donor.source.Block;
import org.jclone.donor.source.DdlEvent;
import org.jclone.protocol.innodb.descriptor.SnapshotState;

/** Counts the blocks of files that are dropped while they are sent. Each clone has its own instance. Thread-safe. */
final class DroppedFiles implements DdlEvent.Handler<Void> {

    private record Key(SnapshotState during, int fileIndex) {}

    private final Map<Key, Long> blocksLeft = new HashMap<>();

    DroppedFiles(List<DdlEvent> events) {
        events.forEach(event -> event.accept(this));
    }

    /** Returns whether the file of {@code block} is already dropped. Call it once for each block. */
    synchronized boolean isGone(SnapshotState state, Block block) {
        Key key = new Key(state, block.fileIndex());
        Long left = blocksLeft.get(key);
        if (left == null) {
            return false;
        }
        blocksLeft.put(key, Math.max(0, left - 1));
        return left == 0;
    }

    @Override
    public Void onDrop(DdlEvent.Drop event) {
        event.afterBlocks().ifPresent(count -> blocksLeft.put(new Key(event.during(), event.fileIndex()), count));
        return null;
    }

    @Override
    public Void onCreate(DdlEvent.Create event) {
        return null;
    }

    @Override
    public Void onRename(DdlEvent.Rename event) {
        return null;
    }

    @Override
    public Void onAlter(DdlEvent.Alter event) {
        return null;
    }
}
