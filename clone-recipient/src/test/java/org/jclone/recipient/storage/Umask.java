package org.jclone.recipient.storage;

import com.sun.jna.Function;
import com.sun.jna.Platform;

/** Changes the file mode mask of this process for a test, which Java cannot do. */
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
