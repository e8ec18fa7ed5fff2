package org.jclone.recipient.encryption;

import com.sun.jna.Native;
import com.sun.jna.Platform;

/**
 * Has the C library overwrite memory as it is given back. The TLS library decrypts in buffers of its own and gives them
 * back as they are, so that the last key that came over a connection would stay until somebody else happens to get that
 * memory.
 *
 * <p>It is a setting of the whole process, as {@code MALLOC_PERTURB_} in its environment is, and takes time with each
 * buffer; so it is on only while keys come. Does nothing where the C library is not glibc.
 */
final class FreedMemory {

    /** Of {@code mallopt}; 0 turns it off. */
    private static final int M_PERTURB = -6;

    private static final int PATTERN = 0xa5;

    private static int clones;

    private FreedMemory() {}

    /** From now on, until {@link #leaveAsItIs} was called as often. */
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

    private static void set(int value) {
        if (LibC.AVAILABLE) {
            LibC.mallopt(M_PERTURB, value);
        }
    }

    /** {@code malloc.h}. */
    private static final class LibC {

        /** Whoever chose a pattern for the whole process keeps it. */
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
