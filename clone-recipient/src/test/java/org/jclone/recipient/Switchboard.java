package org.jclone.recipient;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** An address on loopback that leads to one donor for a number of its bytes, then breaks off and leads to another. */
final class Switchboard implements AutoCloseable {

    private final ServerSocket listener;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicLong bytesLeft;
    private final int first;
    private final int second;

    Switchboard(int first, long bytes, int second) {
        this.first = first;
        this.second = second;
        this.bytesLeft = new AtomicLong(bytes);
        try {
            listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        threads.execute(this::accept);
    }

    int port() {
        return listener.getLocalPort();
    }

    /** Returns the number of connections to the second donor. */
    int changedConnections() {
        return connections.get();
    }

    private boolean isChanged() {
        return bytesLeft.get() <= 0;
    }

    private void accept() {
        try {
            while (true) {
                Socket client = listener.accept();
                boolean changed = isChanged();
                connections.addAndGet(changed ? 1 : 0);
                Socket donor = new Socket(InetAddress.getLoopbackAddress(), changed ? second : first);
                threads.execute(() -> pass(client, donor, new AtomicLong(Long.MAX_VALUE)));
                threads.execute(() -> pass(donor, client, changed ? new AtomicLong(Long.MAX_VALUE) : bytesLeft));
            }
        } catch (IOException e) {
            threads.shutdown(); // closed
        }
    }

    private static void pass(Socket from, Socket to, AtomicLong allowed) {
        byte[] some = new byte[8192];
        try (from;
                to) {
            for (int count = 0; count >= 0 && allowed.addAndGet(-count) > 0; ) {
                to.getOutputStream().write(some, 0, count);
                count = from.getInputStream().read(some);
            }
        } catch (IOException e) {
            Thread.yield(); // both ends are closed then, and the other side sees that
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        threads.shutdownNow();
    }
}
