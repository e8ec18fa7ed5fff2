package org.jclone.daemon.client;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/** The contents of a chunked body, up to its end. */
final class ChunkedInput extends InputStream {

    private final InputStream in;
    private int left;
    private boolean begun;
    private boolean over;

    ChunkedInput(InputStream in) {
        this.in = in;
    }

    @Override
    public int read() throws IOException {
        if (left == 0 && !over) {
            nextChunk();
        }
        if (over) {
            return -1;
        }
        int next = in.read();
        if (next < 0) {
            throw new EOFException("the daemon ended the connection");
        }
        left--;
        return next;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (left == 0 && !over) {
            nextChunk();
        }
        if (over) {
            return -1;
        }
        int count = in.read(bytes, offset, Math.min(length, left));
        if (count < 0) {
            throw new EOFException("the daemon ended the connection");
        }
        left -= count;
        return count;
    }

    private void nextChunk() throws IOException {
        if (begun) {
            DaemonClient.line(in); // the end of the chunk before
        }
        begun = true;
        String size = DaemonClient.line(in);
        try {
            left = Integer.parseInt(size, 16);
        } catch (NumberFormatException e) {
            throw new IOException("a chunk has no size");
        }
        over = left <= 0;
    }
}
