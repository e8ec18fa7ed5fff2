package org.jclone.daemon.history;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.SQLiteJDBCLoader;

class SqliteLibraryTest {

    @TempDir
    private Path folder;

    @Test
    void leavesNoFileBehindWhileItIsLoaded() throws Exception {
        SqliteLibrary.load(folder);

        assertThat(SQLiteJDBCLoader.isNativeMode()).isTrue();
        assertThat(folder).isEmptyDirectory();
        assertThat(System.getProperty("org.sqlite.tmpdir")).isNull();
    }

    @Test
    void removesWhatAKilledProcessLeft() throws Exception {
        Path left = Files.createDirectory(folder.resolve(".sqlite-123"));
        for (String name : List.of("sqlite-3.54-libsqlitejdbc.so", "sqlite-3.54-libsqlitejdbc.so.lck")) {
            Files.createFile(left.resolve(name));
        }
        Files.createFile(folder.resolve("history.sqlite"));

        SqliteLibrary.removeRemains(folder);

        assertThat(folder).isDirectoryNotContaining("glob:**.sqlite-*").isDirectoryContaining("glob:**history.sqlite");
    }
}
