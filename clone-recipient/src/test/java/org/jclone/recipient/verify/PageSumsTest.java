package org.jclone.recipient.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jclone.recipient.api.StorageException;
import org.jclone.recipient.storage.CloneFolder;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PageSumsTest {

    @TempDir
    Path root;

    private Path path;

    @BeforeEach
    void name() throws IOException {
        path = CloneFolder.in(root).pageSums();
        Files.createDirectory(path.getParent());
    }

    @Test
    void closesAFileThatItRefuses() throws IOException {
        Files.createDirectory(path);
        assertRefused("Is a directory");

        Files.delete(path);
        Files.write(path, new byte[12]);
        assertRefused("not page sums of version 1");
    }

    private void assertRefused(String reason) throws IOException {
        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> PageSums.openForReading(root))
                .withMessageContaining(reason);
        assertThat(openBelowRoot()).isEmpty();
    }

    @Test
    void closesBothFiles() throws Exception {
        try (PageSums sums = PageSums.open(root)) {
            sums.writeGrowth(1, 3, ByteBuffer.allocate(Integer.BYTES));
            assertThat(openBelowRoot())
                    .containsExactlyInAnyOrder(path, CloneFolder.in(root).pageGrowth());
        }
        assertThat(openBelowRoot()).isEmpty();
    }

    private List<Path> openBelowRoot() throws IOException {
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
            return descriptors
                    .map(PageSumsTest::target)
                    .filter(file -> file.startsWith(root))
                    .toList();
        }
    }

    private static Path target(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor);
        } catch (IOException e) { // closed since it was listed
            return descriptor;
        }
    }
}
