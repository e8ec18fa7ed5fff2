package org.jclone.tests.net;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** A proxy between a client and a server on this machine that cuts, stalls or slows traffic. */
public final class FaultyProxy implements AutoCloseable {

    private static final int BUFFER_BYTES = 64 * 1024;

    private final ServerSocket listener;
    private final int serverPort;
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final AtomicLong bytesToClient = new AtomicLong();
    private volatile CountDownLatch stalled = new CountDownLatch(0);
    private volatile boolean firstIsFast;
    private volatile SlowLine line = new SlowLine(Long.MAX_VALUE);
    private volatile long cutAfterBytes = Long.MAX_VALUE;

    private FaultyProxy(ServerSocket listener, int serverPort) {
        this.listener = listener;
        this.serverPort = serverPort;
    }

    /** Listens on a free port of the loopback address. */
    public static FaultyProxy to(int serverPort) throws IOException {
        FaultyProxy proxy = new FaultyProxy(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), serverPort);
        startThread("proxy-accept", proxy::accept);
        return proxy;
    }

    public int port() {
        return listener.getLocalPort();
    }

    /** Cuts everything after this many bytes to the client, over all connections together. */
    public void cutAfter(long bytes) {
        cutAfterBytes = bytes;
    }

    /** Limits the rate to clients that connect from now on, over all connections together. */
    public void slowTo(long bytesPerSecond) {
        line = new SlowLine(bytesPerSecond);
    }

    /** Limits the rate to all clients except the first. */
    public void slowAllButTheFirst(long bytesPerSecond) {
        slowTo(bytesPerSecond);
        firstIsFast = true;
    }

    /** Stops all traffic in both directions without closing connections. */
    public void stall() {
        stalled = new CountDownLatch(1);
    }

    /** Resumes the traffic that {@link #stall} stopped. */
    public void resume() {
        stalled.countDown();
    }

    /** Waits until the client got this many bytes. */
    public void awaitBytes(long bytes, long timeoutSeconds) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(timeoutSeconds);
        while (bytesToClient.get() < bytes) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("only " + bytesToClient + " of " + bytes + " bytes passed");
            }
            Thread.sleep(5);
        }
    }

    /** Cuts all connections with a reset. */
    public void cut() {
        sockets.forEach(FaultyProxy::reset);
        sockets.clear();
    }

    /**
     * Cuts one of the open connections, in order of arrival; the last one if there are fewer.
     */
    public void cutOne(int index) {
        List<Socket> standing = List.copyOf(sockets);
        int first = Math.min(2 * index, standing.size() - 2);
        standing.subList(first, first + 2).forEach(socket -> {
            reset(socket);
            sockets.remove(socket);
        });
    }

    private static void reset(Socket socket) {
        try {
            socket.setOption(StandardSocketOptions.SO_LINGER, 0);
            socket.close();
        } catch (IOException e) {
            return; // already closed, which is the intended result
        }
    }

    @Override
    public void close() {
        stalled.countDown();
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        cut();
    }

    private void accept() {
        try {
            while (true) {
                Socket client = listener.accept();
                Socket server = new Socket(InetAddress.getLoopbackAddress(), serverPort);
                sockets.addAll(List.of(client, server));
                SlowLine fromServer = firstIsFast ? new SlowLine(Long.MAX_VALUE) : line;
                firstIsFast = false;
                startThread("proxy-to-client", () -> pump(server, client, fromServer, bytesToClient));
                startThread(
                        "proxy-to-server", () -> pump(client, server, new SlowLine(Long.MAX_VALUE), new AtomicLong()));
            }
        } catch (IOException e) {
            // The listener is closed, or the server has ended: accept no more clients.
            cut();
        }
    }

    private void pump(Socket from, Socket to, SlowLine line, AtomicLong count) {
        byte[] buffer = new byte[BUFFER_BYTES];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            int length;
            while ((length = in.read(buffer)) >= 0) {
                stalled.await();
                line.pass(length);
                out.write(buffer, 0, length);
                if (count.addAndGet(length) > cutAfterBytes) {
                    cut();
                }
            }
            to.shutdownOutput();
        } catch (IOException e) {
            // One side has closed, so the other closes, too.
            reset(from);
            reset(to);
            sockets.removeAll(List.of(from, to));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void startThread(String name, Runnable task) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
    }
}
