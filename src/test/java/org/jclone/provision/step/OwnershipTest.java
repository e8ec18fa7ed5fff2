package org.jclone.provision.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OwnershipTest {

    @TempDir
    Path data;

    /** A server that cannot enter the folder of the mark does not see the mark. */
    @Test
    void theServersUserOwnsTheFolderOfTheMark() throws Exception {
        assumeTrue(System.getProperty("user.name").equals("root"), "only root changes an owner");
        Path folder = data.resolve("#clone");
        Ownership ownership = new Ownership(Optional.of("nobody"));
        ownership.prepareCloneFolder(data);
        Path file = Files.createFile(folder.resolve("#replace_files"));
        ownership.prepareCloneFolder(data);
        assertThat(Files.getOwner(folder).getName()).isEqualTo("nobody");
        assertThat(Files.getOwner(file).getName()).isEqualTo("nobody");
    }

    @Test
    void changesNothingWithoutAUser() throws Exception {
        new Ownership(Optional.empty()).prepareCloneFolder(data);
        assertThat(data.resolve("#clone")).doesNotExist();
    }
}
