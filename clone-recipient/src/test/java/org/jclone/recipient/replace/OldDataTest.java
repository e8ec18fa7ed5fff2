package org.jclone.recipient.replace;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.storage.DataDirectory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OldDataTest {

    @TempDir
    Path temp;

    private Path directory;
    private Path undo;

    @BeforeEach
    void fill() throws Exception {
        directory = Files.createDirectories(temp.resolve("data"));
        undo = Files.createDirectory(temp.resolve("undo"));
        Files.write(directory.resolve("ibdata1"), new byte[100]);
        Files.createDirectories(directory.resolve("shop"));
        Files.write(directory.resolve("shop/a.ibd"), new byte[10]);
        Files.createDirectory(directory.resolve("#clone"));
        Files.createFile(directory.resolve("#clone/#view_status"));
        Files.write(undo.resolve("undo_001"), new byte[7]);
        for (Path each : List.of(directory, undo)) {
            Files.createDirectory(each.resolve(DataDirectory.STAGING));
            Files.write(each.resolve(DataDirectory.STAGING).resolve("new"), new byte[1000]);
        }
    }

    private OldData oldData(boolean dropFirst) {
        List<Path> others = List.of(undo);
        return new OldData(directory, others, new DirectorySwap(directory, others, false), dropFirst);
    }

    private static List<String> entries(Path folder) throws Exception {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.map(path -> folder.relativize(path).toString()).sorted().toList();
        }
    }

    @Test
    void leavesTheMarkAndTheNewData() throws Exception {
        oldData(true).drop();

        assertThat(entries(directory))
                .containsExactly("", "#clone", "#clone/#status_in_progress", ".jclone-new", ".jclone-new/new");
        assertThat(entries(undo)).containsExactly("", ".jclone-new", ".jclone-new/new");
    }

    @Test
    void isDroppedOnce() throws CloneException {
        OldData data = oldData(true);
        assertThat(data.isToBeDropped()).isTrue();
        assertThat(data.droppableBytes(directory)).isEqualTo(110);
        assertThat(data.droppableBytes(undo)).isEqualTo(7);

        data.drop();
        assertThat(data.isToBeDropped()).isFalse();
        assertThat(data.droppableBytes(directory)).isZero();
        data.drop();
    }

    @Test
    void isNotDroppedUnlessTheOperatorSaysSo() throws CloneException {
        OldData data = oldData(false);
        assertThat(data.isToBeDropped()).isFalse();
        assertThat(data.droppableBytes(directory)).isZero();
    }

    /** A drop that was interrupted after the data directory was empty. */
    @Test
    void restOfADropIsStillToBeDropped() throws Exception {
        OldData data = oldData(true);
        data.drop();
        Files.createFile(undo.resolve("undo_002"));
        assertThat(data.isToBeDropped()).isTrue();
    }
}
