package org.jclone.daemon.systemd;

import com.sun.jna.LastErrorException;
import com.sun.jna.Native;
import com.sun.jna.Platform;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The sockets that systemd opened for the service, as {@code sd_listen_fds(3)} finds them. */
public final class PassedSockets {

    /** The first descriptor. */
    private static final int FIRST = 3;

    private static final int MOST = 16;

    /** The kind of a socket. */
    public enum Family {
        UNIX,
        TCP
    }

    /** One socket, on which the kernel already listens. */
    public record PassedSocket(int descriptor, Family family) {}

    private PassedSockets() {}

    /**
     * Finds them.
     *
     * @param environment variables of the process
     * @throws IllegalArgumentException if one of them is not a stream socket, Unix or TCP, that listens
     */
    public static List<PassedSocket> of(Map<String, String> environment, long pid) {
        String count = environment.getOrDefault("LISTEN_FDS", "");
        if (!Long.toString(pid).equals(environment.get("LISTEN_PID")) || !count.matches("[1-9][0-9]?")) {
            return List.of();
        }
        if (Integer.parseInt(count) > MOST) {
            throw new IllegalArgumentException("systemd passed " + count + " sockets (expected: up to " + MOST + ")");
        }
        List<PassedSocket> sockets = new ArrayList<>();
        for (int descriptor = FIRST; descriptor < FIRST + Integer.parseInt(count); descriptor++) {
            sockets.add(new PassedSocket(descriptor, Kernel.family(descriptor)));
        }
        return List.copyOf(sockets);
    }

    /** What the kernel tells about a descriptor, as Linux declares it. Loaded on first use. */
    private static final class Kernel {

        private static final int SOL_SOCKET = 1;
        private static final int SO_TYPE = 3;
        private static final int SO_ACCEPTCONN = 30;
        private static final int SO_DOMAIN = 39;
        private static final int SOCK_STREAM = 1;
        private static final int AF_UNIX = 1;
        private static final int AF_INET = 2;
        private static final int AF_INET6 = 10;

        static {
            if (!Platform.isLinux()) {
                throw new UnsatisfiedLinkError("Linux is expected");
            }
            Native.register(Kernel.class, Platform.C_LIBRARY_NAME);
        }

        private Kernel() {}

        static native int getsockopt(int socket, int level, int name, int[] value, int[] length)
                throws LastErrorException;

        static Family family(int descriptor) {
            try {
                int domain = option(descriptor, SO_DOMAIN);
                if (option(descriptor, SO_TYPE) == SOCK_STREAM && option(descriptor, SO_ACCEPTCONN) == 1) {
                    if (domain == AF_UNIX) {
                        return Family.UNIX;
                    }
                    if (domain == AF_INET || domain == AF_INET6) {
                        return Family.TCP;
                    }
                }
            } catch (LastErrorException e) {
                throw new IllegalArgumentException("descriptor " + descriptor + " of systemd is not a socket", e);
            }
            throw new IllegalArgumentException("descriptor " + descriptor
                    + " of systemd is not a stream socket, Unix or TCP, that listens (expected: ListenStream=)");
        }

        private static int option(int descriptor, int name) {
            int[] value = new int[1];
            getsockopt(descriptor, SOL_SOCKET, name, value, new int[] {Integer.BYTES});
            return value[0];
        }
    }
}
