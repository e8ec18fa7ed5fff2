package org.jclone.recipient.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.api.StorageException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataDirectoryTest {

    @TempDir
    Path temp;

    private Path root;
    private DataDirectory directory;

    @BeforeEach
    void setUp() {
        root = temp.resolve("clone");
        directory = new DataDirectory(root, Map.of("/ext", temp.resolve("mapped/ext")));
    }

    private void assertNotUsable(String message, String hintPart) {
        for (DataDirectory tried : new DataDirectory[] {directory, new DataDirectory(root, Map.of())}) {
            assertThatExceptionOfType(CloneException.class)
                    .isThrownBy(tried::check)
                    .withMessage(root + " " + message)
                    .satisfies(failure -> {
                        assertThat(failure.code()).isEqualTo(CloneErrorCode.TARGET_NOT_USABLE);
                        assertThat(failure.hint()).contains(hintPart);
                    });
            assertThatExceptionOfType(CloneException.class).isThrownBy(tried::claim);
        }
    }

    private void assertInTheWay(Path folder, Path file) {
        assertThatExceptionOfType(CloneException.class)
                .isThrownBy(() -> directory.createFile(file))
                .withMessage(folder + " is in the way: it is a file or a symbolic link")
                .satisfies(failure -> assertThat(failure.code()).isEqualTo(CloneErrorCode.TARGET_NOT_USABLE));
    }

    @Test
    void checksWithoutChangingAnything() throws CloneException {
        directory.check();

        assertThat(root).doesNotExist();
    }

    @Test
    void createsTheMissingDirectory() throws Exception {
        directory.claim();

        assertThat(Files.getPosixFilePermissions(root)).isEqualTo(PosixFilePermissions.fromString("rwxr-x---"));
        assertThat(directory.root()).isEqualTo(root);
    }

    @Test
    void acceptsAnEmptyDirectory() throws Exception {
        Files.createDirectory(root, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Files.createDirectory(root.resolve("lost+found"));
        directory.claim();

        assertThat(Files.getPosixFilePermissions(root)).isEqualTo(PosixFilePermissions.fromString("rwx------"));
    }

    @Test
    void refusesADirectoryThatIsNotEmpty() throws IOException {
        Files.createDirectory(root);
        Files.createFile(root.resolve("notes"));
        assertNotUsable("is not empty: it holds notes", "missing or empty");

        Files.createFile(root.resolve("b"));
        Files.createFile(root.resolve("a"));
        assertNotUsable("is not empty: it holds a and 2 more", "missing or empty");
    }

    @Test
    void recognisesADataDirectory() throws IOException {
        Files.createDirectory(root);
        Files.createFile(root.resolve("auto.cnf"));
        Files.createFile(root.resolve("ibdata1"));

        assertNotUsable("holds a MySQL data directory", "move the old data away");
    }

    @Test
    void recognisesAnUnfinishedClone() throws IOException {
        Files.createDirectories(root.resolve("#clone"));
        Files.createFile(root.resolve("ibdata1"));
        Files.createFile(root.resolve("#clone/#status_in_progress"));

        assertNotUsable("holds an unfinished clone", "--resume=auto starts over");
    }

    @Test
    void refusesAFile() throws IOException {
        Files.createFile(root);

        assertNotUsable("is not a directory", "missing or empty");
    }

    @Test
    void refusesALinkToAnyTarget() throws IOException {
        Files.createSymbolicLink(root, Files.createDirectory(temp.resolve("empty")));
        assertNotUsable("is a symbolic link", "the directory it points to");

        Files.delete(root);
        Files.createSymbolicLink(root, temp.resolve("nowhere"));
        assertNotUsable("is a symbolic link", "the directory it points to");
    }

    @Test
    void refusesToCreateMoreThanOneDirectory() {
        root = temp.resolve("a/b");
        directory = new DataDirectory(root, Map.of());

        assertNotUsable("cannot be created: there is no directory " + temp.resolve("a"), "Create " + temp.resolve("a"));
    }

    @Test
    void createsFilesWithTheirFolders() throws Exception {
        directory.claim();
        Path file = new DonorNames(directory).resolveTablespace("./shop/orders.ibd", false);
        directory.createFile(file);
        directory.createFile(new DonorNames(directory).resolveTablespace("./shop/items.ibd", false));

        assertThat(file).isEmptyFile();
        assertThat(Files.getPosixFilePermissions(file)).isEqualTo(PosixFilePermissions.fromString("rw-r-----"));
        assertThat(Files.getPosixFilePermissions(root.resolve("shop")))
                .isEqualTo(PosixFilePermissions.fromString("rwxr-x---"));
        assertThat(directory.touchedDirectories()).containsExactly(root, root.resolve("shop"));
    }

    @Test
    void createsTheDirectoryOfAMapping() throws Exception {
        directory.claim();
        Path file = new DonorNames(directory).resolveTablespace("/ext/shop/orders.ibd", false);
        directory.createFile(file);

        Path mapped = temp.resolve("mapped");
        assertThat(file).isEqualTo(mapped.resolve("ext/shop/orders.ibd")).exists();
        assertThat(directory.touchedDirectories())
                .containsExactlyInAnyOrder(temp, mapped, mapped.resolve("ext"), mapped.resolve("ext/shop"));
    }

    @Test
    void reachesAMappingThroughLinksOfTheOperator() throws Exception {
        directory.claim();
        Path disk = Files.createDirectories(temp.resolve("disk2"));
        Files.createSymbolicLink(temp.resolve("mapped"), disk);
        directory.createFile(new DonorNames(directory).resolveTablespace("/ext/shop/orders.ibd", false));

        assertThat(disk.resolve("ext/shop/orders.ibd")).exists();
    }

    @Test
    void refusesAFileThatExists() throws CloneException {
        directory.claim();
        Path file = root.resolve("g1.ibd");
        directory.createFile(file);

        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> directory.createFile(file))
                .withMessage("cannot create " + file + ": it already exists");
    }

    @Test
    void doesNotFollowALinkNamedLikeAFile() throws Exception {
        directory.claim();
        Path victim = temp.resolve("victim");
        Path file = root.resolve("g1.ibd");
        Files.createSymbolicLink(file, victim);

        assertThatExceptionOfType(StorageException.class).isThrownBy(() -> directory.createFile(file));
        assertThat(victim).doesNotExist();
    }

    @Test
    void doesNotFollowALinkNamedLikeAFolder() throws Exception {
        directory.claim();
        Path elsewhere = Files.createDirectories(temp.resolve("elsewhere/deep"));
        Files.createSymbolicLink(root.resolve("shop"), elsewhere.getParent());

        assertInTheWay(root.resolve("shop"), root.resolve("shop/orders.ibd"));
        assertInTheWay(root.resolve("shop"), root.resolve("shop/deep/orders.ibd"));
        assertInTheWay(root.resolve("shop"), root.resolve("shop/new/orders.ibd"));
        assertThat(elsewhere).isEmptyDirectory();
        assertThat(elsewhere.resolveSibling("new")).doesNotExist();
    }

    @Test
    void doesNotFollowALinkBelowAMapping() throws Exception {
        directory.claim();
        Path elsewhere = Files.createDirectories(temp.resolve("elsewhere"));
        Path base = Files.createDirectories(temp.resolve("mapped/ext"));
        Files.createSymbolicLink(base.resolve("shop"), elsewhere);

        assertInTheWay(
                base.resolve("shop"), new DonorNames(directory).resolveTablespace("/ext/shop/orders.ibd", false));
        assertThat(elsewhere).isEmptyDirectory();
    }

    @Test
    void refusesAFileNamedLikeAFolder() throws CloneException {
        directory.claim();
        directory.createFile(root.resolve("shop.ibd"));

        assertInTheWay(root.resolve("shop.ibd"), root.resolve("shop.ibd/orders.ibd"));
    }

    @Test
    void createsTheServersFolders() throws CloneException {
        directory.claim();

        assertThat(directory.createFolder("#clone")).isEqualTo(root.resolve("#clone"));
        assertThat(Files.isDirectory(root.resolve("#clone"), LinkOption.NOFOLLOW_LINKS))
                .isTrue();
        assertThat(directory.touchedDirectories()).containsExactly(root);
    }

    @Test
    void recordsTouchedDirectories() {
        directory.touched(root.resolve("shop"));
        directory.touched(root.resolve("shop"));
        directory.touchedDirectories().clear();

        assertThat(directory.touchedDirectories()).containsExactly(root.resolve("shop"));
    }
}
