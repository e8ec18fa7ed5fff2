package org.jclone.tests.net;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

/** A proxy between a client and a server on this machine that cuts, stalls or slows traffic. */
public final class FaultyProxy implements AutoCloseable {

    private static final int BUFFER_BYTES = 64 * 1024;

    private final ServerSocket listener;
    private final int serverPort;
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final AtomicLong bytesToClient = new AtomicLong();
    private volatile CountDownLatch stalled = new CountDownLatch(0);
    private volatile boolean firstIsFast;
    private volatile long stallAfterBytes = Long.MAX_VALUE;
    private volatile MessageTrigger stallAtMessage = MessageTrigger.NEVER;
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
    public synchronized void stall() {
        if (stalled.getCount() == 0) {
            stalled = new CountDownLatch(1);
        }
    }

    /** Stops all traffic before clients get more than this many bytes from now on, over all connections together. */
    public void stallAfter(long bytes) {
        stallAfterBytes = bytesToClient.get() + bytes;
    }

    /**
     * Stops all traffic when a client sends a message, which is withheld with the rest.
     *
     * @param connection in order of arrival, from 0
     * @param ordinal of the message, from 1, of those sent after clients got {@code afterBytes}
     */
    public void stallAtMessage(int connection, int ordinal, long afterBytes) {
        stallAtMessage = new MessageTrigger(connection, afterBytes, new AtomicInteger(ordinal));
    }

    /** Waits until the traffic is stopped. */
    public void awaitStall(Duration timeout) throws InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (stalled.getCount() == 0) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("not stalled after " + bytesToClient + " bytes");
            }
            Thread.sleep(5);
        }
    }

    /** Resumes the traffic. */
    public synchronized void resume() {
        stalled.countDown();
    }

    /** Resumes the traffic, and forgets what else was to stop it. */
    public synchronized void heal() {
        stallAfterBytes = Long.MAX_VALUE;
        stallAtMessage = MessageTrigger.NEVER;
        resume();
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
        heal();
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        cut();
    }

    private void accept() {
        try {
            for (int number = 0; ; number++) {
                int connection = number;
                Socket client = listener.accept();
                Socket server = new Socket(InetAddress.getLoopbackAddress(), serverPort);
                sockets.addAll(List.of(client, server));
                SlowLine fromServer = firstIsFast ? new SlowLine(Long.MAX_VALUE) : line;
                firstIsFast = false;
                startThread("proxy-to-client", () -> pump(server, client, length -> toClient(length, fromServer)));
                startThread("proxy-to-server", () -> pump(client, server, length -> toServer(connection)));
            }
        } catch (IOException e) {
            // The listener is closed, or the server has ended: accept no more clients.
            cut();
        }
    }

    /** What is done to some bytes before they are passed on. */
    private interface Fault {
        void meet(int length) throws InterruptedException;
    }

    private void toClient(int length, SlowLine slowly) throws InterruptedException {
        long bytes = bytesToClient.addAndGet(length);
        stallIf(() -> isMoreThanAllowed(bytes));
        slowly.pass(length);
        if (bytes > cutAfterBytes) {
            cut();
        }
    }

    private void toServer(int connection) throws InterruptedException {
        stallIf(() -> stallAtMessage.isPulled(connection, bytesToClient.get()));
    }

    private boolean isMoreThanAllowed(long bytes) {
        if (bytes <= stallAfterBytes) {
            return false;
        }
        stallAfterBytes = Long.MAX_VALUE;
        return true;
    }

    private void stallIf(BooleanSupplier condition) throws InterruptedException {
        synchronized (this) { // so that heal() forgets all conditions at once
            if (condition.getAsBoolean()) {
                stall();
            }
        }
        stalled.await();
    }

    /** A read from a client is one message: they are short, and each waits for an answer. */
    private record MessageTrigger(int connection, long afterBytes, AtomicInteger left) {

        static final MessageTrigger NEVER = new MessageTrigger(-1, 0, new AtomicInteger());

        boolean isPulled(int sender, long bytesSoFar) {
            return sender == connection && bytesSoFar >= afterBytes && left.decrementAndGet() == 0;
        }
    }

    private void pump(Socket from, Socket to, Fault fault) {
        byte[] buffer = new byte[BUFFER_BYTES];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            int length;
            while ((length = in.read(buffer)) >= 0) {
                fault.meet(length);
                out.write(buffer, 0, length);
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
