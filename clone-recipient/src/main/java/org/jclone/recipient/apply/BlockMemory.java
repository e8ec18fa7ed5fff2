package org.jclone.recipient.apply;

import java.nio.ByteBuffer;
import org.jclone.recipient.storage.DirectIo;

/**
 * Memory for the blocks of all connections of a clone. It comes in slabs that begin where a huge page may begin. If the
 * kernel backs them with huge pages, a direct write pins one page instead of 256. The first part is not in a slab: a clone
 * over one connection is small, or slow, and a slab would be several times as large as what it needs.
 *
 * <p>A slab is freed when none of its parts is in use and the garbage is collected. Thread-safe.
 */
final class BlockMemory {

    private static final int HUGE_PAGE = 2 << 20;
    private static final int SLAB_BYTES = 2 * HUGE_PAGE;

    private ByteBuffer slab = ByteBuffer.allocate(0);
    private boolean isFirst = true;

    /** Returns {@code bytes} of memory outside the heap, aligned for direct I/O if {@code bytes} is. */
    synchronized ByteBuffer take(int bytes) {
        if (isFirst) {
            isFirst = false;
            return DirectIo.allocate(bytes);
        }
        if (slab.remaining() < bytes) {
            slab = DirectIo.allocate(Math.max(SLAB_BYTES, bytes), HUGE_PAGE);
        }
        ByteBuffer part = slab.slice(slab.position(), bytes);
        slab.position(slab.position() + bytes);
        return part;
    }
}
