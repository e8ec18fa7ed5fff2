package org.jclone.recipient.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Uses a channel that transfers at most three bytes at a time, as a file system may near a limit. */
class FileIoTest {

    private static final byte[] CONTENT = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9};

    private static ByteBuffer read(int room, long offset) throws IOException {
        ByteBuffer into = ByteBuffer.allocate(room);
        FileIo.read(new Trickle(CONTENT), into, offset);
        return into.flip();
    }

    @Test
    void readsUntilTheBufferIsFull() throws IOException {
        assertThat(read(8, 1)).isEqualTo(ByteBuffer.wrap(CONTENT, 1, 8));
    }

    @Test
    void stopsWhereTheFileEnds() throws IOException {
        assertThat(read(8, 5)).isEqualTo(ByteBuffer.wrap(CONTENT, 5, 5));
        assertThat(read(8, 10).hasRemaining()).isFalse();
    }

    @Test
    void writesEverything() throws IOException {
        Trickle channel = new Trickle(new byte[10]);
        ByteBuffer from = ByteBuffer.wrap(CONTENT, 2, 7);
        FileIo.write(channel, from, 1);

        assertThat(from.hasRemaining()).isFalse();
        assertThat(channel.content).containsExactly(0, 2, 3, 4, 5, 6, 7, 8, 0, 0);
    }

    private static final class Trickle extends FileChannel {

        private static final int MOST = 3;

        private final byte[] content;

        Trickle(byte... content) {
            this.content = content;
        }

        @Override
        public int read(ByteBuffer into, long offset) {
            int count = (int) Math.min(MOST, Math.min(into.remaining(), content.length - offset));
            if (count <= 0) {
                return -1;
            }
            into.put(Arrays.copyOfRange(content, (int) offset, (int) offset + count));
            return count;
        }

        @Override
        public int write(ByteBuffer from, long offset) {
            int count = Math.min(MOST, from.remaining());
            from.get(content, (int) offset, count);
            return count;
        }

        @Override
        public int read(ByteBuffer into) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long read(ByteBuffer[] into, int offset, int length) {
            throw new UnsupportedOperationException();
        }

        @Override
        public int write(ByteBuffer from) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long write(ByteBuffer[] from, int offset, int length) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long position() {
            throw new UnsupportedOperationException();
        }

        @Override
        public FileChannel position(long position) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long size() {
            return content.length;
        }

        @Override
        public FileChannel truncate(long size) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void force(boolean metaData) {}

        @Override
        public long transferTo(long position, long count, WritableByteChannel target) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long transferFrom(ReadableByteChannel source, long position, long count) {
            throw new UnsupportedOperationException();
        }

        @Override
        public MappedByteBuffer map(MapMode mode, long position, long size) {
            throw new UnsupportedOperationException();
        }

        @Override
        public FileLock lock(long position, long size, boolean shared) {
            throw new UnsupportedOperationException();
        }

        @Override
        public FileLock tryLock(long position, long size, boolean shared) {
            throw new UnsupportedOperationException();
        }

        @Override
        protected void implCloseChannel() {}
    }
}
