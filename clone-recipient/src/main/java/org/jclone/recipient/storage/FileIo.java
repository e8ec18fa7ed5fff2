package org.jclone.recipient.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** Whole reads and writes: a channel may transfer fewer bytes than it is asked for. */
public final class FileIo {

    private FileIo() {}

    /** Fills {@code into}, from its position on, with the bytes of the file at {@code offset}; stops where the file ends. */
    public static void read(FileChannel channel, ByteBuffer into, long offset) throws IOException {
        long at = offset;
        while (into.hasRemaining()) {
            int count = channel.read(into, at);
            if (count < 0) {
                return;
            }
            at += count;
        }
    }

    /** Writes everything between position and limit of {@code from}. */
    public static void write(FileChannel channel, ByteBuffer from, long offset) throws IOException {
        long at = offset;
        while (from.hasRemaining()) {
            at += channel.write(from, at);
        }
    }
}
