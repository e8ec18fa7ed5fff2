package org.jclone.recipient.encryption;

import com.sun.jna.Native;
import com.sun.jna.Platform;

/**
 * Makes the C library overwrite memory when it is freed. The TLS library decrypts into buffers of its own and frees
 * them without clearing them, so the last key received over a connection would stay there until that memory is reused.
 *
 * <p>This is a setting of the whole process, like {@code MALLOC_PERTURB_} in its environment, and adds a cost to each
 * buffer. It is therefore on only while keys are received. Does nothing if the C library is not glibc.
 */
final class FreedMemory {

    /** Parameter of {@code mallopt}; the value 0 turns it off. */
    private static final int M_PERTURB = -6;

    private static final int PATTERN = 0xa5;

    private static int clones;

    private FreedMemory() {}

    /** Overwrites freed memory until {@link #leaveAsItIs} has been called as often as this method. */
    static synchronized void overwrite() {
        clones++;
        set(PATTERN);
    }

    static synchronized void leaveAsItIs() {
        clones--;
        if (clones == 0) {
            set(0);
        }
    }

    /** Returns whether a clone demands it now. */
    static synchronized boolean isOverwritten() {
        return clones > 0;
    }

    private static void set(int value) {
        if (LibC.AVAILABLE) {
            LibC.mallopt(M_PERTURB, value);
        }
    }

    /** Functions of {@code malloc.h}. */
    private static final class LibC {

        /** Keeps a pattern that is already set for the whole process. */
        static final boolean AVAILABLE = System.getenv("MALLOC_PERTURB_") == null && register();

        private LibC() {}

        private static boolean register() {
            if (!Platform.isLinux()) {
                return false;
            }
            try {
                Native.register(LibC.class, Platform.C_LIBRARY_NAME);
                return true;
            } catch (LinkageError e) { // of the function, or of JNA itself, at this or an earlier attempt
                return false;
            }
        }

        static native int mallopt(int parameter, int value);
    }
}
