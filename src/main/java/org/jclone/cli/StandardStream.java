package org.jclone.cli;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Standard output or standard error, buffered and in UTF-8. Remembers why a write failed. */
final class StandardStream extends PrintStream {

    private final Sink sink;

    private StandardStream(Sink sink) {
        super(new BufferedOutputStream(sink), false, StandardCharsets.UTF_8);
        this.sink = sink;
    }

    static StandardStream of(FileDescriptor descriptor) {
        return to(new FileOutputStream(descriptor));
    }

    static StandardStream to(OutputStream out) {
        return new StandardStream(new Sink(out));
    }

    /** Flushes the stream, and returns the cause if output was lost. */
    Optional<IOException> failure() {
        checkError();
        return Optional.ofNullable(sink.failure);
    }

    /** Keeps the exception: {@link PrintStream} remembers only that there was one. */
    private static final class Sink extends FilterOutputStream {

        private volatile IOException failure;

        Sink(OutputStream out) {
            super(out);
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            try {
                out.write(bytes, from, length);
            } catch (IOException e) {
                failure = e;
                throw e;
            }
        }
    }
}
