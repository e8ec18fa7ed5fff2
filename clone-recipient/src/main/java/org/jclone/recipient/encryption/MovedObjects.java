package org.jclone.recipient.encryption;

import java.lang.ref.WeakReference;

/**
 * Overwrites what a collection of the young generation leaves behind. A cipher needs its key on the heap. If objects are
 * collected at that moment, the key is moved: its owner wipes the new place, and the old one keeps the key until the
 * memory is allocated again. Works with the collectors that fill one eden from its beginning, Serial and Parallel.
 */
final class MovedObjects {

    /** Small, so that no gap remains at the end of eden. */
    private static final int OBJECT = 64;

    /** A field, so that no compiler removes the allocation. */
    @SuppressWarnings("unused")
    private static volatile byte[] last = {};

    private MovedObjects() {}

    /** Fills eden with zeros until it is collected. Gives up after the size of the heap. */
    static void overwrite() {
        WeakReference<byte[]> canary = new WeakReference<>(new byte[OBJECT]);
        for (long rest = Runtime.getRuntime().totalMemory(); rest > 0 && canary.get() != null; rest -= OBJECT) {
            last = new byte[OBJECT];
        }
        last = new byte[0];
    }
}
