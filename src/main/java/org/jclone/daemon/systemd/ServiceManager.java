package org.jclone.daemon.systemd;

import com.sun.jna.LastErrorException;
import com.sun.jna.Native;
import com.sun.jna.Platform;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells systemd the state of the service, with the datagrams of {@code sd_notify(3)}. Does nothing if no service
 * manager listens. Java has no Unix datagram sockets, so this calls the C library.
 */
public final class ServiceManager {

    private static final Logger LOGGER = LoggerFactory.getLogger(ServiceManager.class);

    public static final ServiceManager NONE = new ServiceManager(Optional.empty(), Optional.empty());

    private final Optional<String> socket;
    private final Optional<Duration> watchdog;

    private ServiceManager(Optional<String> socket, Optional<Duration> watchdog) {
        this.socket = socket;
        this.watchdog = watchdog;
    }

    /** @param environment variables of the process */
    public static ServiceManager of(Map<String, String> environment, long pid) {
        Optional<String> socket = Optional.ofNullable(environment.get("NOTIFY_SOCKET"))
                .filter(path -> path.startsWith("/") || path.startsWith("@"));
        boolean ours = Optional.ofNullable(environment.get("WATCHDOG_PID"))
                .filter(owner -> !owner.equals(Long.toString(pid)))
                .isEmpty();
        Optional<Duration> watchdog = Optional.ofNullable(environment.get("WATCHDOG_USEC"))
                .filter(micros -> ours && micros.matches("[1-9][0-9]{0,17}"))
                .map(micros -> Duration.ofNanos(Math.multiplyExact(Long.parseLong(micros), 1000L)));
        return new ServiceManager(socket, watchdog);
    }

    /** Returns the time after which systemd kills a service that is silent; empty if it does not. */
    public Optional<Duration> watchdog() {
        return watchdog;
    }

    public void ready() {
        send("READY=1");
    }

    /** @param text one line for {@code systemctl status} */
    public void status(String text) {
        send("STATUS=" + text.replaceAll("\\p{Cntrl}", " "));
    }

    public void alive() {
        send("WATCHDOG=1");
    }

    public void stopping() {
        send("STOPPING=1");
    }

    /** Announces that the daemon reads its configuration again; {@link #ready} announces the end of that. */
    public void reloading(long monotonicMicros) {
        send("RELOADING=1\nMONOTONIC_USEC=" + monotonicMicros);
    }

    /** Asks for more time to start or to stop. */
    public void extend(Duration time) {
        send("EXTEND_TIMEOUT_USEC=" + time.toNanos() / 1000);
    }

    private void send(String message) {
        if (socket.isEmpty()) {
            return;
        }
        try {
            Datagram.send(socket.get(), message.getBytes(StandardCharsets.UTF_8));
        } catch (LastErrorException | LinkageError e) {
            LOGGER.atDebug().addKeyValue("reason", e.getMessage()).log("the service manager was not told");
        }
    }

    /** One datagram to a Unix socket, as 64-bit Linux declares the functions. Loaded on first use. */
    private static final class Datagram {

        private static final int AF_UNIX = 1;
        private static final int SOCK_DGRAM_CLOEXEC = 2 | 02000000;
        private static final int MSG_NOSIGNAL = 0x4000;
        private static final int PATH_OFFSET = 2;
        private static final int MAX_PATH = 107;

        static {
            if (!Platform.isLinux() || !Platform.is64Bit()) {
                throw new UnsatisfiedLinkError("64-bit Linux is expected");
            }
            Native.register(Datagram.class, Platform.C_LIBRARY_NAME);
        }

        private Datagram() {}

        static native int socket(int domain, int type, int protocol) throws LastErrorException;

        static native long sendto(int socket, byte[] data, long length, int flags, byte[] address, int addressLength)
                throws LastErrorException;

        static native int close(int socket);

        static void send(String path, byte[] message) {
            byte[] name = path.getBytes(StandardCharsets.UTF_8);
            if (name.length > MAX_PATH) {
                throw new LinkageError("the path of the socket is too long");
            }
            byte[] address = Arrays.copyOf(new byte[] {AF_UNIX, 0}, PATH_OFFSET + name.length + 1);
            System.arraycopy(name, 0, address, PATH_OFFSET, name.length);
            boolean isAbstract = name[0] == '@';
            if (isAbstract) {
                address[PATH_OFFSET] = 0;
            }
            int socket = socket(AF_UNIX, SOCK_DGRAM_CLOEXEC, 0);
            try {
                sendto(socket, message, message.length, MSG_NOSIGNAL, address, address.length - (isAbstract ? 1 : 0));
            } finally {
                close(socket);
            }
        }
    }
}
