package org.jclone.recipient.encryption;

import java.lang.ref.WeakReference;

/**
 * Overwrites what a collection of the young generation leaves behind. A cipher needs its key on the heap. If objects are
 * collected at that moment, the key is moved: its owner wipes the new place, and the old one keeps the key until the
 * memory is allocated again. Works with the collectors that fill one eden from its beginning, Serial and Parallel, if that
 * eden is not larger than {@link #MOST_BYTES}. Elsewhere it makes that much garbage, and may overwrite nothing of use.
 */
final class MovedObjects {

    /** Small, so that no gap remains at the end of eden. */
    private static final int OBJECT = 64;

    /** The header of an array. */
    private static final int HEADER = 16;

    /**
     * Many times the eden of the program itself. The eden of another program may have gigabytes that it never touched,
     * and the concurrent collectors never clear a reference that is read all the time.
     */
    private static final long MOST_BYTES = 256L << 20;

    /** A field, so that no compiler removes the allocation. */
    @SuppressWarnings("unused")
    private static volatile byte[] last = {};

    private MovedObjects() {}

    /** Fills eden with zeros until it is collected. Gives up after {@link #MOST_BYTES}. */
    static void overwrite() {
        WeakReference<byte[]> canary = new WeakReference<>(new byte[OBJECT]);
        for (long rest = MOST_BYTES; rest > 0 && canary.get() != null; rest -= OBJECT + HEADER) {
            last = new byte[OBJECT];
        }
        last = new byte[0];
    }
}
