package org.jclone.recipient.target;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jclone.recipient.journal.Journal;
import org.jclone.recipient.journal.JournalFile;
import org.jclone.recipient.storage.CloneFolder;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FalseStartTest {

    @TempDir
    Path temp;

    private Path root;
    private CloneFolder folder;

    @BeforeEach
    void begin() throws Exception {
        root = Files.createDirectory(temp.resolve("clone"));
        folder = CloneFolder.in(root);
        Files.createDirectory(folder.path());
        Files.createDirectory(root.resolve("mysql"));
        folder.createMark();
        Files.createFile(folder.viewStatus());
        Files.createFile(folder.pageSums());
        JournalFile.create(folder.journal()).close();
    }

    private List<String> entries() throws Exception {
        try (Stream<Path> all = Files.walk(root)) {
            return all.map(path -> root.relativize(path).toString()).sorted().toList();
        }
    }

    @Test
    void isClearedCompletely() throws Exception {
        Files.createDirectory(root.resolve("lost+found"));

        assertThat(FalseStart.tryToClear(root)).isTrue();
        assertThat(entries()).containsExactly("", "lost+found");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ibdata1", "auto.cnf", "mysql/user.MYD", "#clone/jclone-manifest.json", "#clone/notes"})
    void keepsAllIfAnythingElseIsThere(String other) throws Exception {
        Files.createFile(root.resolve(other));
        List<String> before = entries();

        assertThat(FalseStart.tryToClear(root)).isFalse();
        assertThat(entries()).isEqualTo(before);
    }

    @Test
    void keepsACloneWhoseJournalHasContent() throws Exception {
        try (Journal journal = new Journal(JournalFile.open(folder.journal()))) {
            journal.metadataComplete();
        }
        List<String> before = entries();

        assertThat(FalseStart.tryToClear(root)).isFalse();
        assertThat(entries()).isEqualTo(before);
    }

    @Test
    void doesNotFollowLinks() throws Exception {
        Path link = Files.createSymbolicLink(temp.resolve("link"), root);
        assertThat(FalseStart.tryToClear(link)).isFalse();

        Path other = Files.createDirectory(temp.resolve("other"));
        Files.createSymbolicLink(other.resolve("#clone"), folder.path());
        assertThat(FalseStart.tryToClear(other)).isFalse();

        assertThat(folder.isMarked()).isTrue();
    }

    @Test
    void isDiscardedWithItsFilesButNotWithPlacesOfTheOperator() throws Exception {
        Path place = Files.createDirectory(temp.resolve("place"));
        Path far = Files.createDirectories(place.resolve("shop")).resolve("a.ibd");
        Path near = Files.createDirectory(root.resolve("shop")).resolve("b.ibd");
        Path unknown = root.resolve("ibdata1");
        for (Path file : Set.of(far, near, unknown)) {
            Files.createFile(file);
        }

        assertThat(FalseStart.tryToDiscard(root, Set.of(far, near), Set.of(place)))
                .isTrue();
        assertThat(entries()).containsExactly("");
        assertThat(place).isEmptyDirectory();
    }

    @Test
    void isDiscardedOnlyIfNothingElseRemains() throws Exception {
        Path file = Files.createFile(root.resolve("auto.cnf"));

        assertThat(FalseStart.tryToDiscard(root, Set.of(), Set.of())).isFalse();
        assertThat(file).exists();
        assertThat(folder.isMarked()).isTrue();
    }
}
