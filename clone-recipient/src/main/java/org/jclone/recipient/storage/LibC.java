package org.jclone.recipient.storage;

import com.sun.jna.LastErrorException;
import com.sun.jna.Native;
import com.sun.jna.Platform;

/**
 * Functions of the C library that Java does not offer, as 64-bit Linux declares them. The native library is loaded on
 * first use.
 */
final class LibC {

    static final boolean AVAILABLE = register();

    private LibC() {}

    private static boolean register() {
        if (!Platform.isLinux() || !Platform.is64Bit()) {
            return false;
        }
        try {
            Native.register(LibC.class, Platform.C_LIBRARY_NAME);
            return true;
        } catch (LinkageError e) { // a function is missing, or JNA failed to load, now or at an earlier attempt
            return false;
        }
    }

    static native int open(String path, int flags) throws LastErrorException;

    static native int close(int descriptor);

    static native int fallocate(int descriptor, int mode, long offset, long length) throws LastErrorException;

    /** @param result at least {@link Volume#STATVFS_LONGS} long */
    static native int statvfs(String path, long[] result) throws LastErrorException;
}
