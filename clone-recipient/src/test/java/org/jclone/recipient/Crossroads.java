package org.jclone.recipient;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** An address on loopback, like a proxy's: its first connection leads to the first port, and so on. */
public final class Crossroads implements AutoCloseable {

    private final ServerSocket listener;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final AtomicInteger connections = new AtomicInteger();
    private final int[] ports;

    /** @param ports targets of the connections in order; the last serves all further ones. 0 refuses a connection. */
    public Crossroads(int... ports) {
        this.ports = ports.clone();
        try {
            listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        threads.execute(this::accept);
    }

    public int port() {
        return listener.getLocalPort();
    }

    /** Returns the number of connections accepted. */
    public int connections() {
        return connections.get();
    }

    private void accept() {
        try {
            while (true) {
                Socket client = listener.accept();
                int port = ports[Math.min(connections.getAndIncrement(), ports.length - 1)];
                if (port == 0) {
                    client.close();
                    continue;
                }
                Socket donor = new Socket(InetAddress.getLoopbackAddress(), port);
                threads.execute(() -> pass(client, donor));
                threads.execute(() -> pass(donor, client));
            }
        } catch (IOException e) {
            threads.shutdown(); // closed
        }
    }

    private static void pass(Socket from, Socket to) {
        try (from;
                to) {
            from.getInputStream().transferTo(to.getOutputStream());
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
