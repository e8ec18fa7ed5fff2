package org.jclone.recipient.storage;

import com.sun.jna.Function;
import com.sun.jna.Platform;

/** The file mode mask of this process, which Java cannot change, for the time of a test. */
final class Umask implements AutoCloseable {

    private static final Function UMASK = Function.getFunction(Platform.C_LIBRARY_NAME, "umask");

    private final int before;

    Umask(int mask) {
        before = set(mask);
    }

    private static int set(int mask) {
        return UMASK.invokeInt(new Object[] {mask});
    }

    @Override
    public void close() {
        set(before);
    }
}
