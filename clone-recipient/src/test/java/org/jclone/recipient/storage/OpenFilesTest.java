package org.jclone.recipient.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jclone.recipient.api.StorageException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OpenFilesTest {

    private static final int MANY = 300;

    @TempDir
    Path temp;

    private OpenFiles files;
    private final List<Path> paths = new ArrayList<>();

    @BeforeEach
    void setUp() throws StorageException {
        files = new OpenFiles(DirectIo.probe(temp, false));
        makeFiles(2);
    }

    private void makeFiles(int count) throws StorageException {
        for (int i = paths.size(); i < count; i++) {
            paths.add(temp.resolve("t" + i + ".ibd"));
            Durable.createFile(paths.get(i));
        }
    }

    @AfterEach
    void everyFileCanBeClosed() throws IOException, StorageException {
        files.closeIdle();
        assertThat(openInTemp()).isZero();
    }

    private OpenFile use(Path path) throws StorageException {
        OpenFile file = files.acquire(path);
        file.write(ByteBuffer.wrap(new byte[] {1}), 0);
        files.release(file);
        return file;
    }

    /** Returns the descriptors of this process that are files below {@link #temp}. */
    private long openInTemp() throws IOException {
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
            return descriptors.filter(this::isInTemp).count();
        }
    }

    private boolean isInTemp(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).startsWith(temp);
        } catch (IOException e) {
            return false; // closed since it was listed, like the descriptor of the listing itself
        }
    }

    @Test
    void keepsAFileOpen() throws Exception {
        OpenFile first = use(paths.get(0));

        assertThat(use(paths.get(0))).isSameAs(first);
        assertThat(openInTemp()).isEqualTo(1);
    }

    @Test
    void opensNoDescriptorBeforeTheFirstWrite() throws Exception {
        files.release(files.acquire(paths.get(0)));

        assertThat(openInTemp()).isZero();
    }

    @Test
    void closesTheLeastRecentlyUsedOfMany() throws Exception {
        makeFiles(MANY);
        OpenFile first = use(paths.get(0));
        OpenFile second = use(paths.get(1));
        for (int i = 2; i < MANY; i++) {
            use(paths.get(i));
            assertThat(use(paths.get(0))).as("used all the time").isSameAs(first);
        }

        assertThat(openInTemp()).isBetween(250L, 257L);
        assertThat(use(paths.get(1))).isNotSameAs(second);
        assertThat(paths).allSatisfy(path -> assertThat(path).hasSize(1));
    }

    @Test
    void keepsFilesOpenThatAreBeingWritten() throws Exception {
        makeFiles(MANY);
        List<OpenFile> acquired = new ArrayList<>();
        for (Path path : paths) {
            acquired.add(files.acquire(path));
        }
        files.closeIdle();
        for (int i = 0; i < MANY; i++) {
            assertThat(files.acquire(paths.get(i))).isSameAs(acquired.get(i));
            acquired.get(i).write(ByteBuffer.wrap(new byte[] {1}), 0);
        }
        assertThat(openInTemp()).isEqualTo(MANY);

        acquired.forEach(files::release);
        files.closeIdle();
        assertThat(openInTemp()).as("each acquired twice, released once").isEqualTo(MANY);
        acquired.forEach(files::release);
    }

    /** The kernel does not report the error again. */
    @Test
    void keepsAWriteBackError() throws Exception {
        makeFiles(MANY);
        for (int i = 0; i < 256; i++) {
            use(paths.get(i));
        }
        files.drainWritten();
        files.requireNothingLost();
        use(paths.get(256));
        files.requireNothingLost();
        Thread.currentThread().interrupt(); // fails the flush that comes before the file is closed
        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> files.acquire(paths.get(257)))
                .withMessageStartingWith("interrupted: cannot flush " + paths.get(0));
        assertThat(Thread.interrupted()).isTrue();

        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(files::requireNothingLost)
                .withMessageStartingWith("interrupted: cannot flush " + paths.get(0));
        files.close();
        assertThat(openInTemp()).isZero();
    }

    @Test
    void flushesBeforeItClosesAndThenNotAgain() throws Exception {
        OpenFile first = use(paths.get(0));
        use(paths.get(1));
        assertThat(first.isUnflushed()).isTrue();
        files.flush(paths.get(0));
        assertThat(first.isUnflushed()).isFalse();
        files.closeIdle();

        assertThat(files.drainWritten()).as("still reported as written").containsExactly(paths.get(0));
        files.flush(paths.get(0));
        files.flush(temp.resolve("gone"));
        assertThat(openInTemp()).isZero();
    }

    @Test
    void reopensTheFileThatNowHasTheName() throws Exception {
        use(paths.get(0));
        files.closeIdle();
        Durable.rename(paths.get(1), paths.get(0));
        OpenFile renamed = files.acquire(paths.get(0));
        renamed.write(ByteBuffer.wrap(new byte[] {1, 2, 3}), 0);
        files.release(renamed);

        assertThat(paths.get(0)).hasBinaryContent(new byte[] {1, 2, 3});
    }
}
