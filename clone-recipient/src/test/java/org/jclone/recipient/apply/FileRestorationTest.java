package org.jclone.recipient.apply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.jclone.recipient.apply.Descriptors.table;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneException;
import org.jclone.recipient.storage.DataDirectory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The rows of the table in {@link FileRestoration}. Each file has its place as content. */
class FileRestorationTest {

    private static final String A = "./s/a.ibd";
    private static final String OLD = "./s/old.ibd";
    private static final String TEMPORARY = "s/a.ibd.#clone_ddl";

    @TempDir
    Path root;

    private ApplierRig rig;

    @BeforeEach
    void makeFolder() throws Exception {
        Files.createDirectory(root.resolve("s"));
        rig = new ApplierRig(root);
    }

    private void has(String... names) throws Exception {
        for (String name : names) {
            Files.writeString(root.resolve(name), name);
        }
    }

    private FileRestoration restoration(boolean finishing, boolean metadataComplete) {
        return new FileRestoration(rig.applier, new DataDirectory(root, Map.of()), finishing, metadataComplete);
    }

    private static FileLog.Entry entry(boolean dropped, boolean deleted, boolean moving, String oldName) {
        return FileLog.Entry.ofData(table(0, A).file(), dropped, deleted, moving, oldName);
    }

    private FileRestoration restored(FileLog.Entry entry, boolean finishing) throws CloneException {
        FileRestoration restoration = restoration(finishing, true);
        restoration.restore(entry, entry.descriptor(), 0);
        return restoration;
    }

    @Test
    void aFileThatDoesNotMoveHasItsName() throws Exception {
        has("s/a.ibd");
        restored(entry(false, false, false, ""), false).removeOthers();

        assertThat(rig.pathOf(0)).isEqualTo("s/a.ibd");
        rig.assertFiles(Map.of("s/a.ibd", "s/a.ibd"));
    }

    @Test
    void createsAFileThatWasRecordedButNotCreated() throws Exception {
        FileLog.Entry entry = entry(false, false, false, "");
        restoration(false, false).restore(entry, entry.descriptor(), 0);

        assertThat(root.resolve("s/a.ibd")).isEmptyFile();
    }

    @Test
    void missesAFileThatMustBeComplete() {
        assertThatExceptionOfType(CloneException.class)
                .isThrownBy(() -> restored(entry(false, false, false, ""), false))
                .withMessageContaining("s/a.ibd is missing")
                .satisfies(failure -> assertThat(failure.code()).isEqualTo(CloneErrorCode.TARGET_NOT_USABLE));
    }

    @Test
    void aFileThatHasNotMovedYetHasItsOldName() throws Exception {
        has("s/old.ibd", TEMPORARY);
        restored(entry(false, false, true, OLD), false).removeOthers();

        assertThat(rig.pathOf(0)).isEqualTo("s/old.ibd");
        rig.assertFiles(Map.of("s/old.ibd", "s/old.ibd"));
    }

    @Test
    void aFileThatHasMovedHasItsTemporaryName() throws Exception {
        has(TEMPORARY);
        restored(entry(false, false, true, OLD), false).removeOthers();

        assertThat(rig.pathOf(0)).isEqualTo(TEMPORARY);
        rig.assertFiles(Map.of(TEMPORARY, TEMPORARY));
    }

    @Test
    void aFileWhoseFinalRenameHasNotBegunHasItsTemporaryName() throws Exception {
        has(TEMPORARY, "s/a.ibd");
        restored(entry(false, false, true, OLD), true).removeOthers();

        assertThat(rig.pathOf(0)).isEqualTo(TEMPORARY);
        rig.assertFiles(Map.of(TEMPORARY, TEMPORARY));
    }

    @Test
    void aFileWhoseFinalRenameIsDoneHasItsName() throws Exception {
        has("s/a.ibd");
        restored(entry(false, false, true, OLD), true).removeOthers();

        assertThat(rig.pathOf(0)).isEqualTo("s/a.ibd");
        rig.assertFiles(Map.of("s/a.ibd", "s/a.ibd"));
    }

    @Test
    void missesAFileThatIsInNoneOfItsPlaces() {
        for (boolean finishing : new boolean[] {false, true}) {
            assertThatExceptionOfType(CloneException.class)
                    .isThrownBy(() -> restored(entry(false, false, true, OLD), finishing))
                    .withMessageContaining("is missing");
        }
    }

    @Test
    void removesAFileThatWasDeleted() throws Exception {
        has("s/a.ibd");
        restored(entry(true, true, false, ""), false).removeOthers();

        rig.assertFiles(Map.of());
    }

    @Test
    void keepsWhatNoCloneCreates() throws Exception {
        has("s/a.ibd", "s/lost.ibd", "s/notes.txt", "ibdata9", "auto.cnf");
        restored(entry(false, false, false, ""), false).removeOthers();

        rig.assertFiles(Map.of("s/a.ibd", "s/a.ibd", "s/notes.txt", "s/notes.txt", "auto.cnf", "auto.cnf"));
    }

    @Test
    void refusesAFolderInTheWay() throws Exception {
        Files.createDirectory(root.resolve("s/a.ibd"));
        assertThatExceptionOfType(CloneException.class)
                .isThrownBy(() -> restored(entry(false, false, false, ""), false))
                .withMessageContaining("is in the way");
    }
}
