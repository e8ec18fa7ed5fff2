package org.jclone.provision.mysqld;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jclone.recipient.api.CloneErrorCode;
import org.jclone.recipient.api.CloneException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PrivateFolderTest {

    @TempDir
    Path directory;

    @Test
    void isOutsideADirectoryWithATooLongPath() throws Exception {
        assertThat(PrivateFolder.choose(directory).path()).hasParentRaw(directory);
        Path deep = Path.of("/d" + "/abcdefghi".repeat(10));
        PrivateFolder outside = PrivateFolder.choose(deep);
        assertThat(outside.path().startsWith(deep)).isFalse();
        assertThat(PrivateFolder.recorded(deep, outside.toString()).path()).isEqualTo(outside.path());
    }

    /** A server's user can write to its data directory, and so could change the record. */
    @Test
    void refusesARecordThatNamesAnotherFolder() throws Exception {
        PrivateFolder chosen = PrivateFolder.choose(directory);
        assertThat(PrivateFolder.recorded(directory, chosen.toString()).path()).isEqualTo(chosen.path());
        for (String other : new String[] {"/etc", "/", "", directory.toString(), chosen + "/../x"}) {
            assertThatExceptionOfType(CloneException.class)
                    .as(other)
                    .isThrownBy(() -> PrivateFolder.recorded(directory, other))
                    .satisfies(e -> assertThat(e.code()).isEqualTo(CloneErrorCode.PROVISIONING));
        }
    }

    @Test
    void showsTheLastErrorsOfOutputAndLog() throws Exception {
        PrivateFolder folder = PrivateFolder.choose(directory);
        assertThat(folder.errors("")).isEmpty();
        folder.create(Optional.empty());
        Files.writeString(folder.log(), "[Note] a\n[ERROR] b\n[ERROR] c\n[ERROR] d\n[ERROR] e\n");
        assertThat(folder.errors("[ERROR] first")).isEqualTo("; its log: b; c; d; e");
        folder.remove();
        assertThat(folder.errors("0 [ERROR] first")).isEqualTo("; its log: first");
    }
}
