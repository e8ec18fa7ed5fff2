package org.jclone.tests.net;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** Greets every client with some bytes, and is not a MySQL server. */
public final class StrangeListener implements AutoCloseable {

    private final ServerSocket listener;

    private StrangeListener(ServerSocket listener) {
        this.listener = listener;
    }

    public static StrangeListener saying(byte[] greeting) throws IOException {
        ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread thread = new Thread(() -> greetAll(listener, greeting), "strange-listener");
        thread.setDaemon(true);
        thread.start();
        return new StrangeListener(listener);
    }

    public int port() {
        return listener.getLocalPort();
    }

    @Override
    public void close() {
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void greetAll(ServerSocket listener, byte[] greeting) {
        while (!listener.isClosed()) {
            try (Socket client = listener.accept()) {
                client.getOutputStream().write(greeting);
                client.getInputStream().readNBytes(1024);
            } catch (IOException e) {
                // The client disconnected, or the listener is closed and the loop ends.
            }
        }
    }
}
