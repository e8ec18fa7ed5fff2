package org.jclone.cli;

/** The files of the program. A daemon that runs for months outlives them: an upgrade replaces or removes them. */
final class Installation {

    /** Its native library is loaded from a folder, by the first use of TLS. */
    private static final String NATIVE_TLS = "io.netty.handler.ssl.OpenSsl";

    private Installation() {}

    /**
     * Opens everything that would otherwise be opened at its first use: each jar, and the native library for TLS. What is open
     * can be used until the process ends, also if the files are replaced.
     */
    static void keepOpen() {
        ClassLoader loader = Installation.class.getClassLoader();
        loader.getResource("a resource that no jar has"); // so all are searched
        try {
            Class.forName(NATIVE_TLS, true, loader);
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
    }
}
