package org.jclone.daemon.client;

import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;

/** Reads a channel, and fails if nothing arrives for a time. Write nothing to the channel after the first read. */
final class PatientInput extends InputStream {

    private final SocketChannel channel;
    private final Duration patience;
    private final Selector selector;

    PatientInput(SocketChannel channel, Duration patience) throws IOException {
        this.channel = channel;
        this.patience = patience;
        this.selector = Selector.open();
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    /** @throws SocketTimeoutException if nothing arrives in time */
    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (channel.isBlocking()) {
            channel.configureBlocking(false);
            channel.register(selector, SelectionKey.OP_READ);
        }
        ByteBuffer room = ByteBuffer.wrap(bytes, offset, length);
        int read = channel.read(room);
        if (read == 0) {
            selector.select(patience.toMillis());
            selector.selectedKeys().clear();
            read = channel.read(room);
        }
        if (read == 0) {
            throw new SocketTimeoutException("nothing for " + patience.toMillis() / 1000.0 + " s");
        }
        return read;
    }

    @Override
    public void close() throws IOException {
        selector.close();
        channel.close();
    }
}
