package org.jclone.provision.mysqld;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jclone.recipient.api.CloneException;

/** Reads all output of a program, so that the program never blocks, and keeps the beginning. */
final class FirstOutput {

    private static final int KEPT_BYTES = 1 << 16;

    private static final Duration END = Duration.ofSeconds(10);

    private final StringBuilder kept = new StringBuilder();
    private final Thread reader;

    FirstOutput(InputStream output) {
        reader = new Thread(() -> read(output), "provision-mysqld-output");
        reader.setDaemon(true);
        reader.start();
    }

    private void read(InputStream output) {
        byte[] buffer = new byte[1 << 12];
        try (output) {
            for (int length = output.read(buffer); length >= 0; length = output.read(buffer)) {
                keep(new String(buffer, 0, length, StandardCharsets.ISO_8859_1));
            }
        } catch (IOException e) {
            keep("\n"); // the program has ended
        }
    }

    private synchronized void keep(String text) {
        if (kept.length() < KEPT_BYTES) {
            kept.append(text);
        }
    }

    /** Waits until the output of an ended program is read. Does not wait for a child that still has the stream open. */
    void awaitEnd() throws CloneException {
        try {
            reader.join(END.toMillis());
        } catch (InterruptedException e) {
            throw Interruptions.of(e);
        }
    }

    synchronized String text() {
        return kept.toString();
    }
}
