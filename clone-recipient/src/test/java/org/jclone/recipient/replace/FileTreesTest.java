package org.jclone.recipient.replace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jclone.recipient.api.CloneException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileTreesTest {

    @TempDir
    Path temp;

    private Path tree;
    private Path kept;

    @BeforeEach
    void fill() throws Exception {
        kept = Files.createDirectory(temp.resolve("kept"));
        Files.write(kept.resolve("file"), new byte[1000]);
        tree = Files.createDirectory(temp.resolve("tree"));
        Files.createDirectories(tree.resolve("a/b"));
        Files.write(tree.resolve("a/b/file"), new byte[10]);
        Files.write(tree.resolve("file"), new byte[1]);
        Files.createSymbolicLink(tree.resolve("a/folder"), kept);
        Files.createSymbolicLink(tree.resolve("link"), kept.resolve("file"));
        Files.createLink(tree.resolve("hard"), kept.resolve("file"));
    }

    @Test
    void removesLinksAndNotWhatTheyPointTo() throws CloneException {
        FileTrees.remove(tree);

        assertThat(tree).doesNotExist();
        assertThat(kept.resolve("file")).hasSize(1000);
    }

    @Test
    void announcesEachRemoval() throws CloneException {
        List<String> steps = new ArrayList<>();
        FileTrees.remove(tree, steps::add);

        assertThat(steps)
                .filteredOn(step -> step.equals("remove a file"))
                .as("two files, a hard link, two symbolic links")
                .hasSize(5);
        assertThat(steps)
                .filteredOn(step -> step.equals("remove a folder"))
                .as("a/b, a, and the tree, which is the last")
                .hasSize(3);
        assertThat(steps).hasSize(8).last().isEqualTo("remove a folder");
    }

    @Test
    void countsTheBytesThatRemovalFrees() throws CloneException {
        assertThat(FileTrees.bytes(tree)).isEqualTo(11);
        assertThat(FileTrees.bytes(temp.resolve("missing"))).isZero();
    }

    /** As the files of a clone's progress do, which are written again and renamed. */
    @Test
    void scansATreeFromWhichFilesVanish() throws Exception {
        Path vanishing = tree.resolve("a/vanishing");
        AtomicBoolean over = new AtomicBoolean();
        CompletableFuture<Void> writer = CompletableFuture.runAsync(() -> {
            while (!over.get()) {
                assertThatCode(() -> Files.delete(Files.createFile(vanishing))).doesNotThrowAnyException();
            }
        });
        try {
            for (int i = 0; i < 300; i++) {
                assertThat(FileTrees.bytes(tree)).isEqualTo(11);
                FileTrees.requireMovable(tree, Set.of());
            }
        } finally {
            over.set(true);
        }
        writer.get();
    }

    @Test
    void movesWhatIsOnOneFileSystem() throws CloneException {
        FileTrees.requireMovable(tree, Set.of());
        FileTrees.requireMovable(temp.resolve("missing"), Set.of());
    }
}
